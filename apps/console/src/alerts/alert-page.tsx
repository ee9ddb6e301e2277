import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { Link, useParams } from 'react-router';
import { call } from '../api/client.ts';
import type { AlertContext } from '../api/types.ts';
import { useFormats } from '../i18n/formats.ts';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { useCaller } from '../shell/caller.ts';
import { SeverityBadge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice, Notice } from '../ui/notice.tsx';
import { Page, Section } from '../ui/page.tsx';
import { Loaded } from '../ui/states.tsx';
import { toast } from '../ui/toasts.tsx';
import { AlertStateText, useWhere } from './alert-cells.tsx';
import { AlertCharts } from './alert-charts.tsx';
import { alertContextKey, useAlertContext } from './alert-context.ts';
import { AlertExplanation, endText } from './alert-explanation.tsx';
import { AlertEscalations, AlertFacts, AlertJob } from './alert-facts.tsx';
import { AlertHistory, AlertMembers } from './alert-history.tsx';
import { type AlertStep, type Outcome, useAlertStep } from './alert-steps.ts';
import { AssignDialog, ShelveDialog } from './step-dialogs.tsx';
import { reasonText } from './step-results.tsx';
import { ALERT_TEXTS } from './texts.ts';
import './alerts.css';

/** All that one has to know to judge an alert, and what one does about it. */
export default function AlertPage(): ReactElement {
  const { alertId = '' } = useParams();
  const t = useTexts(ALERT_TEXTS);
  const context = useAlertContext(alertId);
  if (context.data === undefined) {
    return (
      <Page title={t.alert} back={{ to: '/alerts', title: t.back }}>
        <Loaded query={context}>{() => null}</Loaded>
      </Page>
    );
  }
  return <AlertView key={alertId} context={context.data} />;
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
    <Page title={pick(alert.title)} subtitle={subtitle} back={{ to: '/alerts', title: t.back }}>
      <Steps context={context} />
      <Standing context={context} />
      <div className="alert-detail">
        <div className="alert-detail__main">
          <Section title={t.readings}>
            <AlertCharts context={context} />
          </Section>
          <Section title={t.why}>
            <AlertExplanation alert={alert} />
          </Section>
          {members.length > 0 && <AlertMembers context={context} />}
          <AlertHistory context={context} />
        </div>
        <div className="alert-detail__side">
          <AlertJob context={context} />
          <Section title={t.facts}>
            <AlertFacts context={context} />
          </Section>
          <Section title={t.escalations}>
            <AlertEscalations context={context} />
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
  const settle = () => client.invalidateQueries({ queryKey: alertContextKey(alertId) });
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
