import type {
  ClearTerms,
  ExplainedCondition,
  ExplainedDecision,
  ExplainedTerm,
  Explanation,
} from '@stadtfunk/maintenance';
import type { Values } from '@stadtfunk/readings';
import { evidenceOf } from './alert-changes.ts';
import { explainTerms } from './condition-terms.ts';
import type { Kept, RuleMemory } from './device-state.ts';
import type { ReadingContext } from './reading-context.ts';
import type { Silence } from './reporting-pattern.ts';
import type { Condition, Rule, SeverityRise } from './rule.ts';

type When = Extract<Condition, { kind: 'when' }>;

/** What an explanation of a `when` rule is made of. `context` is of the last of the readings. */
interface Facts {
  readonly since: number;
  readonly forMs: number;
  readonly readings: readonly Kept[];
  readonly context: ReadingContext;
}

/** Why a `when` rule raises now. To be asked before the memory is told so. */
export function explainWhen(rule: Rule, condition: When, memory: RuleMemory, facts: Facts): Explanation {
  const { alternatives, clear, restart } = condition;
  const { context } = facts;
  const conditions = alternatives.map((alternative, index) => {
    const holds = ((memory.m ?? 0) & (1 << index)) !== 0;
    return { text: alternative.text, holds, terms: explainTerms(alternative, context) };
  });
  const ends = [clear, restart].flatMap((expression) => (expression ? explainTerms(expression, context) : []));
  const terms = [...ends, ...conditions.flatMap((each) => each.terms)];
  const clears = { text: clearText(condition), forMs: rule.clearForMs, terms: eachOnce(terms) };
  return newExplanation(decide(rule, facts, conditions), clears);
}

/** Why a `when` rule clears now. */
export function explainClear(rule: Rule, condition: When, facts: Facts): ExplainedDecision {
  const expressions = condition.clear ? [condition.clear, ...condition.alternatives] : condition.alternatives;
  const terms = eachOnce(expressions.flatMap((expression) => explainTerms(expression, facts.context)));
  return decide(rule, facts, [{ text: clearText(condition), holds: true, terms }]);
}

/** Why it is over for the one before, and its time begins anew. */
export function explainRestart(rule: Rule, reading: Kept, context: ReadingContext): ExplainedDecision {
  const { condition } = rule;
  if (condition.kind !== 'when' || !condition.restart) throw new Error(`rule ${rule.id} never begins anew`);
  const { restart } = condition;
  const terms = explainTerms(restart, context);
  return decide(rule, { since: reading[0], forMs: 0, readings: [reading] }, [
    { text: restart.text, holds: true, terms },
  ]);
}

/** It ends where `clear` holds and no alternative does, or where it begins anew. */
function clearText({ alternatives, clear, restart }: When): string {
  const none = `!(${alternatives.map(({ text }) => text).join(' || ')})`;
  const over = clear ? `(${clear.text}) && ${none}` : none;
  return restart ? `(${restart.text}) || ${over}` : over;
}

function eachOnce(terms: readonly ExplainedTerm[]): readonly ExplainedTerm[] {
  return [...new Map(terms.map((term) => [term.text, term])).values()];
}

/** Why an `unchanged` rule raises now. */
export function explainUnchanged(
  rule: Rule,
  quantity: keyof Values,
  value: number | boolean,
  facts: Omit<Facts, 'context'>,
): Explanation {
  const text = `${quantity} == ${value}`;
  const term = { text, answer: true, values: { [quantity]: value }, threshold: null };
  const clears = { text: `${quantity} != ${value}`, forMs: 0, terms: [term] };
  return newExplanation(decide(rule, facts, [{ text, holds: true, terms: [term] }]), clears);
}

/** Why an `unchanged` rule clears now: the value was `before`. */
export function explainChange(
  rule: Rule,
  quantity: keyof Values,
  before: number | boolean,
  reading: Kept,
): ExplainedDecision {
  const text = `${quantity} != ${before}`;
  const value = reading[2][quantity]!;
  const term: ExplainedTerm = {
    text,
    answer: true,
    values: { [quantity]: value },
    threshold: { value, operator: '!=', limit: before },
  };
  return decide(rule, { since: reading[0], forMs: 0, readings: [reading] }, [{ text, holds: true, terms: [term] }]);
}

/** Why a `silent` rule raises at `at`. */
export function explainSilence(
  rule: Rule,
  { of, intervals, marginMs, atLeastMs }: Extract<Condition, { kind: 'silent' }>,
  { since, intervalMs, jitterMs, allowedMs }: Silence,
  at: number,
): Explanation {
  const text = `silenceMs >= max(${atLeastMs}, ${intervals} * intervalMs + jitterMs + ${marginMs})`;
  const silenceMs = at - since;
  const term: ExplainedTerm = {
    text,
    answer: true,
    values: { silenceMs, intervalMs, jitterMs },
    threshold: { value: silenceMs, operator: '>=', limit: allowedMs },
  };
  const facts = { since, forMs: allowedMs, readings: [] };
  const clears = { text: of ?? 'contact', forMs: 0, terms: [] };
  return newExplanation(decide(rule, facts, [{ text, holds: true, terms: [term] }]), clears);
}

/** Why a `silent` rule clears now. */
export function explainHeard(rule: Rule, of: 'contact' | 'measurement', at: number): ExplainedDecision {
  return decide(rule, { since: at, forMs: 0, readings: [] }, [{ text: of, holds: true, terms: [] }]);
}

/** Why the severity rises, by time or by a reading. */
export function explainRise(
  rule: Rule,
  rise: SeverityRise,
  raisedAt: number,
  shown: { readonly reading: Kept; readonly context: ReadingContext } | null,
): ExplainedDecision {
  if ('afterMs' in rise) return decide(rule, { since: raisedAt, forMs: rise.afterMs, readings: [] }, []);
  const { reading, context } = shown!;
  const condition = { text: rise.when.text, holds: true, terms: explainTerms(rise.when, context) };
  return decide(rule, { since: reading[0], forMs: 0, readings: [reading] }, [condition]);
}

function decide(
  rule: Rule,
  { since, forMs, readings }: Omit<Facts, 'context'>,
  conditions: readonly ExplainedCondition[],
): ExplainedDecision {
  return { ruleVersion: rule.version, since, forMs, readings: readings.map(evidenceOf), conditions };
}

function newExplanation(raised: ExplainedDecision, clears: ClearTerms): Explanation {
  return { raised, worsened: [], clears, cleared: null };
}
