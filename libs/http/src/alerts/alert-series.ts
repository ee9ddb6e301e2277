import type { Alert, ExplainedTerm, Explanation, Severity, Threshold } from '@stadtfunk/maintenance';
import { isQuantityName, QUANTITIES, type QuantityName } from '@stadtfunk/readings';

const HOUR_MS = 3_600_000;
/** Before an alert and after it as much is shown as it takes to see what is usual. */
const LEAST_AROUND_MS = 24 * HOUR_MS;
const MOST_AROUND_MS = 7 * 24 * HOUR_MS;
/** A page with more charts than this says less. */
const MOST_QUANTITIES = 4;

/** A limit that a value was compared with, to be drawn beside it. */
export interface SeriesThreshold {
  readonly text: string;
  readonly operator: Threshold['operator'];
  readonly limit: number;
  readonly meaning: 'raises' | 'worsens' | 'clears';
  /** That it becomes by this; null: it does not worsen. */
  readonly severity: Severity | null;
}

export interface SeriesPlan {
  /** UTC ms; inclusive. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly quantities: ReadonlyMap<QuantityName, readonly SeriesThreshold[]>;
}

/** Which readings tell the story of an alert, from when to when, and what they were compared with. */
export function planSeries(alert: Alert, now: number): SeriesPlan {
  const { explanation, raisedAt, clearedAt, raisedBy, clearedBy } = alert;
  const since = Math.min(explanation?.raised.since ?? raisedAt, raisedAt);
  const end = clearedAt ?? now;
  const around = Math.min(Math.max(end - since, LEAST_AROUND_MS), MOST_AROUND_MS);
  const quantities = explanation ? thresholdsOf(explanation) : new Map<QuantityName, SeriesThreshold[]>();
  for (const name of Object.keys({ ...raisedBy.values, ...clearedBy?.values })) {
    // What a rule named says more than what else was measured by the way.
    if (isQuantityName(name) && (quantities.size === 0 || !explanation)) quantities.set(name, []);
  }
  const ordered = [...quantities].sort(([, a], [, b]) => Number(b.length > 0) - Number(a.length > 0));
  return {
    from: since - around,
    to: Math.min(now, end + around) + 1,
    quantities: new Map(ordered.slice(0, MOST_QUANTITIES)),
  };
}

function thresholdsOf({ raised, worsened, clears }: Explanation): Map<QuantityName, SeriesThreshold[]> {
  const found = new Map<QuantityName, SeriesThreshold[]>();
  const seen = new Set<string>();
  const take = (term: ExplainedTerm, meaning: SeriesThreshold['meaning'], severity: Severity | null): void => {
    const names = quantitiesIn(term);
    for (const name of names) if (!found.has(name)) found.set(name, []);
    const threshold = thresholdOf(term);
    if (!threshold || seen.has(term.text)) return;
    seen.add(term.text);
    const { name, operator, limit } = threshold;
    found.get(name)?.push({ text: term.text, operator, limit, meaning, severity });
  };
  for (const { terms } of raised.conditions) for (const term of terms) take(term, 'raises', null);
  for (const { conditions, severity } of worsened) {
    for (const { terms } of conditions) for (const term of terms) take(term, 'worsens', severity);
  }
  for (const term of clears.terms) take(term, 'clears', null);
  return found;
}

/** Whatever a term names, also inside of a question such as `mean(fillingLevel, 'PT6H')`. */
function quantitiesIn({ text }: ExplainedTerm): readonly QuantityName[] {
  return [...new Set(text.match(/[A-Za-z]+/g) ?? [])].filter(isQuantityName);
}

/** `fillingLevel >= 0.85`, or of a question whose answer is in the unit of what it asks for. */
const PLAIN = /^(?:(?:reading|previous)\.)?([A-Za-z]+)$/;
const QUESTION = /^(?:mean|min|max)\((?:reading\.)?([A-Za-z]+),/;

/** A limit that can be drawn: a number that stands for the quantity itself, not for how fast it changes. */
function thresholdOf({ text, threshold }: ExplainedTerm) {
  if (!threshold || typeof threshold.limit !== 'number' || typeof threshold.value !== 'number') return undefined;
  const sides = text.split(/ (?:<=|>=|==|!=|<|>) /);
  const { operator, limit } = threshold;
  for (const side of sides) {
    const name = (PLAIN.exec(side) ?? QUESTION.exec(side))?.[1];
    if (name !== undefined && isQuantityName(name) && QUANTITIES[name].kind === 'number')
      return { name, operator, limit };
  }
  return undefined;
}
