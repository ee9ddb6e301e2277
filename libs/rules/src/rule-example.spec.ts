import { describe, expect, it } from 'vitest';
import { compileRules } from './compile-rules.ts';
import { DEFAULT_RULES } from './default-rules.ts';
import { describeProblem } from '@stadtfunk/yaml';
import { runExamples } from './rule-example.ts';
import { rulesOf } from './testing.ts';

const HOUR = 3_600_000;
const RULE = `version: '1'
rules:
  - id: waste.full
    subject: asset
    when: fillingLevel >= 0.85
    severity: major
    title: { de: Voll, en: Full }
`;

function ruleWith(example: string): string {
  return `${RULE}    examples:\n      - ${example}\n`;
}

function problemsOf(example: string): string[] {
  const compiled = compileRules([{ file: 'a.yaml', text: ruleWith(example) }]);
  return compiled.ok ? [] : compiled.error.map(describeProblem);
}

const outcomeOf = (example: string) => runExamples(rulesOf(ruleWith(example)))[0]!;

describe('the examples of the default rules', () => {
  const rules = rulesOf(`version: '1'\nrules: []`);
  const compiled = compileRules(DEFAULT_RULES);
  const outcomes = runExamples(compiled.ok ? compiled.value : rules);

  it.each(outcomes.map((outcome) => [outcome.ruleId, outcome.example, outcome] as const))(
    '%s: %s',
    (_ruleId, _example, { actual, expected }) => {
      expect(actual).toEqual(expected);
    },
  );

  it('show for every rule when it raises and when it does not', () => {
    const all = compiled.ok ? compiled.value.rules : [];
    expect(all.length).toBeGreaterThan(10);
    for (const { id, examples } of all) {
      expect(
        examples.some(({ alerts }) => alerts.length > 0),
        `${id} raises`,
      ).toBe(true);
      expect(
        examples.some(({ alerts }) => alerts.length === 0),
        `${id} does not raise`,
      ).toBe(true);
    }
  });
});

describe('an example', () => {
  it('passes when exactly the expected episodes come out', () => {
    const readings = 'readings: [{ at: PT0S, fillingLevel: 0.9 }, { at: PT1H, fillingLevel: 0.1 }]';
    const outcome = outcomeOf(`{ name: fills, ${readings}, alerts: [{ raised: PT0S, cleared: PT1H }] }`);
    expect(outcome).toMatchObject({ ruleId: 'waste.full', example: 'fills', file: 'test.yaml', line: 9, passed: true });
    expect(outcome.actual).toEqual(outcome.expected);
  });

  it.each([
    ['an alert that was not expected', '[]'],
    ['an alert at another time', '[{ raised: PT1M, cleared: PT1H }]'],
    ['an alert that ended although it was to stay', '[{ raised: PT0S }]'],
    ['an alert that ended at another time', '[{ raised: PT0S, cleared: PT2H }]'],
    ['a second alert that did not come', '[{ raised: PT0S, cleared: PT1H }, { raised: PT2H }]'],
  ])('fails for %s, and says what came instead', (_what, alerts) => {
    const readings = 'readings: [{ at: PT0S, fillingLevel: 0.9 }, { at: PT1H, fillingLevel: 0.1 }]';
    const { passed, actual } = outcomeOf(`{ name: fills, ${readings}, alerts: ${alerts} }`);
    expect(passed).toBe(false);
    expect(actual).toHaveLength(1);
    expect(actual[0]!.clearedAt! - actual[0]!.raisedAt).toBe(HOUR);
  });

  it('takes moments as well as durations after its start', () => {
    const start = 'start: 2026-10-25T02:30:00+02:00';
    const readings = 'readings: [{ at: 2026-10-25T02:30:00+01:00, fillingLevel: 0.9 }]';
    const { passed, actual } = outcomeOf(`{ name: clocks, ${start}, ${readings}, alerts: [{ raised: PT1H }] }`);
    expect(passed).toBe(true);
    expect(actual).toEqual([{ raisedAt: Date.UTC(2026, 9, 25, 1, 30), clearedAt: null }]);
  });

  it('takes readings that were received together as one uplink, in the order of their reception', () => {
    const late = '{ at: PT2H, receivedAt: PT3H, fillingLevel: 0.1 }, { at: PT1H, receivedAt: PT3H, fillingLevel: 0.9 }';
    const readings = `readings: [${late}, { at: PT0S, fillingLevel: 0.9 }]`;
    expect(outcomeOf(`{ name: late, ${readings}, alerts: [{ raised: PT0S, cleared: PT2H }] }`).passed).toBe(true);
  });

  it('is no part of the version', () => {
    const [plain] = rulesOf(RULE).rules;
    const [shown] = rulesOf(ruleWith('{ name: x, readings: [{ at: PT0S, fillingLevel: 0.9 }], alerts: [] }')).rules;
    expect(shown!.examples).toHaveLength(1);
    expect(shown!.version).toBe(plain!.version);
  });

  it.each([
    ['no readings', '{ name: x, readings: [], alerts: [] }', 'readings: expected a list of 1 to 1000 readings'],
    ['readings left out', '{ name: x, alerts: [] }', 'readings: expected a list of 1 to 1000 readings'],
    ['no expectation', '{ name: x, readings: [{ at: PT0S, fillingLevel: 1 }] }', 'alerts: expected a list of alerts'],
    [
      'readings that the rule does not look at',
      '{ name: x, readings: [{ at: PT0S, tilt: 1 }], alerts: [] }',
      'readings: expected a reading with fillingLevel',
    ],
    [
      'an impossible value',
      '{ name: x, readings: [{ at: PT0S, fillingLevel: 85 }], alerts: [] }',
      'readings[0].fillingLevel: expected a number from 0 to 1, found 85',
    ],
    [
      'a moment without its offset',
      '{ name: x, start: 2026-10-25T02:30:00, readings: [{ at: PT0S, fillingLevel: 1 }], alerts: [] }',
      'start: expected a moment such as 2026-10-20T09:00:00+02:00',
    ],
    [
      'an end before the last reading',
      '{ name: x, until: PT1M, readings: [{ at: PT1H, fillingLevel: 1 }], alerts: [] }',
      'until: expected a time after the last reading was received',
    ],
    [
      'a place that is none',
      '{ name: x, asset: { location: [200, 50] }, readings: [{ at: PT0S, fillingLevel: 1 }], alerts: [] }',
      'asset.location: expected [longitude, latitude] in degrees',
    ],
    [
      'a misspelt quantity',
      '{ name: x, readings: [{ at: PT0S, fillLevel: 1 }], alerts: [] }',
      "readings[0].fillLevel: expected 'fillingLevel'",
    ],
  ])('with %s is a mistake in the file', (_what, example, problem) => {
    expect(problemsOf(example).join('\n')).toContain(`rules[0].examples[0].${problem}`);
  });
});
