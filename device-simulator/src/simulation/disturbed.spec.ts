import { describe, expect, it } from 'vitest';
import type { BinModel } from '../city/city.ts';
import type { Disturbance } from '../world/disturbance.ts';
import type { Arrival } from './arrival.ts';
import { Simulation } from './simulation.ts';
import type { Decoded } from './testing/decoded.ts';
import { heard } from './testing/decoded.ts';
import {
  bin,
  burning,
  calmBin,
  DAY,
  fault,
  HOUR,
  lamp,
  mildWeather,
  MINUTE,
  spot,
  START,
  TruthList,
} from './testing/small-city.ts';

/** Due, right: 1200 mm of container, 300 mm above the rim, 40 % full. */
const RIGHT_MM = 1_020;
const FROM = START + 10 * HOUR;
const TO = START + 30 * HOUR;

function binHeard(model: BinModel, disturbances: readonly Disturbance[], lastsMs = 2 * DAY) {
  const { uplinks, truth } = heard([bin(model, () => calmBin, { disturbances, intervalMs: HOUR })], lastsMs);
  return { truth, sent: uplinks.filter(({ isRepeat }) => !isRepeat) };
}

const newest = ({ report }: Decoded) => report.samples.find(({ kind }) => kind !== 'history');
const distanceOf = (uplink: Decoded) => newest(uplink)?.values.distance as number | undefined;
const isRight = (mm: number | undefined) => mm !== undefined && Math.abs(mm - RIGHT_MM) < 20;
const during = (sent: readonly Decoded[], from = FROM, to = TO) =>
  sent.filter(({ measuredAt, at }) => (measuredAt || at) >= from && (measuredAt || at) < to);
const outside = (sent: readonly Decoded[]) => sent.filter((uplink) => !during(sent).includes(uplink));

describe('sensor faults', () => {
  it('sensor.spikes: some distances are from somewhere else, and known to be wrong', () => {
    const { sent, truth } = binHeard('dragino-ndds75', [fault('sensor.spikes', START, START + 40 * DAY)], 40 * DAY);
    const wrong = sent.filter((uplink) => !isRight(distanceOf(uplink)));
    expect(wrong.length / sent.length).toBeGreaterThan(0.03);
    expect(wrong.length / sent.length).toBeLessThan(0.07);
    expect(sent.every((uplink) => uplink.wasMeasuredRight === isRight(distanceOf(uplink)))).toBe(true);
    expect(truth).toEqual([]);
  });

  it('sensor.stuck: the same distance to the millimetre, whatever happens', () => {
    const rising = (at: number) => ({ ...calmBin, level: 0.2 + (0.5 * (at - START)) / (2 * DAY) });
    const disturbances = [fault('sensor.stuck', FROM, TO)];
    const { uplinks, truth } = heard([bin('dragino-ndds75', rising, { disturbances, intervalMs: HOUR })], 2 * DAY);
    const stuck = during(uplinks);
    expect(new Set(stuck.map(distanceOf)).size).toBe(1);
    expect(stuck.slice(1).some(({ wasMeasuredRight }) => wasMeasuredRight)).toBe(false);
    expect(new Set(outside(uplinks).map(distanceOf)).size).toBeGreaterThan(10);
    expect(truth).toEqual(['sensor.wrong of nb-bin-0 from 10 h', 'sensor.wrong of nb-bin-0 to 30 h']);
  });

  it('sensor.drift: wrong by more every day, and held to be wrong once it is off by a twentieth', () => {
    const { sent, truth } = binHeard('dingtek-df702', [fault('sensor.drift', START, Infinity, { perDay: 0.1 })]);
    const last = sent.at(-1)!;
    const expected = RIGHT_MM + (0.1 * 1_200 * (last.measuredAt - START)) / DAY;
    expect(Math.abs(distanceOf(last)! - expected)).toBeLessThan(20);
    expect(truth).toEqual(['sensor.wrong of nb-bin-0 from 12 h']);
    for (const { measuredAt, wasMeasuredRight } of sent) expect(wasMeasuredRight).toBe(measuredAt <= START + 12 * HOUR);
  });

  it.each([
    [
      'dragino-ndds75',
      '0000',
      ['device.noMeasurement of nb-bin-0 from 10 h', 'device.noMeasurement of nb-bin-0 to 30 h'],
    ],
    ['dingtek-df702', '270f', []],
    ['milesight-em400-mud', '0482fdff', []],
  ] as const)('sensor.sentinel: %s says that there was no echo by %s', (model, bytes, expected) => {
    const { sent, truth } = binHeard(model, [fault('sensor.sentinel', FROM, TO)]);
    const mute = during(sent);
    expect(mute.length).toBeGreaterThan(15);
    for (const uplink of mute) {
      // The others still measure temperature and tilt.
      expect(Number.isNaN(uplink.measuredAt)).toBe(model === 'dragino-ndds75');
      expect(uplink.wasMeasuredRight).toBe(false);
      const text =
        model === 'dragino-ndds75'
          ? Buffer.from(uplink.payload).toString()
          : Buffer.from(uplink.payload).toString('hex');
      expect(text).toContain(bytes);
      expect(newest(uplink)?.values.distance).toBeUndefined();
    }
    expect(truth).toEqual(expected);
  });

  it('sensor.ghost: cars come and go that are not there', () => {
    const disturbances = [fault('sensor.ghost', FROM, TO)];
    const { uplinks, truth } = heard([spot('dingtek-do202', [], { disturbances })], 3 * DAY);
    const seen = uplinks.filter((uplink) => newest(uplink)!.values.occupancy === true);
    expect(seen.length).toBeGreaterThan(1);
    for (const { measuredAt, wasMeasuredRight } of seen) {
      expect([measuredAt >= FROM && measuredAt < TO, wasMeasuredRight]).toEqual([true, false]);
    }
    const last = uplinks.filter(({ measuredAt }) => measuredAt > TO + HOUR);
    expect(last.every((uplink) => newest(uplink)!.values.occupancy === false)).toBe(true);
    expect(truth).toEqual(['sensor.wrong of nb-spot-0 from 10 h', 'sensor.wrong of nb-spot-0 to 30 h']);
  });

  it('sensor.drift of a magnetometer: one day there is a car that never leaves', () => {
    const disturbances = [fault('sensor.drift', START, Infinity, { perDay: 0.15 })];
    const { uplinks, truth } = heard([spot('dingtek-do201', [], { disturbances })], 4 * DAY);
    expect(uplinks.map((uplink) => newest(uplink)!.values.occupancy)).toEqual([false, true, true, true]);
    expect(truth).toEqual(['sensor.wrong of nb-spot-0 from 24 h']);
  });

  it('sensor.swapped: two devices tell what the other one is on, as a whole and in step', () => {
    const full = (at: number) => ({ ...calmBin, level: 0.8 - (0.1 * (at - START)) / DAY });
    const swapped = (name: string) => [fault('sensor.swapped', FROM, TO, { with: name })];
    const devices = [
      bin('dragino-ndds75', () => calmBin, { index: 0, intervalMs: HOUR, disturbances: swapped('bin-1') }),
      bin('dingtek-df702', full, { index: 1, intervalMs: HOUR, disturbances: swapped('nb-bin-0') }),
    ];
    const { uplinks, truth } = heard(devices, 2 * DAY);
    for (const uplink of uplinks) {
      const isSwapped = uplink.measuredAt >= FROM && uplink.measuredAt < TO;
      const isAtFull = (uplink.deviceIndex === 1) !== isSwapped;
      const level = isAtFull ? full(uplink.measuredAt).level : calmBin.level;
      expect(Math.abs(distanceOf(uplink)! - (1_500 - 1_200 * level))).toBeLessThan(20);
      expect(uplink.wasMeasuredRight).toBe(!isSwapped);
    }
    expect(truth.filter((line) => line.startsWith('sensor.wrong'))).toHaveLength(4);
  });

  it('bin.lidOpen: no echo or a near one, tilted, and the radio is better', () => {
    const lid = (at: number) => ({ ...calmBin, isLidOpen: at >= FROM && at < TO });
    const { uplinks } = heard([bin('dingtek-df702', lid, { intervalMs: HOUR, events: [FROM, TO] })], 2 * DAY);
    const open = uplinks.filter((uplink) => newest(uplink)!.values.outOfPosition === true);
    expect(open.length).toBeGreaterThan(15);
    expect(open.some(({ wasMeasuredRight }) => wasMeasuredRight)).toBe(false);
    const rsrp = (all: readonly Decoded[]) =>
      all.reduce((sum, one) => sum + (newest(one)!.values.rsrp as number), 0) / all.length;
    const closed = uplinks.filter((uplink) => !open.includes(uplink));
    expect(Math.abs(rsrp(open) - rsrp(closed) - 14)).toBeLessThan(2);
  });

  it('a lamp whose monitor is stuck, drifts or is hit by spikes tells powers that are not so', () => {
    const powers = (kind: 'sensor.stuck' | 'sensor.drift' | 'sensor.spikes') => {
      const disturbances = [fault(kind, FROM, TO, { perDay: -0.5, share: 0.5 })];
      const { uplinks } = heard([lamp(() => burning, { disturbances })], 40 * HOUR);
      return during(uplinks).map((uplink) => newest(uplink)!.values.activePower as number);
    };
    expect(new Set(powers('sensor.stuck')).size).toBe(1);
    expect(Math.min(...powers('sensor.drift'))).toBeLessThan(27);
    expect(Math.max(...powers('sensor.spikes'))).toBeGreaterThan(80);
  });
});

describe('wrong clocks', () => {
  const year = (ms: number) => new Date(ms).getUTCFullYear();
  const timesOf = (disturbance: Disturbance, device: 'dragino' | 'spot' | 'lamp') => {
    const on = { disturbances: [disturbance], intervalMs: HOUR };
    const devices = {
      dragino: () => bin('dragino-ndds75', () => calmBin, on),
      spot: () => spot('dingtek-do201', [], on),
      lamp: () => lamp(() => burning, on),
    };
    const { uplinks, truth } = heard([devices[device]()], 2 * DAY);
    return { truth, wrong: during(uplinks), right: outside(uplinks) };
  };

  it.each(['dragino', 'spot', 'lamp'] as const)('clock.unset of a %s: zero, or counted from 1970', (device) => {
    const { wrong, truth } = timesOf(fault('clock.unset', FROM, TO), device);
    expect(wrong.length).toBeGreaterThan(15);
    for (const uplink of wrong) expect(year(newest(uplink)!.deviceTime ?? 0)).toBe(1970);
    expect(truth.map((line) => line.slice(0, 11))).toEqual(['clock.wrong', 'clock.wrong']);
  });

  it.each([
    ['clock.year2000', 2000],
    ['clock.year2061', 2061],
  ] as const)('%s: counted from there', (kind, expected) => {
    const { wrong, right } = timesOf(fault(kind, FROM, TO), 'dragino');
    expect(new Set(wrong.map((uplink) => year(newest(uplink)!.deviceTime!)))).toEqual(new Set([expected]));
    for (const uplink of right) expect(Math.abs(newest(uplink)!.deviceTime! - uplink.measuredAt)).toBeLessThan(12_000);
    // The memory keeps the times that the clock showed, also when it is right again.
    const rows = right.flatMap(({ report }) => report.samples.filter(({ kind }) => kind === 'history'));
    expect(rows.some(({ deviceTime }) => year(deviceTime!) === expected)).toBe(true);
  });

  it('clock.ahead: nine days as published, or as many seconds as are asked for', () => {
    const offsets = (parameters: object) => {
      const { wrong } = timesOf(fault('clock.ahead', FROM, TO, parameters), 'spot');
      return wrong.map((uplink) => Math.round((newest(uplink)!.deviceTime! - uplink.measuredAt) / MINUTE));
    };
    expect(new Set(offsets({}))).toEqual(new Set([9 * 24 * 60]));
    expect(new Set(offsets({ seconds: -7_200 }))).toEqual(new Set([-120]));
  });

  it('clock.drift: further off every day, and held to be wrong from a minute on', () => {
    const { wrong, truth } = timesOf(fault('clock.drift', FROM, TO, { secondsPerDay: 240 }), 'lamp');
    const offset = (uplink: Decoded) => (newest(uplink)!.deviceTime! - uplink.measuredAt) / 1000;
    expect(Math.abs(offset(wrong.at(-1)!) - offset(wrong[0]!) - 190)).toBeLessThan(15);
    expect(truth[0]).toBe('clock.wrong of nb-lamp-0 from 16 h');
  });

  it('clock.milliseconds: milliseconds where seconds are meant; 32 bits hold what they can', () => {
    const lampTimes = timesOf(fault('clock.milliseconds', FROM, TO), 'lamp').wrong;
    for (const uplink of lampTimes) {
      expect(Math.abs(newest(uplink)!.deviceTime! / 1000 - uplink.measuredAt)).toBeLessThan(12_000);
    }
    for (const uplink of timesOf(fault('clock.milliseconds', FROM, TO), 'dragino').wrong) {
      const low =
        (((newest(uplink)!.deviceTime ?? 0) / 1000 - (uplink.measuredAt % 2 ** 32)) / 1000 + 2 ** 32) % 2 ** 32;
      expect(Math.min(low, 2 ** 32 - low)).toBeLessThan(12);
    }
  });

  it('of a device whose format has no time, nobody knows', () => {
    const { truth } = binHeard('milesight-em400-mud', [fault('clock.year2000', FROM, TO)]);
    expect(truth).toEqual([]);
  });
});

describe('device faults', () => {
  const silence = ['device.silent of nb-bin-0 from 10 h', 'device.silent of nb-bin-0 to 30 h'];

  it.each(['device.dead', 'device.hung', 'device.simBlocked', 'cell.outage', 'radio.backOff'] as const)(
    '%s: nothing arrives as long as it lasts, which is written down',
    (kind) => {
      const { sent, truth } = binHeard('dragino-ndds75', [fault(kind, FROM, TO)]);
      expect(during(sent)).toEqual([]);
      expect(sent.filter(({ measuredAt }) => measuredAt < FROM).length).toBeGreaterThan(7);
      expect(sent.filter(({ measuredAt }) => measuredAt >= TO).length).toBeGreaterThan(14);
      expect(truth).toEqual(silence);
    },
  );

  it('are one silence where they overlap', () => {
    const { truth } = binHeard('dragino-ndds75', [
      fault('cell.outage', FROM, FROM + 5 * HOUR),
      fault('radio.backOff', FROM + HOUR, FROM + 12 * HOUR),
      fault('device.dead', FROM + 12 * HOUR, TO),
    ]);
    expect(truth).toEqual(silence);
  });

  it('leave the history of a Dragino to come after them, and the groups of a Milesight', () => {
    const outage = [fault('cell.outage', FROM, TO)];
    const first = (model: BinModel) => binHeard(model, outage).sent.find(({ measuredAt }) => measuredAt >= TO)!;
    const rows = first('dragino-ndds75').report.samples.filter(({ kind }) => kind === 'history');
    expect(rows.filter(({ deviceTime }) => deviceTime! < TO).length).toBeGreaterThan(4);
    // Samples of five minutes here: all 64 that it keeps.
    expect(first('milesight-em400-mud').report.samples).toHaveLength(64);
  });

  it('let a lamp send what it kept, oldest first, in a burst', () => {
    const { uplinks } = heard([lamp(() => burning, { disturbances: [fault('cell.outage', FROM, TO)] })], 2 * DAY);
    const kept = during(uplinks.filter(({ isRepeat }) => !isRepeat));
    expect(kept.length).toBeGreaterThan(38);
    expect(kept.map(({ measuredAt }) => measuredAt)).toEqual(
      kept.map(({ measuredAt }) => measuredAt).sort((a, b) => a - b),
    );
    for (const { at, report, measuredAt } of kept) {
      expect(at).toBeGreaterThan(TO);
      expect(Math.abs(report.samples[0]!.deviceTime! - measuredAt)).toBeLessThan(12_000);
    }
  });

  it('device.reboot of a Dragino: it forgets time and history', () => {
    const { sent } = binHeard('dragino-ndds75', [fault('device.reboot', FROM, FROM + 5 * MINUTE)]);
    const first = sent.find(({ measuredAt }) => measuredAt === FROM + 5 * MINUTE)!;
    expect(first.report.samples).toHaveLength(1);
    expect(first.report.samples[0]!.deviceTime).toBeUndefined();
    const next = sent[sent.indexOf(first) + 1]!;
    expect(Math.abs(newest(next)!.deviceTime! - next.measuredAt)).toBeLessThan(12_000);
  });

  it.each(['dingtek-df702', 'milesight-em400-mud'] as const)(
    'device.reboot of a %s: it says so, and counts anew',
    (model) => {
      const { sent } = binHeard(model, [fault('device.reboot', FROM, FROM + 5 * MINUTE)]);
      const boot = sent.findIndex(({ report }) => report.samples.length === 0);
      expect(sent[boot]!.report.problems).toEqual([]);
      expect(sent[boot]!.measuredAt).toBeNaN();
      expect([sent[boot + 1]!.report.counter, sent[boot + 2]!.report.counter]).toEqual([1, 2]);
    },
  );

  it.each(['dingtek-do201', 'dingtek-do202'] as const)(
    'device.hung of a %s ends by the watchdog, with a boot message',
    (model) => {
      const disturbances = [fault('device.hung', FROM, TO)];
      const { uplinks } = heard([spot(model, [], { disturbances, intervalMs: HOUR })], 2 * DAY);
      expect(during(uplinks)).toEqual([]);
      const boot = uplinks.find(({ report }) => report.samples.length === 0)!;
      expect(boot.at).toBeGreaterThan(TO);
      expect(boot.at).toBeLessThan(TO + 5 * MINUTE);
    },
  );

  it('radio.torn: of a share of the uplinks only a beginning comes through', () => {
    const disturbances = [fault('radio.torn', FROM, TO, { share: 0.5 })];
    const device = bin('dingtek-df702', () => calmBin, { disturbances, intervalMs: 15 * MINUTE });
    const whole = 30;
    const arrivals: Arrival[] = [];
    const simulation = new Simulation({
      ...{ seed: 1, from: START, devices: [device], weather: mildWeather, truth: new TruthList() },
    });
    simulation.run(START + 2 * DAY, (arrival) => arrivals.push(arrival));
    const torn = arrivals.filter(({ payload }) => payload.length < whole);
    expect(torn.length).toBeGreaterThan(25);
    expect(torn.length).toBeLessThan(55);
    for (const { measuredAt } of torn) expect([measuredAt >= FROM, measuredAt < TO]).toEqual([true, true]);
    expect(new Set(torn.map(({ payload }) => payload.length)).size).toBeGreaterThan(10);
  });

  it('device.signError: frost becomes warmth, and the signal impossible', () => {
    const frost = { ...calmBin, temperatureC: -6 };
    const disturbances = [fault('device.signError', START, Infinity)];
    const { uplinks } = heard([bin('dingtek-df702', () => frost, { disturbances, intervalMs: HOUR })], DAY);
    for (const { report } of uplinks) {
      expect(Math.abs((report.samples[0]!.values.temperature as number) - 6)).toBeLessThan(3);
      expect(report.problems.map(({ code }) => code)).toEqual(['radio.impossible']);
    }
  });
});

describe('news that is lost', () => {
  /** A car from 9 h on, free from 10 h on, another car from 10 h 5 min on. */
  const changes = [START + 9 * HOUR, FROM, FROM + 5 * MINUTE];
  const told = (outageMs: number) => {
    const disturbances = [fault('cell.outage', FROM - MINUTE, FROM + outageMs)];
    const { uplinks } = heard([spot('dingtek-do202', changes, { disturbances, events: changes })], DAY);
    return uplinks
      .filter(({ isRepeat, measuredAt }) => !isRepeat && measuredAt >= START + 9 * HOUR && measuredAt < FROM + HOUR)
      .map((uplink) => [Math.floor((uplink.measuredAt - START) / MINUTE), newest(uplink)!.values.occupancy]);
  };

  it('is followed by the next, also when that brings back what is believed', () => {
    // The sensor looks once a minute.
    expect(told(3 * MINUTE)).toEqual([
      [expect.closeTo(541, -1), true],
      [expect.closeTo(606, -1), true],
    ]);
  });

  it('is tried again after ten minutes, with what is so by then', () => {
    expect(told(8 * MINUTE)).toEqual([
      [expect.closeTo(541, -1), true],
      [expect.closeTo(616, -1), true],
    ]);
    expect(told(50 * MINUTE)).toHaveLength(1);
  });
});

describe('battery.failing', () => {
  const end = START + 70 * DAY;
  const failing = [fault('battery.failing', START, end, { replacedAfterHours: 48 })];
  const voltagesOf = (sent: readonly Decoded[]) =>
    sent.map((uplink) => [uplink.measuredAt, newest(uplink)!.values.batteryVoltage as number] as const);

  it('lets the voltage fall as that of a lithium cell: late and then fast, to 2.1 V; then it is silent until there is a new one', () => {
    const device = bin('dragino-ndds75', () => calmBin, { disturbances: failing, intervalMs: 6 * HOUR });
    const { uplinks, truth } = heard([device], 80 * DAY);
    const voltages = voltagesOf(uplinks);
    const at = (day: number) => voltages.find(([at]) => at >= START + day * DAY)![1];
    expect(at(1)).toBeGreaterThan(3.45);
    expect(at(40)).toBeGreaterThan(3.2);
    expect(at(60)).toBeLessThan(3.2);
    expect(at(69)).toBeLessThan(2.4);
    expect(during(uplinks, end, end + 2 * DAY)).toEqual([]);
    expect(at(72.5)).toBeGreaterThan(3.45);
    expect(truth).toEqual([
      'battery.low of nb-bin-0 from 960 h',
      'device.silent of nb-bin-0 from 1680 h',
      'battery.low of nb-bin-0 to 1728 h',
      'device.silent of nb-bin-0 to 1728 h',
    ]);
  });

  it('is told by the devices that judge for themselves', () => {
    const { uplinks } = heard([bin('dingtek-df702', () => calmBin, { disturbances: failing })], 69 * DAY);
    expect(newest(uplinks.at(-1)!)!.values.batteryTooLow).toBe(true);
    expect(newest(uplinks[0]!)!.values.batteryTooLow).toBe(false);
    const percent = heard([bin('milesight-em400-mud', () => calmBin, { disturbances: failing })], 69 * DAY).uplinks;
    expect(newest(percent.at(-1)!)!.values.batteryLevel).toBeLessThan(0.15);
    expect(newest(percent[0]!)!.values.batteryLevel).toBeGreaterThan(0.8);
  });

  it('frost costs a tenth of a volt, and steps from uplink to uplink are 2 mV as published', () => {
    const run = (temperatureC: number) => {
      const weather = { temperatureC: () => temperatureC, precipitation: () => 0, snowCm: () => 0, cloud: () => 0 };
      const device = bin('dragino-ndds75', () => calmBin, { intervalMs: HOUR });
      return voltagesOf(heard([device], 10 * DAY, { weather }).uplinks).map(([, volts]) => volts);
    };
    const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;
    const [mild, cold] = [run(20), run(-10)];
    expect(median(mild) - median(cold)).toBeCloseTo(0.1, 2);
    const steps = mild.slice(1).map((volts, n) => Math.abs(volts - mild[n]!));
    expect(median(steps)).toBeGreaterThan(0.001);
    expect(median(steps)).toBeLessThan(0.003);
    expect(Math.max(...steps)).toBeLessThan(0.07);
  });
});
