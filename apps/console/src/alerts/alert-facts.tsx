import { type ReactElement, type ReactNode } from 'react';
import { Link } from 'react-router';
import { useDepartmentName } from '../api/departments.ts';
import type { AlertContext } from '../api/types.ts';
import { useFormats } from '../i18n/formats.ts';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { JobStateBadge, SeverityBadge } from '../ui/badge.tsx';
import { Facts, Section } from '../ui/page.tsx';
import { ExactTime, RelativeTime } from '../ui/time.tsx';
import { useRuleTitle } from './rule-titles.ts';
import { ALERT_TEXTS } from './texts.ts';

/** The job that came of it. */
export function AlertJob({ context: { job } }: { readonly context: AlertContext }): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  const pick = usePick();
  const departmentName = useDepartmentName();
  if (!job) {
    return (
      <Section title={t.job}>
        <p className="muted">{t.noJob}</p>
      </Section>
    );
  }
  return (
    <Section title={t.job}>
      <p>
        <Link to={`/jobs/${encodeURIComponent(job.jobId)}`}>
          {fill(t.jobNumber, { n: job.number })}, {pick(job.title)}
        </Link>
      </p>
      <Facts
        facts={[
          [t.state, <JobStateBadge key="state" state={job.state} />],
          [t.department, departmentName(job.department)],
          [t.assigned, job.assignee ?? <span className="muted">{t.unassigned}</span>],
          [t.due, <ExactTime key="due" time={job.dueAt} />],
        ]}
      />
    </Section>
  );
}

/** When, by which rule, of which device. */
export function AlertFacts({ context: { alert, rule, device } }: { readonly context: AlertContext }): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  const ruleTitle = useRuleTitle();
  const departmentName = useDepartmentName();
  const formats = useFormats();
  const { raisedAt, raisedBy, acknowledgedAt, acknowledgedBy, clearedAt, ruleId, ruleVersion, deviceId } = alert;
  const version = fill(t.versionOf, { rule: ruleTitle(ruleId), version: ruleVersion });
  const now =
    rule === null ? t.ruleGone : rule.version === ruleVersion ? null : fill(t.versionNow, { version: rule.version });
  const facts: (readonly [string, ReactNode])[] = [
    [t.raisedAt, <ExactTime key="raised" time={raisedAt} />],
    [t.heardAt, <ExactTime key="heard" time={raisedBy.receivedAt} />],
    [
      t.acknowledgedAt,
      acknowledgedAt === null
        ? t.nobodyYet
        : fill(t.endedBy, { name: acknowledgedBy ?? '', time: formats.exact(acknowledgedAt) }),
    ],
  ];
  if (clearedAt !== null) facts.push([t.clearedAt, <ExactTime key="cleared" time={clearedAt} />]);
  facts.push(
    [
      t.ruleVersion,
      <span key="rule">
        {version}
        {now !== null && <span className="muted"> ({now})</span>}
      </span>,
    ],
    [t.department, alert.departments.map(departmentName).join(', ') || '–'],
    [
      t.deviceFact,
      device ? (
        <Link key="device" to={`/devices/${encodeURIComponent(deviceId)}`}>
          {deviceId}
        </Link>
      ) : (
        deviceId
      ),
    ],
  );
  if (device) facts.push([t.lastContact, <RelativeTime key="contact" time={device.lastContactAt} />]);
  return <Facts facts={facts} />;
}

/** Whom it was told to when nobody acknowledged it. */
export function AlertEscalations({ context: { escalations } }: { readonly context: AlertContext }): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  const departmentName = useDepartmentName();
  if (escalations.length === 0) return <p className="muted">{t.notEscalated}</p>;
  return (
    <ol className="plain-list">
      {escalations.map(({ step, severity, at, department, to }) => (
        <li key={`${severity} ${step}`}>
          <strong>{fill(t.step, { n: step })}</strong>
          <SeverityBadge severity={severity} />
          <ExactTime time={at} />
          <span>{to.length === 0 ? t.toNobody : to.map(({ name }) => name).join(', ')}</span>
          {department !== null && <span className="muted">{departmentName(department)}</span>}
        </li>
      ))}
    </ol>
  );
}
