import type { Values } from '@stadtfunk/readings';
import { readingOf } from '@stadtfunk/readings/testing';
import { describe, expect, it } from 'vitest';
import { decodeState, encodeState, newState, type DeviceState } from '../device-state.ts';
import { applyUplink } from '../evaluator.ts';
import { RuleBench, rulesOf, subjectOf } from '../testing.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 0, 15, 11);

function rulesWhen(when: string) {
  return rulesOf(
    `version: "1"\nrules:\n  - { id: a.b, subject: asset, when: ${JSON.stringify(when)}, severity: minor, title: { de: A, en: A } }\n`,
  );
}

/** The level after each two hours of some days, of a bin that takes in 0.24 a day. */
function filling(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => Math.round((0.05 + 0.02 * index) * 1e4) / 1e4);
}

function hearAll(bench: RuleBench, levels: readonly number[], more: Values = {}) {
  return levels.flatMap((fillingLevel, index) => bench.hear(NOON + 2 * index * HOUR, { fillingLevel, ...more }));
}

describe('a forecast in a condition', () => {
  it('has an answer as soon as there is a forecast', () => {
    const bench = new RuleBench(rulesWhen('hoursUntilFull < 24'), subjectOf('WasteContainer'));
    const [raised, ...more] = hearAll(bench, filling(36));

    // 0.85 - 24 h * 0.01 per hour = 0.61, which the 28th reading after the first shows.
    expect(raised).toMatchObject({ type: 'raise' });
    expect((raised as { raisedAt: number }).raisedAt - NOON).toBeGreaterThanOrEqual(52 * HOUR);
    expect((raised as { raisedAt: number }).raisedAt - NOON).toBeLessThanOrEqual(60 * HOUR);
    expect(more).toEqual([]);
  });

  it('is explained by its value', () => {
    const bench = new RuleBench(rulesWhen('hoursUntilFull < 24'), subjectOf('WasteContainer'));
    const [raised] = hearAll(bench, filling(36));

    const text = JSON.stringify(raised);
    expect(text).toMatch(/"hoursUntilFull":2[23]\.\d/);
  });

  it('is remembered only where a rule asks', () => {
    const asked = new RuleBench(rulesWhen('hoursUntilFull < 24'), subjectOf('WasteContainer'));
    const unasked = new RuleBench(rulesWhen('fillingLevel > 2'), subjectOf('WasteContainer'));
    hearAll(asked, filling(20));
    hearAll(unasked, filling(20));

    expect(encodeState(asked.state)).toContain('forecast.fillingLevel');
    expect(encodeState(unasked.state)).not.toContain('forecast');
  });

  it('is the same after the state was stored and read back', () => {
    const rules = rulesWhen('hoursUntilFull < 24');
    const subject = subjectOf('WasteContainer');
    const hear = (state: DeviceState, fillingLevel: number, index: number) => {
      const at = NOON + 2 * index * HOUR;
      return applyUplink(rules, state, subject, at, [
        readingOf({ observedAt: at, receivedAt: at, values: { fillingLevel } }),
      ]);
    };
    const whole = newState();
    const told = filling(36).flatMap((level, index) => hear(whole, level, index));
    let stored = newState();
    const toldByStored = filling(36).flatMap((level, index) => {
      stored = decodeState(encodeState(stored));
      return hear(stored, level, index);
    });

    expect(toldByStored).toEqual(told);
    expect(encodeState(stored)).toBe(encodeState(whole));
  });
});
