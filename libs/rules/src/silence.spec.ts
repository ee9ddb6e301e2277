import { describe, expect, it } from 'vitest';
import { decodeState, encodeState, newState } from './device-state.ts';
import { advance, applyUplink } from './evaluator.ts';
import { RuleBench, rulesOf, subjectOf } from './testing.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const T0 = Date.UTC(2026, 9, 20, 9);

const RULES = rulesOf(`version: "1"
rules:
  - id: device.offline
    subject: device
    silent: { intervals: 3, margin: PT30M, atLeast: PT2H }
    severity: warning
    job: { kind: inspection, priority: low, due: P1D }
    title: { de: Stumm, en: Silent }
`);

function benchOf(reportingIntervalMs: number, listeningSince?: number) {
  const since = listeningSince === undefined ? {} : { listeningSince };
  return new RuleBench(RULES, subjectOf('WasteContainer', { reportingIntervalMs, ...since }));
}

describe('silence', () => {
  it('begins three intervals and a margin after the last uplink, and ends with the next one, whatever that says', () => {
    const bench = benchOf(HOUR);
    bench.hear(T0, { fillingLevel: 0.4 }, { receivedAt: T0 });
    const deadline = T0 + 3 * HOUR + 30 * MINUTE;
    expect(bench.state.x).toBe(deadline);
    expect(bench.wait(deadline - 1)).toEqual([]);
    const [raised] = bench.wait(deadline);
    expect(raised).toMatchObject({
      type: 'raise',
      ruleId: 'device.offline',
      subject: 'device:device-1',
      raisedAt: deadline,
      evidence: { observedAt: T0, receivedAt: T0, values: {} },
      job: { department: 'iot', dueAt: deadline + 24 * HOUR },
    });
    expect(bench.wait(deadline + 99 * HOUR)).toEqual([]);
    const back = deadline + 100 * HOUR;
    expect(bench.uplink(back, [])).toMatchObject([{ type: 'clear', alertId: raised!.alertId, clearedAt: back }]);
    expect(bench.wait(back + HOUR)).toEqual([]);
  });

  it('is found out by the uplink that ends it, if nobody looked in between', () => {
    const bench = benchOf(HOUR);
    bench.uplink(T0, []);
    expect(bench.uplink(T0 + 9 * HOUR, []).map(({ type }) => type)).toEqual(['raise', 'clear']);
  });

  it('begins when a device is put into service that was heard on the bench long before', () => {
    const onBench = new RuleBench(RULES, subjectOf('WasteContainer', { device: { lifecycle: 'planned' } }));
    onBench.uplink(T0, []);
    expect(onBench.wait(T0 + 9 * HOUR)).toEqual([]);

    const activeSince = T0 + 700 * HOUR;
    const inService = subjectOf('WasteContainer', { activeSince });
    const state = decodeState(encodeState(onBench.state));
    const deadline = activeSince + 3 * HOUR + 30 * MINUTE;
    expect(advance(RULES, state, inService, activeSince + MINUTE)).toEqual([]);
    expect(state.x).toBe(deadline);
    const [raised] = advance(RULES, state, inService, deadline);
    expect(raised).toMatchObject({ type: 'raise', raisedAt: deadline });
    const late = decodeState(encodeState(onBench.state));
    expect(applyUplink(RULES, late, inService, activeSince + HOUR, [])).toEqual([]);
  });

  it('is allowed to every device for the least time', () => {
    const bench = benchOf(5 * MINUTE);
    bench.uplink(T0, []);
    expect(bench.state.x).toBe(T0 + 2 * HOUR);
  });

  it('is measured by the own pattern of a device that reports less often than it should', () => {
    const bench = benchOf(HOUR);
    for (let index = 0; index < 5; index++) bench.uplink(T0 + index * 6 * HOUR, []);
    expect(bench.state.x).toBe(T0 + 24 * HOUR + 18 * HOUR + 30 * MINUTE);
  });

  it('does not make a device look slow by one outage', () => {
    const bench = benchOf(HOUR);
    for (const hour of [0, 1, 2, 3, 75, 76]) bench.uplink(T0 + hour * HOUR, []);
    expect(bench.state.x).toBe(T0 + 76 * HOUR + 3 * HOUR + 30 * MINUTE);
  });

  it('is not measured by events and repeats between the regular uplinks', () => {
    const bench = benchOf(HOUR);
    for (let round = 0; round < 4; round++) {
      bench.uplink(T0 + round * 6 * HOUR, []);
      for (let repeat = 1; repeat < 12; repeat++) bench.uplink(T0 + round * 6 * HOUR + repeat * MINUTE, []);
    }
    const last = T0 + 18 * HOUR + 11 * MINUTE;
    expect(bench.state.x).toBe(last + 3 * (6 * HOUR - 11 * MINUTE) + 30 * MINUTE);
  });

  it('is due at the same time whether the rhythm was read back or not, also of a device that keeps to one exactly', () => {
    const subject = subjectOf('WasteContainer', { reportingIntervalMs: HOUR });
    const state = newState();
    let now = T0;
    for (const minutes of [...Array<number>(20).fill(60), 90, ...Array<number>(18).fill(60), 60, 240, 60, 90, 240]) {
      now += minutes * MINUTE;
      applyUplink(RULES, state, subject, now, []);
      const readBack = decodeState(encodeState(state));
      advance(RULES, readBack, subject, now);
      expect(state.x).toBe(readBack.x);
    }
    expect(state.g).toHaveLength(16);
    expect(state.g.slice(-5)).toEqual([60, 240, 60, 90, 240].map((minutes) => minutes * MINUTE));
  });

  describe('of a device that reports far more often than it is set to', () => {
    const hourly = (bench: RuleBench, from: number, count: number, jitter = 0) => {
      for (let hour = 0; hour < count; hour++) bench.uplink(from + hour * HOUR + (hour % 3) * jitter, []);
      return from + (count - 1) * HOUR + ((count - 1) % 3) * jitter;
    };

    it('is measured by that, once it has kept its own time for as long as the setting', () => {
      const bench = benchOf(24 * HOUR);
      const last = hourly(bench, T0, 25, 2 * MINUTE);
      expect(bench.state.x! - last).toBeLessThan(5 * HOUR);
      // One that is lost, and one that comes twice, change nothing.
      bench.uplink(last + 2 * HOUR, []);
      bench.uplink(last + 2 * HOUR + MINUTE / 2, []);
      bench.uplink(last + 3 * HOUR, []);
      expect(bench.state.x! - last).toBeLessThan(9 * HOUR);
      expect(bench.wait(last + 10 * HOUR)).toMatchObject([{ type: 'raise' }]);
    });

    it('is measured by the setting before that', () => {
      const bench = benchOf(24 * HOUR);
      const last = hourly(bench, T0, 24);
      expect(bench.state.x).toBe(last + 72 * HOUR + 30 * MINUTE);
    });

    it('is measured by the setting where it only tells events, however many', () => {
      const bench = benchOf(24 * HOUR);
      let at = T0;
      for (let event = 0; event < 60; event++) bench.uplink((at += (20 + 7 * (event % 5)) * MINUTE), []);
      expect(bench.state.x).toBe(at + 72 * HOUR + 30 * MINUTE);
    });

    it('is measured by the setting again when it goes back to that', () => {
      const bench = benchOf(24 * HOUR);
      let last = hourly(bench, T0, 30);
      for (let day = 0; day < 9; day++) bench.uplink((last += 24 * HOUR), []);
      expect(bench.state.x).toBe(last + 72 * HOUR + 30 * MINUTE);
    });
  });

  it('is forgiven while the platform itself could not listen', () => {
    const restarted = T0 + 50 * HOUR;
    const bench = benchOf(HOUR, restarted);
    bench.uplink(T0, []);
    expect(bench.wait(restarted)).toEqual([]);
    expect(bench.wait(restarted + 3 * HOUR + 30 * MINUTE)).toMatchObject([
      { type: 'raise', raisedAt: restarted + 3 * HOUR + 30 * MINUTE },
    ]);
  });

  it('means nothing for a device that was never heard or is not in service', () => {
    expect(benchOf(HOUR).wait(T0 + 999 * HOUR)).toEqual([]);
    const resting = new RuleBench(RULES, subjectOf('WasteContainer', { device: { lifecycle: 'maintenance' } }));
    resting.uplink(T0, []);
    expect(resting.wait(T0 + 999 * HOUR)).toEqual([]);
  });

  it('of a device that is retired is over', () => {
    const bench = benchOf(HOUR);
    bench.uplink(T0, []);
    bench.wait(T0 + 9 * HOUR);
    const retired = subjectOf('WasteContainer', { device: { lifecycle: 'retired' } });
    expect(bench.wait(T0 + 10 * HOUR, retired)).toMatchObject([{ type: 'clear', reason: 'ruleRemoved' }]);
  });
});
