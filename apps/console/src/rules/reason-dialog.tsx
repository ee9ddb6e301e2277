import type { RuleVersion } from '@stadtfunk/http';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useId, useState } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextArea } from '../ui/field.tsx';
import { ErrorNotice } from '../ui/notice.tsx';
import { UI_TEXTS } from '../ui/texts.ts';
import { toast } from '../ui/toasts.tsx';
import { ruleKeys } from './rule-queries.ts';
import { RULE_TEXTS } from './texts.ts';

/** Asks for the reason of a change to a rule, and makes it. */
export function ReasonDialog({
  title,
  help,
  action,
  done,
  act,
  onClose,
}: {
  readonly title: string;
  readonly help: string;
  /** What the button says. */
  readonly action: string;
  readonly done: (version: RuleVersion) => string;
  readonly act: (reason: string) => Promise<RuleVersion>;
  readonly onClose: () => void;
}): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const ui = useTexts(UI_TEXTS);
  const queries = useQueryClient();
  const form = useId();
  const [reason, setReason] = useState('');
  const [isAsked, setAsked] = useState(false);
  const change = useMutation({
    mutationFn: () => act(reason.trim()),
    onSuccess: async (version) => {
      await queries.invalidateQueries({ queryKey: ruleKeys.all });
      toast(done(version));
      onClose();
    },
    // Whoever was second sees how things stand now.
    onError: () => queries.invalidateQueries({ queryKey: ruleKeys.all }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (reason.trim() !== '' && !change.isPending) change.mutate();
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button kind="tertiary" onClick={onClose}>
            {ui.cancel}
          </Button>
          <Button kind="primary" type="submit" form={form} busy={change.isPending}>
            {action}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="rule-form" noValidate>
        <p>{help}</p>
        <TextArea
          label={t.reason}
          hint={t.reasonHint}
          value={reason}
          maxLength={2000}
          required
          error={isAsked && reason.trim() === '' ? t.reasonMissing : null}
          onChange={(event) => setReason(event.target.value)}
        />
        <ErrorNotice error={change.error} />
      </form>
    </Dialog>
  );
}
