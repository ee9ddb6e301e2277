import type { ExplainedDecision, ExplainedTerm, Explanation } from '@stadtfunk/maintenance';
import { isoDuration, isoOf } from '../schemas.ts';

export function toExplanationBody({ raised, worsened, clears, cleared }: Explanation) {
  return {
    raised: toDecisionBody(raised),
    worsened: worsened.map((rise) => ({ severity: rise.severity, at: isoOf(rise.at), ...toDecisionBody(rise) })),
    clears: { text: clears.text, for: isoDuration(clears.forMs), terms: clears.terms.map(toTermBody) },
    cleared: cleared && toDecisionBody(cleared),
  };
}

function toDecisionBody({ ruleVersion, since, forMs, readings, conditions }: ExplainedDecision) {
  return {
    ruleVersion,
    since: isoOf(since),
    for: isoDuration(forMs),
    readings: readings.map(({ observedAt, receivedAt, values }) => {
      return { observedAt: isoOf(observedAt), receivedAt: isoOf(receivedAt), values };
    }),
    conditions: conditions.map(({ text, holds, terms }) => ({ text, holds, terms: terms.map(toTermBody) })),
  };
}

function toTermBody({ text, answer, values, threshold }: ExplainedTerm) {
  return { text, answer, values: { ...values }, threshold: threshold && { ...threshold } };
}
