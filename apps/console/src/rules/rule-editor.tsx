import type { RuleDetail } from '@stadtfunk/http';
import { type ReactElement, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { useFormats } from '../i18n/formats.ts';
import { fill, useTexts } from '../i18n/texts.ts';
import { useCaller } from '../shell/caller.ts';
import { dropRisks, useAtRisk } from '../ui/at-risk.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { UI_TEXTS } from '../ui/texts.ts';
import { BacktestPanel } from './backtest-panel.tsx';
import { CodeField, type CodeFieldHandle } from './code-field.tsx';
import { ExamplesPanel } from './examples-panel.tsx';
import { forgetEdit, keepEdit, keptEdit, type KeptEdit } from './kept-edits.ts';
import { RuleHelp } from './rule-help.tsx';
import { useRule, useRuleCheck } from './rule-queries.ts';
import { RuleMistakes } from './rule-mistakes.tsx';
import { SaveDialog } from './save-dialog.tsx';
import { RULE_TEXTS } from './texts.ts';

/** Typing rests this long before the text is checked. */
const RESTS_MS = 350;
/** Under this name the text of a rule is kept that is not there yet. */
export const NEW_RULE = 'new';

/** Edits a rule, or writes a new one (`rule` null, beginning with `template`). */
export function RuleEditor({
  rule,
  template = '',
}: {
  readonly rule: RuleDetail | null;
  readonly template?: string;
}): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const navigate = useNavigate();
  const field = useRef<CodeFieldHandle>(null);
  const mistakesId = useId();
  const saved = rule ? (rule.draft?.yaml ?? rule.yaml) : template;
  const { edit, back, isKept, change, forget } = useEdit(rule?.ruleId ?? NEW_RULE, saved, rule?.newest ?? 0);
  const yaml = edit?.yaml ?? saved;
  const checked = useRested(yaml);
  const check = useRuleCheck(checked);
  const [isSaving, setSaving] = useState(false);
  const [isDiscarding, setDiscarding] = useState(false);
  const [panel, setPanel] = useState<'examples' | 'backtest' | null>(null);
  const problems = useMemo(() => check.data?.problems ?? [], [check.data]);
  const isChecked = checked === yaml && check.isSuccess && !check.isPlaceholderData;
  const mistakes = useMemo(() => new Set(problems.map(({ line }) => line)), [problems]);
  const id = check.data?.rule?.['id'];
  const ruleId = rule?.ruleId ?? (typeof id === 'string' ? id : null);
  const wrongId = rule !== null && typeof id === 'string' && id !== rule.ruleId ? id : null;
  const taken = useTaken(rule === null ? ruleId : null);
  const idProblem = wrongId
    ? fill(t.idChanged, { id: wrongId, expected: rule?.ruleId ?? '' })
    : taken
      ? fill(t.idTaken, { id: ruleId ?? '' })
      : null;
  return (
    <div className="rule-edit">
      <div className="rule-edit__main">
        {back && <IsBack back={back} newest={rule?.newest ?? 0} onDiscard={() => setDiscarding(true)} />}
        {rule?.draft && !edit && (
          <Notice title={fill(t.fromDraft, { n: rule.draft.number, author: rule.draft.author })} />
        )}
        <CodeField
          ref={field}
          label={t.editorLabel}
          hint={t.editorHelp}
          value={yaml}
          mistakes={mistakes}
          describedBy={mistakesId}
          onChange={change}
        />
        <RuleMistakes
          id={mistakesId}
          check={check}
          isChecked={isChecked}
          idProblem={idProblem}
          onGoTo={(line, column) => field.current?.goTo(line, column)}
        />
        <div className="rule-edit__bar">
          <p className="rule-edit__state" role="status">
            <strong>{edit ? t.changedText : t.unchangedText}</strong>
            {edit && <span className="muted"> {isKept ? t.keptHere : t.notKept}</span>}
          </p>
          {edit && (
            <Button kind="tertiary" onClick={() => setDiscarding(true)}>
              {t.discard}
            </Button>
          )}
          <Button aria-expanded={panel === 'examples'} onClick={() => setPanel('examples')}>
            {t.runExamples}
          </Button>
          <Button aria-expanded={panel === 'backtest'} onClick={() => setPanel('backtest')}>
            {t.backtest}
          </Button>
          <Button kind="primary" onClick={() => setSaving(true)}>
            {t.save}
          </Button>
        </div>
        {panel === 'examples' && <ExamplesPanel yaml={yaml} onGoTo={(line) => field.current?.goTo(line, 1)} />}
        {panel === 'backtest' && <BacktestPanel yaml={yaml} isInForce={rule !== null && rule.mode !== null} />}
      </div>
      <RuleHelp onInsert={(text) => field.current?.insert(text)} />
      {isSaving && (
        <SaveDialog
          ruleId={ruleId}
          mode={rule?.mode ?? null}
          yaml={yaml}
          expected={edit?.expected ?? rule?.newest ?? 0}
          isWrong={!isChecked || problems.length > 0 || idProblem !== null}
          canDraft={idProblem === null && ruleId !== null}
          onClose={() => setSaving(false)}
          onSaved={(version) => {
            forget();
            dropRisks();
            setSaving(false);
            void navigate(`/rules/${encodeURIComponent(version.ruleId)}${version.state === 'draft' ? '/edit' : ''}`);
          }}
        />
      )}
      {isDiscarding && (
        <DiscardDialog
          onClose={() => setDiscarding(false)}
          onDiscard={() => {
            forget();
            setDiscarding(false);
          }}
        />
      )}
    </div>
  );
}

/** What is typed and not saved. It survives this page: by every key it is kept in the browser. */
function useEdit(name: string, saved: string, newest: number) {
  const { accountId } = useCaller();
  const ui = useTexts(UI_TEXTS);
  const [back, setBack] = useState<KeptEdit | null>(() => keptEdit(accountId, name));
  const [edit, setEdit] = useState<Omit<KeptEdit, 'at'> | null>(back);
  const [isKept, setKept] = useState(true);
  const forget = () => {
    forgetEdit(accountId, name);
    setEdit(null);
    setBack(null);
    setKept(true);
  };
  const change = (yaml: string) => {
    const expected = edit?.expected ?? newest;
    if (yaml === saved && expected === newest) return forget();
    setEdit({ yaml, expected });
    setKept(keepEdit(accountId, name, { yaml, expected }));
  };
  const isAtRisk = edit !== null && !isKept;
  useAtRisk(isAtRisk ? ui.typedLost : null);
  return { edit, back, isKept, change, forget };
}

/** A text once it has not changed for a moment. */
function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setRested(text), RESTS_MS);
    return () => window.clearTimeout(timer);
  }, [text]);
  return rested;
}

/** Whether there is a rule of this id already. */
function useTaken(ruleId: string | null): boolean {
  const rule = useRule(ruleId ?? '', ruleId !== null);
  return ruleId !== null && rule.data !== undefined;
}

function IsBack({
  back,
  newest,
  onDiscard,
}: {
  readonly back: KeptEdit;
  readonly newest: number;
  readonly onDiscard: () => void;
}): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const formats = useFormats();
  const isOld = back.expected !== newest;
  return (
    <Notice kind={isOld ? 'warning' : 'info'} title={t.isBack}>
      <p>
        {fill(t.isBackHelp, { time: formats.exact(new Date(back.at).toISOString()) })}{' '}
        {isOld && fill(t.isBackOld, { n: newest })}
      </p>
      <Button kind="tertiary" onClick={onDiscard}>
        {t.discard}
      </Button>
    </Notice>
  );
}

function DiscardDialog({
  onClose,
  onDiscard,
}: {
  readonly onClose: () => void;
  readonly onDiscard: () => void;
}): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const ui = useTexts(UI_TEXTS);
  return (
    <Dialog
      title={t.discardTitle}
      onClose={onClose}
      footer={
        <>
          <Button kind="tertiary" onClick={onClose}>
            {ui.cancel}
          </Button>
          <Button kind="primary" onClick={onDiscard}>
            {t.discard}
          </Button>
        </>
      }
    >
      <p>{t.discardHelp}</p>
    </Dialog>
  );
}
