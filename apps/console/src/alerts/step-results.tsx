import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { fill, useTexts } from '../i18n/texts.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNotice, Notice } from '../ui/notice.tsx';
import { useAlertName } from './alert-cells.tsx';
import { type Outcome, StepStopped } from './alert-steps.ts';
import { ALERT_TEXTS, type AlertTexts } from './texts.ts';

/** More are counted, not named. */
const MOST_NAMED = 12;

/** What became of each alert of a step, where that is not the same for all. Stays until it has been read. */
export function StepResults({
  outcomes,
  onDismiss,
}: {
  readonly outcomes: readonly Outcome[];
  readonly onDismiss: () => void;
}): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  const name = useAlertName();
  const failed = outcomes.filter(({ outcome }) => outcome !== 'done');
  return (
    <Notice
      kind="warning"
      title={fill(t.resultTitle, { done: outcomes.length - failed.length, failed: failed.length })}
    >
      <ul className="list">
        {failed.slice(0, MOST_NAMED).map((outcome) => (
          <li key={outcome.alertId}>
            {outcome.alert ? (
              <Link to={`/alerts/${encodeURIComponent(outcome.alertId)}`}>{name(outcome.alert)}</Link>
            ) : (
              <span>{t.alert}</span>
            )}{' '}
            {reasonText(outcome, t)}
          </li>
        ))}
        {failed.length > MOST_NAMED && <li>… {fill(t.count, { n: failed.length - MOST_NAMED })}</li>}
      </ul>
      <Button onClick={onDismiss}>{t.dismiss}</Button>
    </Notice>
  );
}

/** Why a step was not taken; where it broke off in the middle, for how many it was. */
export function StepError({ error }: { readonly error: unknown }): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  if (!(error instanceof StepStopped)) return <ErrorNotice error={error} />;
  return (
    <>
      <Notice kind="warning" title={fill(t.stoppedTitle, { told: error.told, left: error.left })}>
        {t.stoppedHelp}
      </Notice>
      <ErrorNotice error={error.cause} />
    </>
  );
}

/** Why a step was not taken for an alert. */
export function reasonText({ code, alert }: Outcome, t: AlertTexts): string {
  if (code === null || !(code in t)) return code ?? '';
  return fill(t[code as keyof AlertTexts], { name: alert?.acknowledgedBy ?? '' });
}
