import { describe, expect, it } from 'vitest';
import { decodeState } from './device-state.ts';
import { RULE_OPTIONS } from './options.ts';
import { patternOf } from './reporting-pattern.ts';
import { RuleBench, rulesOf, subjectOf } from './testing.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const T0 = Date.UTC(2026, 9, 20, 9);

const silentRule = (silent: string) =>
  rulesOf(`version: "1"
rules:
  - { id: device.mute, subject: device, severity: minor, title: { de: A, en: A }, silent: { ${silent} } }
`);
const MUTE = silentRule('of: measurement, intervals: 3, margin: PT30M, atLeast: P1D');
const OFFLINE = silentRule('intervals: 3, margin: PT30M');

const mute = (subject = subjectOf('WasteContainer')) => new RuleBench(MUTE, subject);
/** A heartbeat every hour, at `from` first. */
function heartbeats(bench: RuleBench, from: number, count: number) {
  return Array.from({ length: count }, (_, hour) =>
    bench.hear(from + hour * HOUR, { batteryVoltage: 3.6, rsrp: -100 }, { receivedAt: from + hour * HOUR }),
  ).flat();
}

describe('a device that is heard and measures nothing', () => {
  it('is reported by an uplink after its time, until it measures again', () => {
    const bench = mute();
    bench.hear(T0, { fillingLevel: 0.4 }, { receivedAt: T0 });
    expect(heartbeats(bench, T0 + HOUR, 23)).toEqual([]);
    const [raised] = bench.uplink(T0 + DAY + 2 * MINUTE, []);
    expect(raised).toMatchObject({
      type: 'raise',
      raisedAt: T0 + DAY,
      evidence: { receivedAt: T0 + DAY + 2 * MINUTE },
    });
    expect(bench.uplink(T0 + DAY + HOUR, [])).toEqual([]);
    expect(bench.hear(T0 + DAY + 2 * HOUR, { fillingLevel: 0.4 })).toMatchObject([
      { type: 'clear', reason: 'measured', explanation: { conditions: [{ text: 'measurement' }] } },
    ]);
    expect(bench.state.d).toEqual({});
  });

  it('measures nothing by readings that nobody believes, or that are history', () => {
    const bench = mute();
    bench.hear(T0, { fillingLevel: 0.4 }, { receivedAt: T0 });
    for (let hour = 1; hour < 24; hour++) {
      bench.hear(T0 + hour * HOUR, { fillingLevel: 0.4 }, { receivedAt: T0 + hour * HOUR, quality: 1 });
      bench.hear(T0 - hour * HOUR, { fillingLevel: 0.4 }, { receivedAt: T0 + hour * HOUR });
    }
    expect(bench.uplink(T0 + DAY, [])).toMatchObject([{ type: 'raise', raisedAt: T0 + DAY }]);
  });

  it('has never measured since it was first heard', () => {
    expect(heartbeats(mute(), T0, 26)).toMatchObject([{ type: 'raise', raisedAt: T0 + DAY }]);
  });

  it('is no matter of this rule while it is not heard, nor at once when it is back', () => {
    const bench = mute();
    bench.hear(T0, { fillingLevel: 0.4 }, { receivedAt: T0 });
    expect(bench.wait(T0 + 9 * DAY)).toEqual([]);
    const back = T0 + 9 * DAY;
    expect(heartbeats(bench, back, 24)).toEqual([]);
    expect(bench.uplink(back + DAY, [])).toMatchObject([{ type: 'raise', raisedAt: back + DAY }]);
  });

  it('is given its time after our own outage and after a time out of service', () => {
    const restarted = T0 + 30 * HOUR;
    const bench = mute(subjectOf('WasteContainer', { listeningSince: restarted }));
    bench.hear(T0, { fillingLevel: 0.4 }, { receivedAt: T0 });
    expect(heartbeats(bench, T0 + HOUR, 53)).toEqual([]);
    expect(bench.uplink(restarted + DAY, [])).toMatchObject([{ type: 'raise', raisedAt: restarted + DAY }]);

    const resting = mute(subjectOf('WasteContainer', { device: { lifecycle: 'maintenance' } }));
    expect(heartbeats(resting, T0, 48)).toEqual([]);
    expect(resting.uplink(T0 + 48 * HOUR, [], subjectOf('WasteContainer'))).toEqual([]);
  });

  it('is judged by how often it measures, not by how often it is heard', () => {
    const bench = mute();
    for (let measured = 0; measured < 20; measured++) {
      bench.hear(T0 + measured * 12 * HOUR, { fillingLevel: 0.4 }, { receivedAt: T0 + measured * 12 * HOUR });
      heartbeats(bench, T0 + measured * 12 * HOUR + HOUR, 11);
    }
    expect(bench.changes).toEqual([]);
    const last = T0 + 19 * 12 * HOUR;
    const [raised] = heartbeats(bench, last + 12 * HOUR, 30);
    expect(raised).toMatchObject({ raisedAt: last + 36.5 * HOUR });
  });

  it('has measured whenever it was heard, in states of versions that did not ask', () => {
    const before = JSON.stringify({ v: 1, a: null, c: T0, o: T0, g: [HOUR], s: {}, d: {}, x: null });
    expect(decodeState(before).m).toBe(T0);
  });
});

describe('a device that was never heard', () => {
  it('is silent when its time since it was registered is over, and is so no more with the first uplink', () => {
    const bench = new RuleBench(OFFLINE, subjectOf('WasteContainer', { registeredAt: T0 }));
    const deadline = T0 + 3.5 * HOUR;
    expect(bench.wait(deadline - 1)).toEqual([]);
    expect(bench.wait(deadline)).toMatchObject([{ type: 'raise', raisedAt: deadline, evidence: { receivedAt: T0 } }]);
    expect(bench.wait(deadline + DAY)).toEqual([]);
    expect(bench.uplink(T0 + 2 * DAY, [])).toMatchObject([{ type: 'clear', clearedAt: T0 + 2 * DAY }]);
  });

  it('has its full time after our own outage, and none while it is planned', () => {
    const since = T0 + 9 * HOUR;
    const bench = new RuleBench(OFFLINE, subjectOf('WasteContainer', { registeredAt: T0, listeningSince: since }));
    expect(bench.wait(since + 3.5 * HOUR - 1)).toEqual([]);
    expect(bench.wait(since + 3.5 * HOUR)).toHaveLength(1);
    const planned = subjectOf('WasteContainer', { registeredAt: T0, device: { lifecycle: 'planned' } });
    expect(new RuleBench(OFFLINE, planned).wait(T0 + 99 * DAY)).toEqual([]);
  });
});

describe('the pattern of a device', () => {
  const hours = (...gaps: readonly number[]) => gaps.map((gap) => gap * HOUR);
  const learned = (gaps: readonly number[], settingMs = 2 * HOUR) => {
    const { intervalMs, jitterMs } = patternOf(gaps, settingMs);
    return [intervalMs / HOUR, jitterMs / HOUR];
  };

  it('is its setting until gaps tell more', () => {
    expect(learned([])).toEqual([2, 0]);
    expect(learned(hours(6))).toEqual([6, 0]);
    expect(learned(hours(6, 12))).toEqual([6, 0]);
    expect(learned(hours(1, 1, 1, 1))).toEqual([2, 0]);
  });

  it('is not changed by one gap, however long, and is by a network that holds the device back again and again', () => {
    expect(learned(hours(2, 2, 2, 200, 2, 2))).toEqual([2, 0]);
    expect(learned(hours(2, 12.02, 2, 2, 12.02, 2))).toEqual([2, 10.02]);
  });

  it('follows a device that reports less often than it is set to', () => {
    expect(learned(hours(6, 6.1, 5.9, 6, 6, 7))).toEqual([6, expect.closeTo(0.1)]);
  });

  it('becomes shorter than the setting only by a full record, and not by bursts', () => {
    const regular = Array.from({ length: RULE_OPTIONS.gaps }, () => 0.75 * HOUR);
    expect(learned(regular.slice(1))).toEqual([2, 0]);
    expect(learned(regular)).toEqual([0.75, 0]);
    const bursts = regular.with(3, 1.9 * HOUR).with(9, 1.8 * HOUR);
    expect(learned(bursts)).toEqual([1.8, 0]);
  });

  it('is the same in whatever order the gaps came', () => {
    const gaps = hours(2, 9, 1, 3, 2.5, 2.2, 14, 2, 2, 2.1, 2, 2, 2, 3, 2, 2);
    expect(patternOf(gaps.toReversed(), HOUR)).toEqual(patternOf(gaps, HOUR));
  });
});
