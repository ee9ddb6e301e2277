import type { ExplainedTerm, Explanation, Threshold } from '@stadtfunk/maintenance';
import { describe, expect, it } from 'vitest';
import { anAlert } from '../testing/city.ts';
import { planSeries } from './alert-series.ts';

const NOON = Date.UTC(2026, 10, 21, 12);
const DAY = 86_400_000;

const term = (text: string, threshold: Threshold | null = null): ExplainedTerm => ({
  text,
  answer: true,
  values: {},
  threshold,
});
const at = (operator: Threshold['operator'], limit: Threshold['limit'], value: Threshold['value'] = 1): Threshold => {
  return { value, operator, limit };
};
function explained(raises: readonly ExplainedTerm[], clears: readonly ExplainedTerm[] = []): Explanation {
  const raised = { ruleVersion: '1', since: NOON, forMs: 0, readings: [] };
  return {
    raised: { ...raised, conditions: [{ text: '', holds: true, terms: raises }] },
    worsened: [
      {
        ...raised,
        severity: 'critical',
        at: NOON,
        conditions: [{ text: '', holds: true, terms: [term('tilt > 60', at('>', 60))] }],
      },
    ],
    clears: { text: '', forMs: 0, terms: clears },
    cleared: null,
  };
}
const planned = (terms: readonly ExplainedTerm[], clears: readonly ExplainedTerm[] = []) =>
  Object.fromEntries(
    [...planSeries(anAlert('a', { explanation: explained(terms, clears) }), NOON).quantities].map(
      ([name, thresholds]) => [
        name,
        thresholds.map(({ operator, limit, meaning }) => `${meaning} ${operator} ${limit}`),
      ],
    ),
  );

describe('planSeries', () => {
  it('draws limits of values and of their means, and nothing whose unit is another', () => {
    const terms = [
      term('tilt >= 30', at('>=', 30)),
      term('reading.temperature > 60', at('>', 60)),
      term("mean(supplyVoltage, 'PT1H') < 207", at('<', 207)),
      term('1.2 * asset.powerRating < activePower', at('>', 84)),
      term("slope(humidity, 'PT1H') > 0.1", at('>', 0.1)),
      term('fillingLevel - previous.fillingLevel <= 0.3', at('<=', 0.3)),
      term("name == 'x'", at('==', 'x', 'x')),
    ];

    expect(planned(terms.slice(0, 3))).toEqual({
      tilt: ['raises >= 30', 'worsens > 60'],
      temperature: ['raises > 60'],
      supplyVoltage: ['raises < 207'],
    });
    expect(planned(terms.slice(3))).toEqual({
      tilt: ['worsens > 60'],
      activePower: ['raises > 84'],
      humidity: [],
      fillingLevel: [],
    });
  });

  it('draws the limit once that raises and would clear', () => {
    const raise = term('tilt >= 30', at('>=', 30));

    expect(planned([raise], [raise, term('tilt < 10', at('<', 10))])['tilt']).toEqual([
      'raises >= 30',
      'worsens > 60',
      'clears < 10',
    ]);
  });

  it('shows what was measured where nobody explained', () => {
    const plan = planSeries(anAlert('a'), NOON);

    expect([...plan.quantities.keys()]).toEqual(['fillingLevel']);
  });

  it('shows as much before and after as it lasted, a day at least and a week at most, and nothing that is to come', () => {
    const alert = (days: number) =>
      anAlert('a', { raisedAt: NOON, clearedAt: NOON + days * DAY, clearReason: 'measured' });
    const around = (days: number) => {
      const { from, to } = planSeries(alert(days), NOON + 100 * DAY);
      return [(NOON - from) / DAY, (to - 1 - NOON) / DAY - days];
    };

    expect(around(0.1)).toEqual([1, expect.closeTo(1)]);
    expect(around(3)).toEqual([3, 3]);
    expect(around(50)).toEqual([7, 7]);
    expect(planSeries(anAlert('a', { raisedAt: NOON }), NOON + DAY).to).toBe(NOON + DAY + 1);
  });
});
