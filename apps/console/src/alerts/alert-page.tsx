import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { Link, useParams } from 'react-router';
import { call } from '../api/client.ts';
import { useDepartmentName } from '../api/departments.ts';
import { msOf } from '../api/duration.ts';
import type { AlertContext, AlertEntry } from '../api/types.ts';
import { useFormats } from '../i18n/formats.ts';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { useLiveEvents } from '../live/live.ts';
import { readAnew } from '../live/read-anew.ts';
import { useCaller } from '../shell/caller.ts';
import { JobStateBadge, SeverityBadge } from '../ui/badge.tsx';
import { Button, LinkButton } from '../ui/button.tsx';
import { Chart, type ChartEvent, isShare, markOf, unitText } from '../ui/chart.tsx';
import { ErrorNotice, Notice } from '../ui/notice.tsx';
import { Facts, Page, Section } from '../ui/page.tsx';
import { Loaded } from '../ui/states.tsx';
import { UI_TEXTS } from '../ui/texts.ts';
import { ExactTime, RelativeTime } from '../ui/time.tsx';
import { toast } from '../ui/toasts.tsx';
import { AlertStateText, useWhere } from './alert-cells.tsx';
import { AlertExplanation, endText, useSpeech } from './alert-explanation.tsx';
import { type AlertStep, type Outcome, useAlertStep } from './alert-steps.ts';
import { valueText } from './explain.ts';
import { useLastList } from './last-list.ts';
import { useRuleTitle } from './rule-titles.ts';
import { AssignDialog, ShelveDialog } from './step-dialogs.tsx';
import { reasonText } from './step-results.tsx';
import { ALERT_TEXTS } from './texts.ts';
import './alerts.css';

/** A sensor that misses so many of its messages in a row is not being heard. */
const MISSED_MESSAGES = 3;

/** Of its own: what is cached of single alerts is patched with the bodies of events, and this is another body. */
const contextKey = (alertId: string) => ['alertContext', alertId] as const;
/** Events that come together are one reason to read anew. */
const SOON_MS = 300;

function useAlertContext(alertId: string) {
  const client = useQueryClient();
  const timer = useRef<number | undefined>(undefined);
  useEffect(() => {
    return () => {
      if (timer.current === undefined) return;
      window.clearTimeout(timer.current);
      timer.current = undefined;
      void client.invalidateQueries({ queryKey: contextKey(alertId), refetchType: 'none' });
    };
  }, [client, alertId]);
  useLiveEvents(({ type, data }) => {
    const ids = type.startsWith('job.') ? data['alertIds'] : [data['alertId'], data['groupAlertId']];
    if (!Array.isArray(ids) || !ids.includes(alertId)) return;
    timer.current ??= window.setTimeout(() => {
      timer.current = undefined;
      readAnew(client, contextKey(alertId));
    }, SOON_MS);
  });
  return useQuery({
    queryKey: contextKey(alertId),
    queryFn: ({ signal }) => {
      return call<AlertContext>('GET', `/alerts/${encodeURIComponent(alertId)}/context`, undefined, { signal });
    },
  });
}

/** All that one has to know to judge an alert, and what one does about it. */
export default function AlertPage(): ReactElement {
  const { alertId = '' } = useParams();
  const t = useTexts(ALERT_TEXTS);
  const context = useAlertContext(alertId);
  if (context.data === undefined) {
    return (
      <Page title={t.alert} actions={<BackLink />}>
        <Loaded query={context}>{() => null}</Loaded>
      </Page>
    );
  }
  return <AlertView key={alertId} context={context.data} />;
}

function BackLink(): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  return (
    <LinkButton kind="tertiary" to={useLastList()}>
      {t.back}
    </LinkButton>
  );
}

function AlertView({ context }: { readonly context: AlertContext }): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  const pick = usePick();
  const where = useWhere();
  const { alert, members } = context;
  const subtitle = (
    <>
      <SeverityBadge severity={alert.severity} /> <AlertStateText entry={alert} />{' '}
      {alert.assetId === null ? (
        <span>{where(alert)}</span>
      ) : (
        <Link to={`/assets/${encodeURIComponent(alert.assetId)}`}>{where(alert)}</Link>
      )}
      {alert.place?.district && <span className="muted">, {alert.place.district}</span>}
    </>
  );
  return (
    <Page title={pick(alert.title)} subtitle={subtitle} actions={<BackLink />}>
      <Steps context={context} />
      <Standing context={context} />
      <div className="alert-detail">
        <div className="alert-detail__main">
          <Section title={t.readings}>
            <Charts context={context} />
          </Section>
          <Section title={t.why}>
            <AlertExplanation alert={alert} />
          </Section>
          {members.length > 0 && <Members context={context} />}
          <History context={context} />
        </div>
        <div className="alert-detail__side">
          <Work context={context} />
          <Section title={t.facts}>
            <AlertFacts context={context} />
          </Section>
          <Section title={t.escalations}>
            <Escalations context={context} />
          </Section>
        </div>
      </div>
    </Page>
  );
}

/** What can be done about it now, and what came of it. */
function Steps({ context: { alert } }: { readonly context: AlertContext }): ReactElement | null {
  const t = useTexts(ALERT_TEXTS);
  const client = useQueryClient();
  const mayHandle = useCaller().may('alerts.handle');
  const [open, setOpen] = useState<'shelve' | 'assign' | null>(null);
  const [failed, setFailed] = useState<Outcome | null>(null);
  const step = useAlertStep();
  const { alertId } = alert;
  const settle = () => client.invalidateQueries({ queryKey: contextKey(alertId) });
  const unshelve = useMutation({
    mutationFn: () => call<unknown>('POST', `/alerts/${encodeURIComponent(alertId)}/unshelve`),
    onSuccess: () => toast(t.done),
    // Also of a refusal: then it is not as this page shows it.
    onSettled: settle,
  });
  // What was typed into a dialog stays when the alert clears meanwhile.
  if (!mayHandle || (!alert.open && open === null)) return null;
  const isShelved = alert.suppression?.kind === 'shelved';
  const take = (taken: AlertStep) => {
    setFailed(null);
    unshelve.reset();
    step.mutate(
      { step: taken, alertIds: [alertId] },
      {
        onSuccess: ({ outcomes: [outcome] }) => {
          setOpen(null);
          if (outcome?.outcome === 'done') toast(t.done);
          else setFailed(outcome ?? null);
          void settle();
        },
      },
    );
  };
  const close = () => {
    step.reset();
    setOpen(null);
  };
  const dialog = { count: 1, error: step.error, isBusy: step.isPending, onStep: take, onClose: close };
  return (
    <>
      <div className="bulk alert-steps">
        {alert.acknowledgedBy === null && (
          <Button kind="primary" icon="ok" busy={step.isPending} onClick={() => take({ kind: 'acknowledge' })}>
            {t.acknowledge}
          </Button>
        )}
        {isShelved ? (
          <Button busy={unshelve.isPending} onClick={() => unshelve.mutate()}>
            {t.unshelve}
          </Button>
        ) : (
          <Button onClick={() => setOpen('shelve')}>{t.shelve}</Button>
        )}
        {alert.job && <Button onClick={() => setOpen('assign')}>{t.assign}</Button>}
      </div>
      {open === null && <ErrorNotice error={step.error ?? unshelve.error} />}
      {failed && (
        <Notice kind="warning" title={`${t.alert}: ${reasonText(failed, t)}`}>
          <Button onClick={() => setFailed(null)}>{t.dismiss}</Button>
        </Notice>
      )}
      {open === 'shelve' && <ShelveDialog {...dialog} />}
      {open === 'assign' && <AssignDialog {...dialog} />}
    </>
  );
}

/** Why it is over, or why nobody is told of it. */
function Standing({ context: { alert, shelf, group } }: { readonly context: AlertContext }): ReactElement | null {
  const t = useTexts(ALERT_TEXTS);
  const pick = usePick();
  const formats = useFormats();
  if (!alert.open) {
    return (
      <Notice kind="success" title={t.isOver}>
        {alert.clearedAt !== null && `${formats.exact(alert.clearedAt)}, ${endText(alert.clearReason, t)}`}
      </Notice>
    );
  }
  if (group) {
    return (
      <Notice title={t.groupOf}>
        <Link to={`/alerts/${encodeURIComponent(group.alertId)}`}>{pick(group.title)}</Link>
      </Notice>
    );
  }
  if (!alert.suppression) return null;
  const { kind } = alert.suppression;
  const text =
    kind === 'shelved' && shelf
      ? fill(t.shelvedBy, { name: shelf.shelvedBy, time: formats.exact(shelf.until), reason: shelf.reason })
      : kind === 'outOfService'
        ? t.outOfService
        : t.byDesign;
  return <Notice title={kind === 'shelved' ? t.shelved : t.suppressed}>{text}</Notice>;
}

function Charts({ context }: { readonly context: AlertContext }): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  const events = useChartEvents(context.alert);
  // A rule names what some sensors measure and others do not.
  const measured = context.series.filter(({ points }) => points.length > 0);
  if (measured.length === 0) return <p className="muted">{t.noReadings}</p>;
  return (
    <div className="alert-charts">
      {measured.map((series) => (
        <SeriesChart key={series.quantity} series={series} context={context} events={events} />
      ))}
    </div>
  );
}

function SeriesChart({
  series,
  context,
  events,
}: {
  readonly series: AlertContext['series'][number];
  readonly context: AlertContext;
  readonly events: readonly ChartEvent[];
}): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  const severities = useTexts(UI_TEXTS);
  const pick = usePick();
  const speech = useSpeech();
  const { quantity, label, unit, kind, points, thresholds, isCut } = series;
  const name = pick(label);
  const gapMs = context.reportingInterval === null ? undefined : MISSED_MESSAGES * msOf(context.reportingInterval);
  const drawn = useMemo(
    () => [
      {
        id: quantity,
        label: name,
        points: points.map((point) => ({ at: Date.parse(point.observedAt), value: point.value, mark: markOf(point) })),
        ...(gapMs !== undefined && gapMs > 0 && { gapMs }),
      },
    ],
    [quantity, name, points, gapMs],
  );
  const limits = useMemo(
    () =>
      thresholds.map(({ operator, limit, meaning, severity }) => {
        const text = `${speech.t[operator]} ${valueText(quantity, limit, speech)}`;
        const said = { text, severity: severity === null ? '' : severities[severity] };
        const template = { raises: t.limitRaises, worsens: t.limitWorsens, clears: t.limitClears }[meaning];
        return { value: limit, kind: meaning, label: fill(template, said) };
      }),
    [thresholds, quantity, speech, severities, t],
  );
  const display = kind === 'flag' ? 'flag' : isShare(quantity) ? 'percent' : 'number';
  return (
    <Chart
      title={name}
      unit={display === 'number' ? unitText(unit) : display === 'percent' ? '%' : ''}
      display={display}
      series={drawn}
      thresholds={limits}
      events={events}
      from={Date.parse(context.from)}
      to={withRoom(context)}
      isCut={isCut}
    />
  );
}

/** The last point and its flags stand clear of the edge. */
function withRoom({ from, to }: AlertContext): number {
  return Date.parse(to) + 0.03 * (Date.parse(to) - Date.parse(from));
}

function useChartEvents(alert: AlertContext['alert']): readonly ChartEvent[] {
  const t = useTexts(ALERT_TEXTS);
  const severities = useTexts(UI_TEXTS);
  const { raisedAt, acknowledgedAt, clearedAt, explanation } = alert;
  const worsened = explanation?.worsened;
  return useMemo(() => {
    const at = (iso: string, label: string): ChartEvent => ({ at: Date.parse(iso), label });
    return [
      at(raisedAt, t.eventRaised),
      ...(worsened ?? []).map((rise) => at(rise.at, fill(t.eventWorse, { severity: severities[rise.severity] }))),
      ...(acknowledgedAt === null ? [] : [at(acknowledgedAt, t.eventAcknowledged)]),
      ...(clearedAt === null ? [] : [at(clearedAt, t.eventCleared)]),
    ];
  }, [raisedAt, acknowledgedAt, clearedAt, worsened, severities, t]);
}

function Work({ context: { job } }: { readonly context: AlertContext }): ReactElement {
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

function AlertFacts({ context: { alert, rule, device } }: { readonly context: AlertContext }): ReactElement {
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

function Escalations({ context: { escalations } }: { readonly context: AlertContext }): ReactElement {
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

function Members({ context: { members, hasMoreMembers } }: { readonly context: AlertContext }): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  return (
    <Section title={t.groupMembers}>
      <AlertLines alerts={members} />
      {hasMoreMembers && <p className="muted">{fill(t.moreMembers, { n: members.length })}</p>}
    </Section>
  );
}

function History({ context: { history, job } }: { readonly context: AlertContext }): ReactElement {
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
