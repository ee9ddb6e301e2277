import { describe, expect, it } from 'vitest';
import { adopt } from './device-state.ts';
import { RULE_OPTIONS } from './options.ts';
import { compileRules } from './compile-rules.ts';
import { describeProblem } from '@stadtfunk/yaml';
import { newState } from './device-state.ts';
import { advance, applyUplink } from './evaluator.ts';
import { inGerman } from './problem-words.ts';
import { RuleBench, rulesOf, subjectOf } from './testing.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const T0 = Date.UTC(2026, 9, 20, 9);
const LATENCY = RULE_OPTIONS.uplinkLatencyMs;

const textOf = (severity: string, more = 'when: fillingLevel >= 0.85') => `version: "1"
rules:
  - id: waste.full
    subject: asset
    ${more}
    severity: ${severity}
    job: { kind: emptying, priority: normal }
    title: { de: Voll, en: Full }
`;
const STEPS = `
      - { is: minor }
      - { is: major, after: P2D, priority: high }
      - { is: critical, when: fillingLevel >= 1, priority: urgent }`;
const benchOf = (severity = STEPS, more?: string) =>
  new RuleBench(rulesOf(textOf(severity, more)), subjectOf('WasteContainer'));

describe('a severity that rises', () => {
  it('is the first while nothing makes it worse, and has no timer of its own when the last is reached', () => {
    const bench = benchOf();
    const [raised] = bench.hear(T0, { fillingLevel: 0.9 });
    expect(raised).toMatchObject({ type: 'raise', severity: 'minor', job: { priority: 'normal' } });
    expect(bench.state.x).toBe(T0 + 2 * DAY + LATENCY);
    expect(bench.hear(T0 + HOUR, { fillingLevel: 1 })).toMatchObject([
      {
        type: 'worsen',
        alertId: (raised as { alertId: string }).alertId,
        severity: 'critical',
        worsenedAt: T0 + HOUR,
        priority: 'urgent',
      },
    ]);
    expect(bench.state.x).toBeNull();
    expect(bench.hear(T0 + 2 * HOUR, { fillingLevel: 1 })).toEqual([]);
    expect(bench.wait(T0 + 9 * DAY)).toEqual([]);
  });

  it('rises with time from when it was raised, when an uplink that ends it would have come', () => {
    const bench = benchOf();
    bench.hear(T0, { fillingLevel: 0.9 });
    const due = T0 + 2 * DAY + LATENCY;
    expect(bench.wait(due - 1)).toEqual([]);
    expect(bench.wait(due)).toMatchObject([
      {
        type: 'worsen',
        ruleId: 'waste.full',
        severity: 'major',
        worsenedAt: T0 + 2 * DAY,
        priority: 'high',
        explanation: { severity: 'major', at: T0 + 2 * DAY, since: T0, forMs: 2 * DAY, conditions: [] },
      },
    ]);
    expect(bench.wait(due + 9 * DAY)).toEqual([]);
    expect(bench.hear(due + 9 * DAY, { fillingLevel: 1 })).toMatchObject([
      {
        severity: 'critical',
        explanation: { readings: [{ values: { fillingLevel: 1 } }], conditions: [{ text: 'fillingLevel >= 1' }] },
      },
    ]);
  });

  it('is the same whoever finds out, and when', () => {
    const late = benchOf();
    late.hear(T0, { fillingLevel: 0.9 });
    late.hear(T0 + 5 * DAY, { fillingLevel: 0.9 });
    const watched = benchOf();
    watched.hear(T0, { fillingLevel: 0.9 });
    for (let hour = 1; hour < 120; hour++) watched.wait(T0 + hour * HOUR);
    watched.hear(T0 + 5 * DAY, { fillingLevel: 0.9 });
    expect(watched.changes).toEqual(late.changes);
    expect(late.changes.map(({ type }) => type)).toEqual(['raise', 'worsen']);
  });

  it('is raised at once by a reading that shows it, or that comes so late after the beginning', () => {
    expect(benchOf().hear(T0, { fillingLevel: 1 })).toMatchObject([
      { type: 'raise', severity: 'critical', job: { priority: 'urgent' } },
    ]);
    const bench = benchOf(STEPS, 'when: fillingLevel >= 0.85\n    for: PT1H');
    bench.hear(T0, { fillingLevel: 0.9 }, { receivedAt: T0 + 12 * HOUR });
    expect(bench.hear(T0 + 4 * DAY, { fillingLevel: 0.9 })).toMatchObject([
      { type: 'raise', raisedAt: T0 + HOUR, severity: 'major', job: { priority: 'high' } },
    ]);
  });

  it('begins anew with every episode', () => {
    const bench = benchOf();
    bench.hear(T0, { fillingLevel: 1 });
    bench.hear(T0 + HOUR, { fillingLevel: 0.1 });
    expect(bench.hear(T0 + 2 * HOUR, { fillingLevel: 0.9 })).toMatchObject([{ type: 'raise', severity: 'minor' }]);
    expect(bench.state.x).toBe(T0 + 2 * HOUR + 2 * DAY + LATENCY);
  });

  it('does not rise by late readings, nor while the device is out of service', () => {
    const bench = benchOf();
    bench.hear(T0, { fillingLevel: 0.9 });
    expect(bench.hear(T0 + HOUR, { fillingLevel: 1 }, { receivedAt: T0 + 3 * HOUR })).toEqual([]);
    const resting = subjectOf('WasteContainer', { device: { lifecycle: 'maintenance' } });
    expect(bench.uplink(T0 + 4 * HOUR, [bench.reading(T0 + 4 * HOUR, { fillingLevel: 1 })], resting)).toEqual([]);
    expect(bench.wait(T0 + 9 * DAY, resting)).toEqual([]);
  });

  it('does not rise at the moment at which the alert is over', () => {
    const bench = benchOf(
      '[{ is: minor }, { is: major, after: PT2H }]',
      'when: fillingLevel >= 0.85\n    clearFor: PT1H',
    );
    bench.hear(T0, { fillingLevel: 0.9 });
    bench.hear(T0 + HOUR, { fillingLevel: 0.1 });
    expect(bench.wait(T0 + DAY).map(({ type }) => type)).toEqual(['clear']);
  });

  it('rises for a silence and for a value that does not change', () => {
    const silent = benchOf('[{ is: warning }, { is: minor, after: P7D }]', 'silent: { intervals: 3 }');
    silent.uplink(T0, []);
    expect(silent.wait(T0 + 30 * DAY)).toMatchObject([
      { type: 'raise', severity: 'warning', raisedAt: T0 + 3 * HOUR },
      { type: 'worsen', severity: 'minor', worsenedAt: T0 + 3 * HOUR + 7 * DAY },
    ]);
    const stuck = benchOf('[{ is: warning }, { is: minor, after: PT2H }]', 'unchanged: occupancy\n    for: PT1H');
    stuck.hear(T0, { occupancy: true });
    stuck.hear(T0 + HOUR, { occupancy: true });
    expect(stuck.wait(T0 + DAY)).toMatchObject([{ type: 'worsen', worsenedAt: T0 + 3 * HOUR }]);
  });

  it('goes on for the sensor that takes an open alert over', () => {
    const rules = rulesOf(textOf(STEPS));
    const subject = subjectOf('WasteContainer');
    const state = newState();
    adopt(state, subject, [{ alertId: 'alert-1', ruleId: 'waste.full', raisedAt: T0 - 3 * DAY }]);
    expect(applyUplink(rules, state, subject, T0, [])).toMatchObject([
      { type: 'worsen', alertId: 'alert-1', severity: 'major', worsenedAt: T0 - DAY },
    ]);
    expect(advance(rules, state, subject, T0 + DAY)).toEqual([]);
  });

  it('leaves the version of rules alone that do not rise', () => {
    const versionOf = (severity: string) => rulesOf(textOf(severity)).rules[0]!.version;
    expect(versionOf('major')).not.toBe(versionOf('[{ is: major }, { is: critical, after: P1D }]'));
    // As it was before there were rules that rise.
    expect(versionOf('major')).toBe('009b8cc3e6f440');
    expect(rulesOf(textOf('major')).rules[0]!.rises).toBeUndefined();
  });

  it.each([
    ['[]', 'expected at least two steps'],
    ['[{ is: minor }]', 'expected at least two steps'],
    ['[{ is: minor, after: P1D }, { is: major, after: P1D }]', "expected no 'after' beside 'the first step'"],
    ['[{ is: minor }, { is: major }]', "expected either 'after' or 'when'"],
    ['[{ is: minor }, { is: major, after: P1D, when: containerFull }]', "expected either 'after' or 'when'"],
    ['[{ is: major }, { is: minor, after: P1D }]', 'expected a severity worse than major'],
    ['[{ is: minor }, { is: major, after: PT0S }]', 'above zero'],
    ['[{ is: minor }, { is: major, when: fillLevel > 1 }]', "did you mean 'fillingLevel'"],
    ['[{ is: minor }, { is: worse, after: P1D }]', 'expected one of critical, major'],
    ['[{ is: minor }, { is: major, after: P1D, priority: fast }]', 'expected one of urgent'],
  ])('is refused as %s', (severity, problem) => {
    const compiled = compileRules([{ file: 'a.yaml', text: textOf(severity) }]);
    expect(compiled.ok ? '' : compiled.error.map(describeProblem).join()).toContain(problem);
    const told = compiled.ok ? [] : compiled.error.flatMap(({ expected, found }) => [expected, found]);
    expect(told.filter((text) => inGerman(text) === undefined)).toEqual([]);
  });

  it('is refused by a value for a silence', () => {
    const text = textOf('[{ is: minor }, { is: major, when: containerFull }]', 'silent: { intervals: 3 }');
    const compiled = compileRules([{ file: 'a.yaml', text }]);
    expect(compiled.ok ? '' : compiled.error.map(describeProblem).join()).toContain("steps with 'after'");
  });
});

describe('tags', () => {
  it('decide whom a rule is about, and any of them is enough', () => {
    const rules = rulesOf(textOf('minor', 'when: containerFull\n    appliesTo: { tag: [market, school] }'));
    const raises = (tags: unknown) =>
      new RuleBench(rules, subjectOf('WasteContainer', { attributes: { tags } })).hear(T0, { containerFull: true })
        .length;
    expect([['market'], ['x', 'school'], ['x'], [], 'market', undefined].map(raises)).toEqual([1, 1, 0, 0, 0, 0]);
  });

  it("of one asset are not taken from the name of another one's district, whatever is in it", () => {
    const rules = rulesOf(textOf('minor', 'when: containerFull\n    appliesTo: { tag: market }'));
    const asked = (district: string, tags: readonly string[]) => {
      const { device, asset } = subjectOf('WasteContainer', { asset: { district }, attributes: { tags } });
      return rules.applicableTo(device, asset).rules.length;
    };
    expect(asked('North', ['market'])).toBe(1);
    expect(asked('North\nmarket', [])).toBe(0);
  });
});
