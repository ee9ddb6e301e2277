import type { RuleDetail, RuleVersion, RuleVersionHead } from '@stadtfunk/http';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useId, useState } from 'react';
import { ApiError } from '../api/client.ts';
import { fill, useTexts } from '../i18n/texts.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextArea } from '../ui/field.tsx';
import { ErrorNotice, Notice } from '../ui/notice.tsx';
import { Loaded } from '../ui/states.tsx';
import { UI_TEXTS } from '../ui/texts.ts';
import { toast } from '../ui/toasts.tsx';
import { DifferenceView } from './difference-view.tsx';
import { ruleKeys, saveRule, type SavedState, useRuleVersion } from './rule-queries.ts';
import { RULE_TEXTS } from './texts.ts';

const STATES: readonly SavedState[] = ['live', 'shadow', 'draft'];

/** Saves a text as a draft, in shadow mode or live, with the reason. */
export function SaveDialog({
  ruleId,
  mode,
  yaml,
  expected,
  isWrong,
  canDraft,
  onClose,
  onSaved,
}: {
  /** null: the text has none yet. */
  readonly ruleId: string | null;
  readonly mode: RuleDetail['mode'];
  readonly yaml: string;
  readonly expected: number;
  /** It has mistakes: it can only be a draft. */
  readonly isWrong: boolean;
  readonly canDraft: boolean;
  readonly onClose: () => void;
  readonly onSaved: (version: RuleVersion) => void;
}): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const ui = useTexts(UI_TEXTS);
  const queries = useQueryClient();
  const form = useId();
  const [state, setState] = useState<SavedState>(isWrong ? 'draft' : (mode ?? 'shadow'));
  const [reason, setReason] = useState('');
  const [isAsked, setAsked] = useState(false);
  const save = useMutation({
    mutationFn: (over: number | null) =>
      saveRule({ ruleId: ruleId ?? '', yaml, state, reason: reason.trim(), expected: over ?? expected }),
    onSuccess: async (version) => {
      await queries.invalidateQueries({ queryKey: ruleKeys.all });
      toast(fill(t.saved, { n: version.number }));
      onSaved(version);
    },
  });
  const newest = newestOf(save.error);
  const helps = { live: t.saveLiveHelp, shadow: t.saveShadowHelp, draft: t.saveDraftHelp };
  const submit = (over: number | null) => {
    setAsked(true);
    if (reason.trim() !== '' && !save.isPending) save.mutate(over);
  };
  return (
    <Dialog
      title={fill(t.saveTitle, { name: ruleId ?? t.newRule })}
      isWide={newest !== null}
      onClose={onClose}
      footer={
        <>
          <Button kind="tertiary" onClick={onClose}>
            {ui.cancel}
          </Button>
          {newest ? (
            <Button kind="primary" busy={save.isPending} onClick={() => submit(newest.number)}>
              {t.saveOver}
            </Button>
          ) : (
            <Button kind="primary" type="submit" form={form} busy={save.isPending}>
              {ui.save}
            </Button>
          )}
        </>
      }
    >
      <form
        id={form}
        className="rule-form"
        noValidate
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          submit(null);
        }}
      >
        <fieldset className="save-states">
          <legend className="kern-label">{t.saveAs}</legend>
          {STATES.map((each) => {
            const isBarred = each === 'draft' ? !canDraft : isWrong;
            return (
              <label key={each} className={`save-state ${isBarred ? 'save-state--barred' : ''}`}>
                <input
                  type="radio"
                  name="state"
                  value={each}
                  checked={state === each}
                  disabled={isBarred}
                  onChange={() => setState(each)}
                />
                <span>
                  <strong>{t[each]}</strong>
                  <span className="save-state__help">{helps[each]}</span>
                </span>
              </label>
            );
          })}
        </fieldset>
        {isWrong && <p className="muted">{t.saveBlocked}</p>}
        <TextArea
          label={t.reason}
          hint={t.reasonHint}
          value={reason}
          maxLength={2000}
          required
          error={isAsked && reason.trim() === '' ? t.reasonMissing : null}
          onChange={(event) => setReason(event.target.value)}
        />
        {newest ? <Conflict newest={newest} yaml={yaml} /> : <ErrorNotice error={save.error} />}
      </form>
    </Dialog>
  );
}

/** What somebody else has saved meanwhile; null: that is not what went wrong. */
function newestOf(error: unknown): RuleVersionHead | null {
  if (!(error instanceof ApiError) || error.code !== 'rule.conflict') return null;
  return (error.body['newest'] as RuleVersionHead | null | undefined) ?? null;
}

function Conflict({ newest, yaml }: { readonly newest: RuleVersionHead; readonly yaml: string }): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const { author, number, reason } = newest;
  const theirs = useRuleVersion(newest.ruleId, number);
  return (
    <>
      <Notice kind="warning" title={fill(t.conflictTitle, { author, n: number })}>
        {fill(t.conflictHelp, { reason })}
      </Notice>
      <Loaded query={theirs}>
        {({ yaml: old }) => (
          <DifferenceView old={old} fresh={yaml} label={fill(t.differenceOf, { old: number, new: t.thisText })} />
        )}
      </Loaded>
    </>
  );
}
