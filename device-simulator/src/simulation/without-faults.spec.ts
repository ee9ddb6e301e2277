import { describe, expect, it } from 'vitest';
import type { BinDevice } from '../city/city.ts';
import type { BinState, LampState, SpotState } from '../world/thing.ts';
import { heard, type Decoded } from './testing/decoded.ts';
import { bin, burning, calmBin, DAY, HOUR, lamp, MINUTE, smallCity, spot, START } from './testing/small-city.ts';

const DAYS = 3;
const devices = smallCity(15, DAYS);
/** The same things once more, to be asked what was so at any moment. */
const twins = smallCity(15, DAYS);
const { uplinks, truth } = heard(devices, DAYS * DAY);
const first = uplinks.filter(({ isRepeat }) => !isRepeat);

function newest({ report }: Decoded) {
  return report.samples.find(({ kind }) => kind !== 'history')!;
}

/** Distances that a sensor on this bin may have measured at a moment, ± mm. */
function distanceAt(device: BinDevice, at: number): number {
  device.thing.advance(at);
  return (device.offsetM + device.heightM * (1 - (device.thing.state as BinState).level)) * 1000;
}

function isTimed({ deviceIndex }: Decoded): boolean {
  return ['dragino-ndds75', 'dingtek-do201', 'ucifi-streetlight'].includes(devices[deviceIndex]!.model);
}

describe('what a city sends without a fault', () => {
  it('is read by the catalogue without a problem, and each device says who it is', () => {
    expect(first.length).toBeGreaterThan(2_000);
    for (const { report, deviceIndex } of uplinks) {
      expect(report.problems).toEqual([]);
      expect(report.imei).toBe(devices[deviceIndex]!.identity.imei);
      expect(report.samples.length).toBeGreaterThan(0);
    }
  });

  it('is right, and writes nothing down as wrong', () => {
    expect(first.every(({ wasMeasuredRight }) => wasMeasuredRight)).toBe(true);
    expect(truth).toEqual([]);
  });

  it('carries the time of the measurement where the format has one, give or take a clock that is right', () => {
    for (const uplink of first.filter(isTimed)) {
      expect(Math.abs(newest(uplink).deviceTime! - uplink.measuredAt)).toBeLessThan(12_000);
    }
  });

  it('says what was so at that moment', () => {
    const inOrder = [...first].sort((a, b) => a.measuredAt - b.measuredAt);
    for (const uplink of inOrder) {
      const twin = twins[uplink.deviceIndex]!;
      const { values } = newest(uplink);
      if (twin.kind === 'bin') {
        expect(Math.abs((values.distance as number) - distanceAt(twin, uplink.measuredAt))).toBeLessThan(18);
        if (values.temperature !== undefined) expect(Math.abs((values.temperature as number) - 12)).toBeLessThan(3);
        expect([values.outOfPosition ?? false, values.temperatureAlarm ?? false]).toEqual([false, false]);
        continue;
      }
      twin.thing.advance(uplink.measuredAt);
      if (twin.kind === 'spot') {
        expect(values.occupancy).toBe((twin.thing.state as SpotState).isOccupied);
      } else {
        const { activePowerW, dimming } = twin.thing.state as LampState;
        expect(Math.abs((values.activePower as number) - activePowerW)).toBeLessThan(0.05 * activePowerW + 0.02);
        expect(values.illuminanceLevel).toBe(dimming);
      }
    }
  });

  it('tells of the radio and the battery what both can be', () => {
    for (const uplink of first) {
      const { values } = newest(uplink);
      if (values.rsrp !== undefined) expect(values.rsrp).toBeLessThan(-44);
      if (values.batteryVoltage !== undefined) {
        expect(values.batteryVoltage).toBeGreaterThan(3.4);
        expect(values.batteryVoltage).toBeLessThan(3.72);
      }
    }
  });
});

describe('a Dragino NDDS75', () => {
  it('sends every two hours and a few seconds, with eight rows an hour apart, newest first, so that most of what it sends is repeats', () => {
    const { uplinks } = heard([bin('dragino-ndds75', () => calmBin)], 10 * DAY);
    const sent = uplinks.filter(({ isRepeat }) => !isRepeat);
    const gaps = sent.slice(1).map(({ measuredAt }, n) => measuredAt - sent[n]!.measuredAt);
    for (const gap of gaps.filter((gap) => gap < 3 * HOUR)) {
      expect(gap).toBeGreaterThanOrEqual(7_202_000);
      expect(gap).toBeLessThanOrEqual(7_206_000);
    }
    const rows = sent.at(-1)!.report.samples.filter(({ kind }) => kind === 'history');
    const ages = rows.slice(1).map(({ deviceTime }, n) => rows[n]!.deviceTime! - deviceTime!);
    expect(rows).toHaveLength(8);
    for (const age of ages) expect(Math.abs(age - HOUR)).toBeLessThan(6_000);
    const all = sent.flatMap(({ report }) => report.samples.map(({ deviceTime }) => deviceTime!));
    expect(1 - new Set(all).size / all.length).toBeGreaterThan(0.65);
  });
});

describe('a Dingtek DF702', () => {
  it('says at once, within its detection interval, that a bin burns, tilts and is full', () => {
    const fire = START + 5 * HOUR;
    const states = (at: number): BinState => {
      const isBurning = at >= fire && at < fire + HOUR;
      return {
        ...calmBin,
        level: at >= START + 8 * HOUR ? 0.95 : 0.4,
        isBurning,
        temperatureC: isBurning ? 95 : 12,
        isTipped: at >= START + 10 * HOUR,
      };
    };
    const events = [fire, fire + HOUR, START + 8 * HOUR, START + 10 * HOUR];
    const { uplinks } = heard([bin('dingtek-df702', states, { events, intervalMs: 20 * DAY })], 12 * HOUR);
    const told = uplinks.filter(({ report, isRepeat }) => !isRepeat && report.samples[0]?.kind === 'event');
    expect(
      told.map(({ report }) => {
        const { containerFull, temperatureAlarm, outOfPosition } = report.samples[0]!.values;
        return [containerFull, temperatureAlarm, outOfPosition];
      }),
    ).toEqual([
      [false, true, false],
      [false, false, false],
      [true, false, false],
      [true, false, true],
    ]);
    told.forEach(({ at }, n) => expect(at - events[n]!).toBeLessThan(12 * MINUTE));
  });
});

describe('a Milesight EM400-MUD', () => {
  it('sends twelve groups every six hours, half an hour apart, without time', () => {
    const rising = (at: number) => ({ ...calmBin, level: (at - START) / (4 * DAY) });
    const { uplinks } = heard([bin('milesight-em400-mud', rising)], 2 * DAY);
    const sent = uplinks.filter(({ isRepeat }) => !isRepeat);
    expect(sent.length).toBeGreaterThanOrEqual(7);
    for (const { report, measuredAt } of sent.slice(1)) {
      const [newest, ...older] = report.samples;
      expect(older.length).toBe(11);
      expect(newest!.deviceTime).toBeUndefined();
      older.forEach(({ ageMs, values }) => {
        const level = (measuredAt - ageMs! - START) / (4 * DAY);
        expect(Math.abs((values.distance as number) - (0.3 + 1.2 * (1 - level)) * 1000)).toBeLessThan(18);
      });
    }
  });
});

describe('a Dingtek parking sensor', () => {
  it.each(['dingtek-do201', 'dingtek-do202'] as const)(
    '%s tells every car that comes or goes within minutes, and is heard once a day besides',
    (model) => {
      const cars = Array.from({ length: 20 }, (_, n) => START + n * 70 * MINUTE + 1_000);
      const { uplinks } = heard([spot(model, cars)], 4 * DAY);
      const sent = uplinks.filter(({ isRepeat }) => !isRepeat);
      const events = sent.filter(({ report }) => report.samples[0]!.kind === 'event');
      expect(events.map(({ report }) => report.samples[0]!.values.occupancy)).toEqual(cars.map((_, n) => n % 2 === 0));
      const late = events.map(({ at }, n) => at - cars[n]!).sort((a, b) => a - b);
      expect(late[17]).toBeLessThan(4 * MINUTE);
      // One that is lost is told again after ten minutes.
      expect(late.at(-1)).toBeLessThan(15 * MINUTE);
      expect(sent.length - events.length).toBe(4);
    },
  );

  it('does not see a car that is gone before it looks', () => {
    const { uplinks } = heard([spot('dingtek-do202', [START + HOUR + 1_000, START + HOUR + 2_000])], DAY);
    expect(uplinks.filter(({ report }) => report.samples[0]!.kind === 'event')).toEqual([]);
  });
});

describe('a street light', () => {
  const dark: LampState = { ...burning, dimming: 0, activePowerW: 0.6 };

  it('tells every half hour how it is, and at once that it has switched or broken', () => {
    const states = (at: number): LampState => {
      if (at < START + 5 * HOUR) return dark;
      return at < START + 7 * HOUR ? burning : { ...burning, activePowerW: 0.6, lampFailure: true };
    };
    const { uplinks } = heard([lamp(states, { events: [START + 5 * HOUR, START + 7 * HOUR] })], 10 * HOUR);
    const sent = uplinks.filter(({ isRepeat }) => !isRepeat);
    expect(sent.length).toBeGreaterThanOrEqual(21);
    const failed = sent.find(({ report }) => report.samples[0]!.values.lampFailure === true)!;
    const lit = sent.find(({ report }) => report.samples[0]!.values.illuminanceLevel === 0.8)!;
    expect([lit.measuredAt, failed.measuredAt]).toEqual([START + 5 * HOUR, START + 7 * HOUR]);
  });

  it('is silent without supply, which is written down, and back within a minute after it', () => {
    const states = (at: number): LampState => ({
      ...burning,
      hasSupply: at < START + 3 * HOUR || at >= START + 6 * HOUR,
    });
    const { uplinks, truth } = heard([lamp(states, { events: [START + 3 * HOUR, START + 6 * HOUR] })], 8 * HOUR);
    const away = uplinks.filter(({ measuredAt }) => measuredAt >= START + 3 * HOUR && measuredAt < START + 6 * HOUR);
    expect(away).toEqual([]);
    expect(uplinks.some(({ measuredAt }) => Math.abs(measuredAt - START - 6 * HOUR) <= MINUTE)).toBe(true);
    expect(truth).toEqual(['device.silent of nb-lamp-0 from 3 h', 'device.silent of nb-lamp-0 to 6 h']);
  });
});

describe('a fleet that is set to the hour', () => {
  it('arrives within the minute after it, whatever the intervals', () => {
    const devices = Array.from({ length: 300 }, (_, index) => bin('dragino-ndds75', () => calmBin, { index }));
    const { uplinks } = heard(devices, DAY, { settings: () => ({ onTheHour: true }) });
    const first = uplinks.filter(({ isRepeat }) => !isRepeat);
    const within = first.filter(({ at }) => (at - START + 10_000) % (2 * HOUR) < 75_000);
    expect(first.length).toBeGreaterThan(3_000);
    expect(within.length / first.length).toBeGreaterThan(0.98);
  });
});

describe('settings and the face of the clock', () => {
  it('set how often a device reports, and what time it shows', () => {
    const settings = () => ({ reportEveryMs: HOUR });
    const faceOf = (at: number) => Date.UTC(2030, 0, 1) + (at - START) / 60;
    const { uplinks } = heard([lamp(() => burning)], 10 * HOUR, { settings, clockFace: faceOf });
    expect(uplinks.length).toBeLessThanOrEqual(11);
    const { measuredAt, report } = uplinks.at(-1)!;
    expect(Math.abs(report.samples[0]!.deviceTime! - faceOf(measuredAt))).toBeLessThan(12_000);
  });
});
