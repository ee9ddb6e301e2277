import { type FormEvent, type ReactElement, useId, useRef, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { call } from '../api/client.ts';
import type { Organisation } from '../api/types.ts';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { useCaller } from '../shell/caller.ts';
import { useConsoleSettings } from '../shell/console-settings.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Checkbox, Input, TextArea } from '../ui/field.tsx';
import type { AlertStep } from './alert-steps.ts';
import { endProblem, ofLocalField, roundedUp, toLocalField } from '../i18n/local-time.ts';
import { StepError } from './step-results.tsx';
import { ALERT_TEXTS } from './texts.ts';

const HOUR_MS = 3_600_000;
const MOST_SHELF_DAYS = 30;

interface StepDialogProps {
  /** How many alerts it is about. */
  readonly count: number;
  /** What went wrong when it was tried; the form stays as it is. */
  readonly error: unknown;
  readonly isBusy: boolean;
  readonly onStep: (step: AlertStep) => void;
  readonly onClose: () => void;
}

function useCountText(count: number): string {
  const t = useTexts(ALERT_TEXTS);
  return count === 1 ? t.countOne : fill(t.count, { n: count });
}

export function ShelveDialog({ count, error, isBusy, onStep, onClose }: StepDialogProps): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  const { zone } = useConsoleSettings();
  const countText = useCountText(count);
  const form = useId();
  const [until, setUntil] = useState(() => toLocalField(roundedUp(Date.now() + 4 * HOUR_MS), zone));
  const [reason, setReason] = useState('');
  const [isOfProblem, setOfProblem] = useState(true);
  const [isTried, setTried] = useState(false);
  const reasonInput = useRef<HTMLFormElement>(null);
  const end = ofLocalField(until, zone);
  const wrongEnd = endProblem(end, Date.now(), MOST_SHELF_DAYS);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (reason.trim() === '' || wrongEnd !== null || end === undefined) {
      // React draws the errors first, then the first wrong field gets the focus.
      window.setTimeout(() => reasonInput.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus());
      return;
    }
    onStep({
      kind: 'shelve',
      until: new Date(end).toISOString(),
      reason: reason.trim(),
      scope: isOfProblem ? 'problem' : 'alert',
    });
  };
  const quick = [
    [t.forHour, HOUR_MS],
    [t.forHours, 4 * HOUR_MS],
    [t.forDay, 24 * HOUR_MS],
    [t.forWeek, 7 * 24 * HOUR_MS],
  ] as const;
  return (
    <Dialog
      title={fill(t.shelveTitle, { n: countText })}
      onClose={onClose}
      footer={<DialogButtons form={form} isBusy={isBusy} action={t.shelveNow} onClose={onClose} />}
    >
      <form id={form} onSubmit={submit} noValidate className="alert-form" ref={reasonInput}>
        <p>{t.shelveHelp}</p>
        <TextArea
          label={t.reason}
          hint={t.reasonHint}
          value={reason}
          maxLength={2000}
          autoFocus
          error={isTried && reason.trim() === '' ? t.reasonMissing : null}
          onChange={(event) => setReason(event.target.value)}
        />
        <div className="quick" role="group" aria-label={t.quick}>
          {quick.map(([label, ms]) => (
            <Button
              key={label}
              kind="tertiary"
              onClick={() => setUntil(toLocalField(roundedUp(Date.now() + ms), zone))}
            >
              {label}
            </Button>
          ))}
        </div>
        <Input
          type="datetime-local"
          label={t.untilField}
          hint={fill(t.untilHint, { zone })}
          value={until}
          error={isTried && wrongEnd !== null ? (wrongEnd === 'tooLong' ? t.untilTooLong : t.untilMissing) : null}
          onChange={(event) => setUntil(event.target.value)}
        />
        <Checkbox label={t.alsoNew} checked={isOfProblem} onChange={(event) => setOfProblem(event.target.checked)} />
        <StepError error={error} />
      </form>
    </Dialog>
  );
}

export function AssignDialog({ count, error, isBusy, onStep, onClose }: StepDialogProps): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  const countText = useCountText(count);
  const names = useKnownNames();
  const form = useId();
  const list = useId();
  const [assignee, setAssignee] = useState('');
  const [isTried, setTried] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (assignee.trim() !== '') onStep({ kind: 'assign', assignee: assignee.trim() });
  };
  return (
    <Dialog
      title={fill(t.assignTitle, { n: countText })}
      onClose={onClose}
      footer={<DialogButtons form={form} isBusy={isBusy} action={t.assignNow} onClose={onClose} />}
    >
      <form id={form} onSubmit={submit} noValidate className="alert-form">
        <Input
          label={t.assignee}
          hint={t.assigneeHint}
          value={assignee}
          maxLength={200}
          list={list}
          autoFocus
          autoComplete="off"
          error={isTried && assignee.trim() === '' ? t.assigneeMissing : null}
          onChange={(event) => setAssignee(event.target.value)}
        />
        <datalist id={list}>
          {names.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <StepError error={error} />
      </form>
    </Dialog>
  );
}

/** Who may be meant: oneself, and the crews of the city. Any other name will do. */
function useKnownNames(): readonly string[] {
  const pick = usePick();
  const { displayName } = useCaller();
  const { data } = useQuery({
    queryKey: ['organisation'],
    queryFn: ({ signal }) => call<Organisation>('GET', '/organisation', undefined, { signal }),
    staleTime: Infinity,
  });
  const crews = data?.departments.flatMap(({ crews: some }) => some.map(({ name }) => pick(name))) ?? [];
  return [...new Set([displayName, ...crews])].filter((name) => name !== '');
}

export function DialogButtons({
  form,
  isBusy,
  action,
  onClose,
}: {
  readonly form: string;
  readonly isBusy: boolean;
  readonly action: string;
  readonly onClose: () => void;
}): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  return (
    <>
      <Button kind="secondary" onClick={onClose}>
        {t.cancel}
      </Button>
      <Button kind="primary" type="submit" form={form} busy={isBusy}>
        {action}
      </Button>
    </>
  );
}
