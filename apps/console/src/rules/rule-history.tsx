import type { RuleDetail, RuleVersionHead } from '@stadtfunk/http';
import { type ReactElement, useState } from 'react';
import { fill, useTexts } from '../i18n/texts.ts';
import { useCaller } from '../shell/caller.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { LoadMore } from '../ui/load-more.tsx';
import { Section } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { ExactTime } from '../ui/time.tsx';
import { useUrlParam } from '../ui/url-state.ts';
import { DifferenceView } from './difference-view.tsx';
import { ReasonDialog } from './reason-dialog.tsx';
import { RuleStateBadge } from './rule-badges.tsx';
import { restoreRule, useRuleHistory, useRuleVersion } from './rule-queries.ts';
import { RULE_TEXTS } from './texts.ts';

/** All versions of a rule: who, when, why; what changed between any two; and back to one of them. */
export function RuleHistory({ rule }: { readonly rule: RuleDetail }): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const history = useRuleHistory(rule.ruleId);
  const [restoring, setRestoring] = useState<number | null>(null);
  const [oldText, setOld] = useUrlParam('old');
  const [newText, setNew] = useUrlParam('new');
  if (history.isError) return <Failed error={history.error} onRetry={() => void history.refetch()} />;
  if (!history.data) return <Loading />;
  const versions = history.data.pages.flatMap(({ items }) => items);
  if (versions.length === 0) return <Empty title={t.neverSaved} />;
  const fresh = numberIn(newText) ?? rule.newest;
  const old = numberIn(oldText) ?? (rule.newest > 1 ? rule.newest - 1 : rule.inFiles ? 0 : null);
  const numbers = [...versions.map(({ number }) => number), ...(rule.inFiles && !history.hasNextPage ? [0] : [])];
  const heads = new Map(versions.map((version) => [version.number, version]));
  return (
    <>
      <Section title={t.history}>
        <ol className="rule-versions">
          {numbers.map((number) => (
            <VersionRow
              key={number}
              number={number}
              head={heads.get(number) ?? null}
              rule={rule}
              isOld={old === number}
              isNew={fresh === number}
              onOld={() => setOld(String(number))}
              onNew={() => setNew(String(number))}
              onRestore={() => setRestoring(number)}
            />
          ))}
        </ol>
        <LoadMore
          hasMore={history.hasNextPage}
          busy={history.isFetchingNextPage}
          onMore={() => void history.fetchNextPage()}
        />
      </Section>
      {old !== null && <Compared rule={rule} old={old} fresh={fresh} />}
      {restoring !== null && (
        <ReasonDialog
          title={restoring === 0 ? t.restoreFileTitle : fill(t.restoreTitle, { n: restoring })}
          help={t.restoreHelp}
          action={t.restore}
          done={({ number }) => fill(t.restored, { n: number })}
          act={(reason) => restoreRule({ ruleId: rule.ruleId, number: restoring, reason, expected: rule.newest })}
          onClose={() => setRestoring(null)}
        />
      )}
    </>
  );
}

function numberIn(text: string | null): number | null {
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) : null;
}

function VersionRow({
  number,
  head,
  rule,
  isOld,
  isNew,
  onOld,
  onNew,
  onRestore,
}: {
  readonly number: number;
  /** null: of the rule file. */
  readonly head: RuleVersionHead | null;
  readonly rule: RuleDetail;
  readonly isOld: boolean;
  readonly isNew: boolean;
  readonly onOld: () => void;
  readonly onNew: () => void;
  readonly onRestore: () => void;
}): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const mayWrite = useCaller().may('rules.write');
  const isInForce = rule.number === number && head?.state !== 'file';
  const name = number === 0 ? t.fromFiles : fill(t.numbered, { n: number });
  return (
    <li className="rule-version">
      <div className="rule-version__chosen">
        <label>
          <input type="radio" name="old" aria-label={`${t.older}: ${name}`} checked={isOld} onChange={onOld} />{' '}
          {t.older}
        </label>
        <label>
          <input type="radio" name="new" aria-label={`${t.newer}: ${name}`} checked={isNew} onChange={onNew} />{' '}
          {t.newer}
        </label>
      </div>
      <div className="rule-version__what">
        <div className="rule-version__head">
          <strong>{name}</strong>
          {head && <RuleStateBadge state={head.state} />}
          {isInForce && <Badge tone="success">{t.inForceNow}</Badge>}
          {head?.restores !== null && head?.restores !== undefined && (
            <span className="muted">
              {fill(t.restores, { n: head.restores === 0 ? t.fromFiles : fill(t.numbered, { n: head.restores }) })}
            </span>
          )}
        </div>
        {head ? (
          <>
            <p className="rule-version__reason">{head.reason}</p>
            <p className="muted">
              {head.author}, <ExactTime time={head.savedAt} />
            </p>
          </>
        ) : (
          <p className="muted">{t.initialFile}</p>
        )}
      </div>
      {mayWrite && !isInForce && (
        <Button aria-label={`${t.restore}: ${name}`} onClick={onRestore}>
          {t.restore}
        </Button>
      )}
    </li>
  );
}

function Compared({
  rule,
  old,
  fresh,
}: {
  readonly rule: RuleDetail;
  readonly old: number;
  readonly fresh: number;
}): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const [before, after] = [useText(rule, old), useText(rule, fresh)];
  const name = (number: number) => (number === 0 ? t.fromFiles : fill(t.numbered, { n: number }));
  const label = fill(t.differenceOf, { old: name(old), new: name(fresh) });
  return (
    <div className="section">
      <h2 className="section__title">{label}</h2>
      {before.error !== null || after.error !== null ? (
        <Failed error={before.error ?? after.error} />
      ) : before.yaml === null || after.yaml === null ? (
        <Loading lines={4} />
      ) : (
        <DifferenceView old={before.yaml} fresh={after.yaml} label={label} />
      )}
    </div>
  );
}

function useText(rule: RuleDetail, number: number): { readonly yaml: string | null; readonly error: unknown } {
  const version = useRuleVersion(rule.ruleId, number);
  if (number === 0) return { yaml: rule.inFiles?.yaml ?? '', error: null };
  return { yaml: version.data?.yaml ?? null, error: version.error };
}
