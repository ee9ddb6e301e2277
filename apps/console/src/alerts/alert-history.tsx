import { type ReactElement } from 'react';
import { Link } from 'react-router';
import type { AlertContext, AlertEntry } from '../api/types.ts';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { JobStateBadge, SeverityBadge } from '../ui/badge.tsx';
import { Section } from '../ui/page.tsx';
import { ExactTime } from '../ui/time.tsx';
import { AlertStateText, useWhere } from './alert-cells.tsx';
import { ALERT_TEXTS } from './texts.ts';

/** Rows of alerts that one only looks at. */
function AlertLines({ alerts }: { readonly alerts: readonly AlertEntry[] }): ReactElement {
  const pick = usePick();
  const where = useWhere();
  return (
    <ul className="plain-list">
      {alerts.map((entry) => (
        <li key={entry.alertId}>
          <SeverityBadge severity={entry.severity} />
          <Link to={`/alerts/${encodeURIComponent(entry.alertId)}`}>
            {pick(entry.title)}, {where(entry)}
          </Link>
          <ExactTime time={entry.raisedAt} />
          <AlertStateText entry={entry} />
        </li>
      ))}
    </ul>
  );
}

/** Those that a group stands for. */
export function AlertMembers({
  context: { members, hasMoreMembers },
}: {
  readonly context: AlertContext;
}): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  return (
    <Section title={t.groupMembers}>
      <AlertLines alerts={members} />
      {hasMoreMembers && <p className="muted">{fill(t.moreMembers, { n: members.length })}</p>}
    </Section>
  );
}

/** What there was before at the same place. */
export function AlertHistory({ context: { history, job } }: { readonly context: AlertContext }): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  const pick = usePick();
  const jobs = history.jobs.filter(({ jobId }) => jobId !== job?.jobId);
  const isNothing = history.alerts.length === 0 && jobs.length === 0;
  return (
    <Section title={t.earlier}>
      {isNothing && <p className="muted">{t.nothingEarlier}</p>}
      {history.alerts.length > 0 && (
        <>
          <h3>{t.earlierAlerts}</h3>
          <AlertLines alerts={history.alerts} />
        </>
      )}
      {jobs.length > 0 && (
        <>
          <h3>{t.earlierJobs}</h3>
          <ul className="plain-list">
            {jobs.map((earlier) => (
              <li key={earlier.jobId}>
                <Link to={`/jobs/${encodeURIComponent(earlier.jobId)}`}>
                  {fill(t.jobNumber, { n: earlier.number })}, {pick(earlier.title)}
                </Link>
                <JobStateBadge state={earlier.state} />
                <ExactTime time={earlier.createdAt} />
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}
