import type { Reading, Values } from '@stadtfunk/readings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Calendar, DEFAULT_CALENDAR } from './calendar.ts';
import { closureOf } from './closure.ts';
import { encodeState, newState } from './device-state.ts';
import { ENVIRONMENT } from './environment.ts';
import { applyUplink } from './evaluator.ts';
import type { Expression } from './expression.ts';
import { ReadingContext } from './reading-context.ts';
import { RuleSet } from './rule-set.ts';
import type { Rule } from './rule.ts';
import { isScreenedOut, screensOf } from './screen.ts';
import { rulesOf, subjectOf } from './testing.ts';

const MINUTE = 60_000;
const T0 = Date.UTC(2026, 9, 24, 22);

const SUBJECT = subjectOf('WasteContainer');

const level = fc.constantFrom(0, 0.3, 0.5, 0.8, 1);
/** What screens are made of, and what they are not. */
const term = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom('fillingLevel', 'temperature'), sign(), written()).map(joined) },
  { weight: 2, arbitrary: fc.constantFrom('occupancy', '!occupancy', 'containerFull', '!containerFull') },
  { weight: 1, arbitrary: fc.tuple(written(), sign(), fc.constantFrom('fillingLevel', 'temperature')).map(joined) },
  fc.constantFrom(
    'has(reading.temperature)',
    "mean(fillingLevel, 'PT1H') > 0.4",
    "count(occupancy, 'PT1H') >= 2",
    'fillingLevel > previous.fillingLevel',
    'localHour >= 1.0',
    'sunAltitude < -6 ',
    'sunAltitude >= 6.0',
    'sunAltitude < (has(reading.temperature) ? -2.0 : -6.0)',
    'hoursUntilFull <= 24',
    'daysUntilBatteryLow <= 30',
    '!(fillingLevel >= 0.5)',
    '(has(reading.temperature) ? reading.temperature : 0.0) > 0.3',
    '1.0 / fillingLevel > 2.0',
  ),
);
const condition = fc
  .array(fc.array(term, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 })
  .map((alternatives) => alternatives.map((terms) => terms.join(' && ')).join(' || '));

function sign(): fc.Arbitrary<string> {
  return fc.constantFrom('<', '<=', '>', '>=', '==', '!=');
}
function written(): fc.Arbitrary<string> {
  return fc.constantFrom('0.3', '0.5', '0.8', '1', '-1', '9007199254740993');
}
function joined(parts: readonly string[]): string {
  return parts.join(' ');
}

const values = fc.record(
  {
    // Sensors that say something else than a number are there to be met.
    fillingLevel: fc.oneof({ weight: 8, arbitrary: level }, fc.constantFrom(NaN, -0, 'full', true)),
    temperature: fc.oneof({ weight: 8, arbitrary: level }, fc.constantFrom(-5, Infinity, null)),
    occupancy: fc.oneof({ weight: 8, arbitrary: fc.boolean() }, fc.constant(1)),
    containerFull: fc.boolean(),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Values>;

describe('the screen of a condition', () => {
  it('is only there for readings for which the condition is false', () => {
    const calendar = new Calendar(DEFAULT_CALENDAR);
    let out = 0;
    fc.assert(
      fc.property(condition, fc.array(values, { minLength: 10, maxLength: 10 }), (text, readings) => {
        const { ast } = ENVIRONMENT.parse(text);
        const closure = closureOf(ast)!;
        for (const [index, reading] of readings.entries()) {
          const context = new ReadingContext(reading, {}, [8.9, 50.1], T0 + index * 150 * MINUTE, calendar);
          if (!isScreenedOut(screensOf(ast), context)) continue;
          expect(closure(context)).toBe(false);
          out++;
        }
      }),
      { numRuns: 3_000 },
    );
    expect(out).toBeGreaterThan(3_000);
  });

  it('sees most of what rules are not about', () => {
    const isOut = (text: string, reading: Values) => {
      const context = new ReadingContext(reading, {}, [8.9, 50.1], T0, new Calendar(DEFAULT_CALENDAR));
      return isScreenedOut(screensOf(ENVIRONMENT.parse(text).ast), context);
    };
    expect(isOut('fillingLevel >= 0.8', { fillingLevel: 0.79 })).toBe(true);
    expect(isOut('fillingLevel >= 0.8', { fillingLevel: 0.8 })).toBe(false);
    expect(isOut('holiday && fillingLevel >= 0.5 && fillingLevel < 0.8', { fillingLevel: 0.9 })).toBe(true);
    expect(isOut('occupancy && temperature > 40', { occupancy: false, temperature: 50 })).toBe(true);
    expect(isOut('!occupancy', { occupancy: false })).toBe(false);
    expect(isOut('fillingLevel >= 0.8 || occupancy', { fillingLevel: 0, occupancy: false })).toBe(false);
    // Any of the quantities is enough.
    expect(isOut('occupancy && temperature > 40', { occupancy: true, temperature: 40 })).toBe(false);
    expect(isOut('occupancy && temperature > 40', { occupancy: true, temperature: 39 })).toBe(true);
    expect(isOut('temperature > 40 && temperature < 50 && fillingLevel > 0.5', { temperature: 51 })).toBe(true);
    // At midnight.
    expect(isOut('sunAltitude > 6', {})).toBe(true);
    expect(isOut('sunAltitude < (has(reading.tilt) ? -2.0 : -6.0)', {})).toBe(false);
    expect(isOut('sunAltitude > (has(reading.tilt) ? -2.0 : 6.0)', { tilt: 1 })).toBe(true);
  });
});

const rule = fc.record({
  when: condition,
  clear: fc.option(condition, { nil: undefined }),
  restart: fc.option(condition, { nil: undefined, freq: 1 }),
  hold: fc.constantFrom('PT0S', 'PT0S', 'PT10M', 'PT1H'),
  readings: fc.constantFrom(1, 1, 2),
  rises: fc.option(condition, { nil: undefined }),
});

const uplinks = fc.array(
  fc.record({
    gapMs: fc.oneof(fc.integer({ min: 1, max: 10 * MINUTE }), fc.integer({ min: 1, max: 180 * MINUTE })),
    ageMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 * MINUTE })),
    values,
  }),
  { minLength: 1, maxLength: 30 },
);

const streams = fc.array(uplinks, { minLength: 10, maxLength: 10 });
type History = typeof uplinks extends fc.Arbitrary<infer T> ? T : never;

function textOf(rules: readonly (typeof rule extends fc.Arbitrary<infer T> ? T : never)[]): string {
  const lines = rules.map(({ when, clear, restart, hold, readings, rises }, index) => {
    const severity = rises === undefined ? 'minor' : `[{ is: minor }, { is: major, when: "${rises}" }]`;
    const ends = `${clear === undefined ? '' : `clear: "${clear}", `}${restart === undefined ? '' : `restart: "${restart}", `}`;
    return `  - { id: r.n${index}, subject: asset, when: "${when}", ${ends}for: ${hold}, readings: ${readings}, severity: ${severity}, title: { de: A, en: A } }`;
  });
  return `version: "1"\nrules:\n${lines.join('\n')}\n`;
}

/** The same rules, which look at every reading closely. */
function unscreened(rules: RuleSet): RuleSet {
  const without = (expression: Expression): Expression => ({
    ...expression,
    screens: () => [],
    needs: () => [],
  });
  const all = rules.rules.map((each): Rule => {
    const { condition: asked } = each;
    if (asked.kind !== 'when') return each;
    return { ...each, condition: { ...asked, alternatives: asked.alternatives.map(without) } };
  });
  return new RuleSet(all, rules.calendar, rules.explains);
}

describe('an evaluation with screens', () => {
  it('decides, remembers and counts the same as one without', () => {
    let decided = 0;
    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 4 }), streams, (rules, histories) => {
        const text = textOf(rules);
        const screened = run(rulesOf(text), histories);
        expect(JSON.stringify(screened)).toBe(JSON.stringify(run(unscreened(rulesOf(text)), histories)));
        decided += screened.outcomes.reduce((count, { changes }) => count + changes.length, 0);
      }),
      // 3,000 histories, ten of each set of rules.
      { numRuns: 300 },
    );
    expect(decided).toBeGreaterThan(3_000);
  });
});

function run(rules: RuleSet, histories: readonly History[]) {
  const outcomes = histories.map((history) => {
    const state = newState();
    let receivedAt = T0;
    const changes = history.flatMap(({ gapMs, ageMs, values: measured }) => {
      receivedAt += gapMs;
      const reading: Reading = {
        ...{ deviceId: 'device-1', assetId: 'asset-1', observedAt: receivedAt - ageMs, receivedAt },
        ...{ clock: 'ok', quality: 4, values: measured },
      };
      return applyUplink(rules, state, SUBJECT, receivedAt, [reading]);
    });
    return { changes, state: encodeState(state) };
  });
  return { outcomes, failures: rules.failures() };
}
