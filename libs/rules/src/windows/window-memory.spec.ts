import type { AlertChange } from '@stadtfunk/maintenance';
import type { Reading, Values } from '@stadtfunk/readings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeState, encodeState, newState, type DeviceState } from '../device-state.ts';
import { advance, applyUplink } from '../evaluator.ts';
import { RuleBench, rulesOf, subjectOf } from '../testing.ts';
import { CELLS } from './window.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
// The night in which clocks go back.
const T0 = Date.UTC(2026, 9, 24, 22);

const rule = (id: string, when: string, more = '') =>
  `  - { id: ${id}, subject: asset, when: ${JSON.stringify(when)}${more}, severity: minor, title: { de: A, en: A } }\n`;
const file = (...rules: readonly string[]) => rulesOf(`version: "1"\nrules:\n${rules.join('')}`);

/** Every question, some inside of others, with and without other keys of rules. */
const RULES = file(
  rule('a.mean', "mean(fillingLevel, 'PT3H') > 0.5", ', clear: "mean(fillingLevel, \'PT3H\') < 0.4"'),
  rule('a.least', "min(fillingLevel, 'PT2H') > 0.3 || max(fillingLevel, 'PT5H') < 0.5", ', for: PT30M'),
  rule('a.slope', "slope(fillingLevel, 'PT4H') > 0.05", ', readings: 2'),
  rule('a.jump', "rise(fillingLevel, 'PT1H') > 0.3 || fall(fillingLevel, 'PT1H') > 0.3"),
  rule('a.often', "count(fillingLevel > 0.4, 'PT2H') >= 3 && count(fillingLevel, 'PT2H') < 9"),
  rule('a.flicker', "changes(occupancy, 'PT2H') >= 3"),
  rule('a.share', "share(occupancy && sunAltitude < 0.0, 'PT3H') > 0.4", ', clearFor: PT1H'),
  rule('a.held', "held(occupancy || localHour > 3, 'PT1H') && fillingLevel > 0.2"),
  rule('a.deep', "held(slope(fillingLevel, 'PT2H') < 0.1, 'PT2H')"),
  rule('a.before', 'fillingLevel - previous.fillingLevel > 0.2 && hoursSince(previous.occupancy) < 3'),
  rule('a.battery', "slope(batteryVoltage, 'PT3H') < 0.0"),
);
const SUBJECT = subjectOf('ParkingSpot', { reportingIntervalMs: HOUR });

interface Uplink {
  readonly receivedAt: number;
  readonly readings: readonly Reading[];
}

const values: fc.Arbitrary<Values> = fc.record(
  {
    fillingLevel: fc.constantFrom(-0, 0.1, 0.4, 0.55, 0.9),
    occupancy: fc.boolean(),
    batteryVoltage: fc.constantFrom(3.3, 3.5, 3.6),
  },
  { requiredKeys: [] },
);
const rows = fc.array(
  fc.record({
    ageMs: fc.oneof(fc.integer({ min: 0, max: 90_000 }), fc.integer({ min: -2 * MINUTE, max: 4 * HOUR })),
    values,
    quality: fc.constantFrom<Reading['quality']>(4, 4, 3, 1),
  }),
  { maxLength: 4 },
);
const gapMs = fc.oneof(fc.integer({ min: 0, max: 10 * MINUTE }), fc.integer({ min: 0, max: 3 * HOUR }));
const uplinks: fc.Arbitrary<readonly Uplink[]> = fc
  .array(fc.record({ gapMs, rows }), { minLength: 1, maxLength: 40 })
  .map((steps) => {
    let receivedAt = T0;
    return steps.map((step) => {
      receivedAt += step.gapMs;
      const readings = step.rows.map(({ ageMs, quality, values: said }): Reading => {
        const of = { deviceId: 'device-1', assetId: 'asset-1', clock: 'ok' } as const;
        return {
          ...of,
          observedAt: receivedAt - ageMs,
          receivedAt,
          quality,
          values: said,
        };
      });
      return { receivedAt, readings };
    });
  });

function run(stream: readonly Uplink[]): { state: DeviceState; changes: readonly AlertChange[] } {
  const state = newState();
  const changes = stream.flatMap(({ receivedAt, readings }) =>
    applyUplink(RULES, state, SUBJECT, receivedAt, readings),
  );
  return { state, changes };
}

describe('what windows remember', () => {
  it('gives the same in batches of any size, with crashes between them, and however often time was let pass', () => {
    const batches = fc.array(fc.record({ size: fc.integer({ min: 1, max: 7 }), crashes: fc.boolean() }), {
      minLength: 60,
      maxLength: 60,
    });
    fc.assert(
      fc.property(uplinks, batches, (stream, cuts) => {
        let stored = encodeState(newState());
        const committed: AlertChange[] = [];
        let position = 0;
        for (const { size, crashes } of cuts) {
          if (position >= stream.length) break;
          const state = decodeState(stored);
          const batch = stream.slice(position, position + size);
          const changes = batch.flatMap((uplink) => [
            ...advance(RULES, state, SUBJECT, uplink.receivedAt),
            ...applyUplink(RULES, state, SUBJECT, uplink.receivedAt, uplink.readings),
          ]);
          if (crashes) continue;
          committed.push(...changes);
          stored = encodeState(state);
          position += batch.length;
        }
        const expected = run(stream.slice(0, position));
        expect(JSON.stringify(committed)).toBe(JSON.stringify(expected.changes));
        expect(JSON.parse(stored)).toEqual(JSON.parse(encodeState(expected.state)));
      }),
      { numRuns: 300 },
    );
  });

  it('is used by the histories of this test, all of it', () => {
    const raised = new Set<string>();
    for (const stream of fc.sample(uplinks, { numRuns: 500, seed: 4 })) {
      for (const change of run(stream).changes) if (change.type === 'raise') raised.add(change.ruleId);
    }
    expect([...raised].sort()).toEqual(RULES.rules.map(({ id }) => id).sort());
  });

  it('is not changed by history, by what cannot be believed and by what comes from the future', () => {
    fc.assert(
      fc.property(uplinks, (stream) => {
        const { state } = run(stream);
        const before = encodeState(state);
        const receivedAt = stream.at(-1)!.receivedAt;
        const at = (observedAt: number, quality: Reading['quality']): Reading => {
          const of = { deviceId: 'device-1', assetId: 'asset-1', clock: 'ok' } as const;
          return { ...of, observedAt, receivedAt, quality, values: { fillingLevel: 0.7, occupancy: true } };
        };
        const readings = [at((state.o ?? 0) - 5 * MINUTE, 4), at(receivedAt, 1), at(receivedAt + 2 * HOUR, 4)];
        if (state.o === null) return;
        applyUplink(RULES, state, SUBJECT, receivedAt, readings);
        const { w, t } = JSON.parse(before) as DeviceState;
        expect({ w: state.w, t: state.t }).toEqual({ w, t });
      }),
      { numRuns: 100 },
    );
  });

  it('stays bounded however much a device sends, and its answers stay right to a part of the span', () => {
    const rules = file(
      rule('a.a', "mean(fillingLevel, 'PT6H') > 0.5"),
      rule('a.b', "count(fillingLevel > 0.5, 'PT6H') > 3 && share(occupancy, 'PT6H') > 0.5"),
      rule('a.c', "changes(occupancy, 'PT6H') > 3 && slope(fillingLevel, 'PT6H') > 0.0"),
    );
    const bench = new RuleBench(rules, SUBJECT);
    for (let at = 0; at < 8 * HOUR; at += 10_000) {
      bench.hear(
        T0 + at,
        { fillingLevel: (at % HOUR) / HOUR, occupancy: at % MINUTE < 20_000 },
        { receivedAt: T0 + at },
      );
    }
    const { w } = bench.state;
    for (const memory of Object.values(w!)) {
      expect((memory as { c: unknown[] }).c.length).toBeLessThanOrEqual(CELLS + 2);
    }
    expect(Object.keys(w!).sort()).toEqual([
      'changes(occupancy)/21600000',
      'count(fillingLevel > 0.5)/21600000',
      'fillingLevel/21600000',
      'share(occupancy)/21600000',
    ]);
    expect(encodeState(bench.state).length).toBeLessThan(8_000);
  });

  it('is about the same as without a bound, for a device that sends much more often than there are cells', () => {
    const near = (name: string, least: number, most: number) => {
      const rules = file(rule('a.a', `${name} > ${least.toFixed(4)} && ${name} < ${most.toFixed(4)}`));
      const bench = new RuleBench(rules, SUBJECT);
      for (let at = 0; at <= 6.5 * HOUR; at += 30_000) {
        bench.hear(T0 + at, { fillingLevel: at / (10 * HOUR), occupancy: at % HOUR < 15 * MINUTE });
      }
      expect([name, bench.changes.at(-1)?.type]).toEqual([name, 'raise']);
    };
    near("mean(fillingLevel, 'PT6H')", 0.345, 0.36);
    near("min(fillingLevel, 'PT6H')", 0.049, 0.064);
    near("slope(fillingLevel, 'PT6H')", 0.099, 0.101);
    near("share(occupancy, 'PT6H')", 0.22, 0.28);
    near("double(count(occupancy, 'PT6H'))", 165, 210);
  });

  it('stays right over months', () => {
    const rules = file(
      rule('a.a', "mean(fillingLevel, 'P31D') > 0.5"),
      rule('a.b', "share(occupancy, 'P2D') == 1.0 && count(occupancy, 'P2D') == 5 && changes(occupancy, 'P31D') == 1"),
    );
    const bench = new RuleBench(rules, SUBJECT);
    const days: string[] = [];
    for (let half = 0; half <= 240; half++) {
      const changes = bench.hear(T0 + half * 12 * HOUR, {
        fillingLevel: half < 120 ? 0.3 : 0.8,
        occupancy: half >= 200,
      });
      for (const change of changes) if (change.type === 'raise') days.push(`${change.ruleId} ${half / 2}`);
    }
    // The mean is above half when 13 of 31 days were at 0.8; occupied from day 100 on, for two whole days by day 102.
    expect(days).toEqual(['a.a 72.5', 'a.b 102']);
    expect(
      Math.max(...Object.values(bench.state.w!).map((memory) => (memory as { c: number[][] }).c.at(-1)![0]!)),
    ).toBeLessThan(2 ** 32);
  });

  it('is nothing at all where no rule asks', () => {
    const bench = new RuleBench(file(rule('a.a', 'fillingLevel > 0.5')), SUBJECT);
    bench.hear(T0, { fillingLevel: 0.9 });
    expect(Object.keys(bench.state)).not.toContain('w');
    expect(Object.keys(bench.state)).not.toContain('t');
  });

  it('is shared by all questions about the same span, and by rules', () => {
    const rules = file(
      rule('a.a', "mean(fillingLevel, 'PT6H') > 0.5 && min(fillingLevel, 'PT360M') > 0.5"),
      rule('a.b', "held(occupancy, 'PT1H') || held(occupancy, 'PT2H')"),
    );
    const bench = new RuleBench(rules, SUBJECT);
    bench.hear(T0, { fillingLevel: 0.9, occupancy: true });
    expect(Object.keys(bench.state.w!)).toEqual(['fillingLevel/21600000', 'held(occupancy)']);
  });
});

describe('when rules or bindings change', () => {
  const MEAN = rule('a.a', "mean(fillingLevel, 'PT2H') > 0.5");
  const feed = (bench: RuleBench, from: number, to: number, rules = file(MEAN)) => {
    for (let hour = from; hour <= to; hour++) {
      bench.uplink(
        T0 + hour * HOUR,
        [bench.reading(T0 + hour * HOUR, { fillingLevel: 0.9, batteryVoltage: 3.3 })],
        SUBJECT,
        rules,
      );
    }
  };

  it('a new version of a rule that asks the same has its answers at once', () => {
    const bench = new RuleBench(file(MEAN), SUBJECT);
    feed(bench, 0, 2);
    expect(bench.changes).toHaveLength(1);
    feed(bench, 3, 3, file(rule('a.b', "mean(fillingLevel, 'PT2H') > 0.6")));
    expect(bench.changes.map(({ type }) => type)).toEqual(['raise', 'clear', 'raise']);
  });

  it('forgets what no rule asks any more, and a new question begins empty', () => {
    const bench = new RuleBench(file(MEAN), SUBJECT);
    feed(bench, 0, 2);
    const longer = file(rule('a.a', "mean(fillingLevel, 'PT3H') > 0.5"));
    feed(bench, 3, 3, longer);
    expect(bench.state.w).toEqual({ 'fillingLevel/10800000': { b: T0 + 3 * HOUR, z: T0 + 3 * HOUR, c: [[0, 0.9]] } });
    bench.wait(T0 + 4 * HOUR, SUBJECT, file(rule('a.a', 'fillingLevel > 0.95')));
    expect(bench.state.w).toBeUndefined();
  });

  it('forgets the asset before when the device moves, and keeps what the device says of itself', () => {
    const rules = file(MEAN, rule('a.b', "mean(batteryVoltage, 'PT2H') < 3.4"));
    const bench = new RuleBench(rules, SUBJECT);
    feed(bench, 0, 2, rules);
    const moved = subjectOf('ParkingSpot', { asset: { assetId: 'asset-2' } });
    bench.uplink(T0 + 3 * HOUR, [], moved);
    expect(bench.state.w).toBeUndefined();
    expect(Object.keys(bench.state.t!)).toEqual(['batteryVoltage/7200000']);
  });

  it('states that know nothing of windows are read, and go on', () => {
    const stored = '{"v":1,"a":"asset-1","c":5,"o":5,"g":[],"s":{"a.a":{"w":"1","id":"x","at":3}},"d":{},"x":null}';
    const state = decodeState(stored);
    const reading = new RuleBench(RULES, SUBJECT).reading(T0, { fillingLevel: 0.9 });
    expect(() => applyUplink(RULES, state, SUBJECT, T0, [reading])).not.toThrow();
    expect(Object.keys(state.w!)).toContain('fillingLevel/10800000');
  });
});
