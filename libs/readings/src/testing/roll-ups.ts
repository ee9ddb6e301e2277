import { Fault } from '@stadtfunk/kernel';
import { ManualClock } from '@stadtfunk/kernel/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import type { DueRollUps } from '../due-roll-ups.ts';
import { purgeExpired } from '../purge-expired.ts';
import type { Reading } from '../reading.ts';
import { KEEP_FOR_EVER, type Retention } from '../retention.ts';
import { rollUpDue, type RollUpProgress } from '../roll-up-due.ts';
import type { Grain, RollUp, RollUps } from '../roll-ups.ts';
import { RolledUpTelemetryStore } from '../rolled-up-telemetry-store.ts';
import type { AggregateQuery, TelemetryStore } from '../telemetry-store.ts';
import { readingOf } from './reading-of.ts';

export interface RollUpsHarness {
  readonly telemetry: TelemetryStore;
  readonly rollUps: RollUps;
  readonly due: DueRollUps;
  /** Removes readings of before a moment, as the end of their retention does. */
  expireReadings(before: number): Promise<void>;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ZONE = 'Europe/Berlin';
const BIN = { assetId: 'bin-1' };
const SENSOR = { deviceId: 'sensor-1' };

const utc = (text: string): number => Date.parse(text);
const NOON = utc('2026-06-10T12:00Z');

/** What all stores of roll-ups promise, together with the telemetry store whose readings they roll up. `make` gives empty ones. */
export function describeRollUps(name: string, make: () => Promise<RollUpsHarness>): void {
  describe(`roll-ups: ${name}`, () => {
    let harness: RollUpsHarness;
    let rollUps: RollUps;
    let clock: ManualClock;

    beforeEach(async () => {
      harness = await make();
      ({ rollUps } = harness);
      clock = new ManualClock(NOON);
    });

    /** Writes as ingest does: the points, then the hours that they fell into. */
    const write = async (...readings: readonly Reading[]) => {
      await harness.telemetry.write(readings);
      await harness.due.mark(
        'hour',
        readings.map(({ observedAt }) => Math.floor(observedAt / HOUR) * HOUR),
      );
    };
    const level = (time: number, fillingLevel: number, more: Partial<Reading> = {}) =>
      readingOf({ observedAt: time, values: { fillingLevel }, ...more });
    const run = (more: { limit?: number; zone?: string; retention?: Retention; rollUps?: RollUps } = {}) =>
      rollUpDue({ rollUps, due: harness.due, clock, zone: ZONE, limit: 100, ...more });
    const runAll = async (more: { zone?: string; retention?: Retention } = {}) => {
      while ((await run(more))?.isMore);
    };
    const read = (grain: Grain, more: object = {}): Promise<readonly RollUp[]> => {
      const all = { from: -Infinity, to: Infinity, quantities: [], limit: 1_000 };
      return rollUps.read({ subject: BIN, grain, ...all, ...more });
    };
    const startsOf = (rows: readonly RollUp[]) => rows.map(({ start }) => new Date(start).toISOString());
    /** Answers with roll-ups, and of the readings alone. */
    const both = async (query: Partial<AggregateQuery>, retention: Retention = KEEP_FOR_EVER, zone = ZONE) => {
      const { telemetry, due } = harness;
      const rolledUp = new RolledUpTelemetryStore({ telemetry, rollUps, due, clock, zone, retention });
      const all = { subject: BIN, from: -Infinity, to: Infinity, quantities: [], limit: 1_000 };
      const asked = { ...all, bucket: { localDay: ZONE }, ...query };
      return [rounded(await rolledUp.aggregate(asked)), rounded(await telemetry.aggregate(asked))] as const;
    };

    test('makes an hour of what every device measured at every asset', async () => {
      await write(
        readingOf({ observedAt: NOON, values: { fillingLevel: 0.25, coverOpen: true, batteryVoltage: 3.5 } }),
        readingOf({ observedAt: NOON + 30 * MINUTE, values: { fillingLevel: 0.75, coverOpen: false } }),
        level(NOON + HOUR - 1, 0.5, { deviceId: 'second' }),
        level(NOON + HOUR, 1),
        level(NOON - 1, 1),
        level(NOON, 0.125, { deviceId: 'sensor-2', assetId: 'bin-2' }),
        level(NOON, 0.5, { deviceId: 'loose', assetId: null }),
      );

      expect(await rollUps.rollUpHour(NOON, NOON + HOUR)).toBe(4);
      const fillingLevel = { count: 3, sum: 1.5, min: 0.25, max: 0.75 };
      expect(await read('hour')).toEqual([{ start: NOON, totals: { fillingLevel, coverOpen: { count: 2, sum: 1 } } }]);
      const ofSensor = await read('hour', { subject: SENSOR });
      expect(ofSensor[0]?.totals.batteryVoltage).toEqual({ count: 1, sum: 3.5, min: 3.5, max: 3.5 });
      expect(ofSensor[0]?.totals.fillingLevel).toMatchObject({ count: 2, sum: 1 });
      expect(await read('hour', { subject: { assetId: 'bin-2' } })).toMatchObject([
        { totals: { fillingLevel: { sum: 0.125 } } },
      ]);
      expect(await read('hour', { subject: { deviceId: 'loose' } })).toHaveLength(1);
      expect(await read('hour', { quantities: ['tilt'] })).toEqual([]);
    });

    test('gives the same rows when it is done again, and others when readings came late or twice', async () => {
      await write(level(NOON, 0.25));
      await rollUps.rollUpHour(NOON, NOON + HOUR);
      const before = await read('hour');
      await write(level(NOON, 0.25));
      await rollUps.rollUpHour(NOON, NOON + HOUR);
      expect(await read('hour')).toEqual(before);

      await write(level(NOON + MINUTE, 0.75));
      expect(await rollUps.rollUpHour(NOON, NOON + HOUR)).toBe(1);
      expect(await read('hour')).toMatchObject([
        { totals: { fillingLevel: { count: 2, sum: 1, min: 0.25, max: 0.75 } } },
      ]);
    });

    test('makes nothing of an hour and of a day without readings', async () => {
      expect(await rollUps.rollUpHour(NOON, NOON + HOUR)).toBe(0);
      expect(await rollUps.rollUpDay(NOON, NOON + DAY)).toBe(0);
      expect(await rollUps.has('hour', -Infinity, Infinity)).toBe(false);
      expect(await rollUps.hoursWithReadings()).toEqual([]);
    });

    test('makes a day of its hours, each weighing as much as it has readings', async () => {
      const start = utc('2026-06-09T22:00Z');
      await write(
        level(start, 1),
        level(start + 5 * HOUR, 0),
        level(start + 5 * HOUR + MINUTE, 0.5),
        level(start + DAY, 1),
      );
      for (let hour = -1; hour < 26; hour++) await rollUps.rollUpHour(start + hour * HOUR, start + (hour + 1) * HOUR);

      expect(await rollUps.rollUpDay(start, start + DAY)).toBe(1);
      const totals = { fillingLevel: { count: 3, sum: 1.5, min: 0, max: 1 } };
      expect(await read('day')).toEqual([{ start, totals }]);
      expect(await read('hour', { from: start + HOUR, limit: 1 })).toMatchObject([{ start: start + 5 * HOUR }]);
    });

    test('knows the hours in which there are readings', async () => {
      await write(level(NOON, 1), level(NOON + 59 * MINUTE, 1), level(NOON + 3 * HOUR, 1, { assetId: null }));

      expect(await rollUps.hoursWithReadings()).toEqual([NOON, NOON + 3 * HOUR]);
    });

    test.each([
      ['short', 23, '2026-03-27T23:00:00.000Z', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
      ['long', 25, '2026-10-23T22:00:00.000Z', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
    ])('gives the %s day %i hours', async (_, hours, before, start, end) => {
      const from = utc(before);
      const count = (utc(end) - from) / HOUR + 24;
      await write(...Array.from({ length: count }, (_each, hour) => level(from + hour * HOUR + MINUTE, hour / 100)));
      clock.set(utc(end) + 2 * DAY);
      await runAll();

      const days = await read('day');
      expect(startsOf(days)).toEqual([before, start, end]);
      expect(days.map(({ totals }) => totals.fillingLevel?.count)).toEqual([24, hours, 24]);
      const [rolledUp, plain] = await both({});
      expect(rolledUp).toEqual(plain);
      expect(rolledUp.map(({ count }) => count)).toEqual([24, hours, 24]);
    });

    test('follows the hours of a clock that is not whole hours off, and of one that changes by half an hour', async () => {
      for (const zone of ['Asia/Kolkata', 'Australia/Lord_Howe']) {
        const start = utc('2026-04-03T00:00Z');
        await write(...Array.from({ length: 72 * 4 }, (_, quarter) => level(start + quarter * 15 * MINUTE, 0.5)));
        clock.set(start + 5 * DAY);
        await runAll({ zone });

        const [rolledUp, plain] = await both({ bucket: { localDay: zone } }, KEEP_FOR_EVER, zone);
        expect(rolledUp).toEqual(plain);
        const [byHour, plainHours] = await both({ bucket: { everyMs: HOUR } }, KEEP_FOR_EVER, zone);
        expect(byHour).toEqual(plainHours);
        harness = await make();
        ({ rollUps } = harness);
      }
    });

    test('does an hour when it has ended and settled, and a day when its last hour has', async () => {
      await write(level(NOON, 0.5));
      clock.set(NOON + HOUR + 9 * MINUTE);
      expect(await run()).toEqual({ hours: 0, days: 0, rows: 0, closed: 0, isMore: false });
      clock.advance(2 * MINUTE);
      expect(await run()).toMatchObject({ hours: 1, days: 0, rows: 1 });
      clock.set(utc('2026-06-10T22:11Z'));
      expect(await run()).toMatchObject({ hours: 0, days: 1, rows: 1 });
      expect(await run()).toMatchObject({ hours: 0, days: 0, rows: 0 });
      expect(startsOf(await read('day'))).toEqual(['2026-06-09T22:00:00.000Z']);
    });

    test('does no more in one call than it may, and says how far it is', async () => {
      await write(...[0, 1, 2, 3, 4].map((hour) => level(NOON + hour * HOUR, 0.5)));
      clock.set(NOON + 3 * DAY);
      const seen: RollUpProgress[] = [];
      const { due } = harness;
      const onProgress = (progress: RollUpProgress) => seen.push(progress);
      const done = await rollUpDue({ rollUps, due, clock, zone: ZONE, limit: 3, onProgress });

      expect(done).toMatchObject({ hours: 3, days: 1, rows: 4, isMore: true });
      expect(seen.map(({ hours }) => hours)).toEqual([1, 2, 3, 3]);
      expect(await run()).toMatchObject({ hours: 2, days: 1, isMore: false });
      expect((await read('day'))[0]?.totals.fillingLevel?.count).toBe(5);
    });

    test('takes up a reading that came late into an old hour, and its day', async () => {
      await write(level(NOON, 0.5));
      clock.set(NOON + 3 * DAY);
      await runAll();
      await write(level(NOON + 10 * MINUTE, 1));
      const [soon, plain] = await both({});
      expect(soon).toEqual(plain);
      await runAll();

      expect((await read('day'))[0]?.totals.fillingLevel).toEqual({ count: 2, sum: 1.5, min: 0.5, max: 1 });
      expect((await both({}))[0]).toEqual(plain);
    });

    test('does again what a crash left between the writing of an hour and the end of its claim', async () => {
      await write(level(NOON, 0.5));
      clock.set(NOON + 3 * DAY);
      await harness.due.claim('hour', NOON + DAY, 9);
      await rollUps.rollUpHour(NOON, NOON + HOUR);
      await write(level(NOON + MINUTE, 1));
      expect((await both({ bucket: { everyMs: HOUR } }))[0]).toMatchObject([{ count: 2 }]);
      await runAll();

      expect((await read('day'))[0]?.totals.fillingLevel?.count).toBe(2);
      expect(await harness.due.within(-Infinity, Infinity)).toEqual([]);
    });

    test('rolls up what was there before the first roll-up', async () => {
      await harness.telemetry.write([level(NOON, 0.5), level(NOON + DAY, 0.5)]);
      clock.set(NOON + 3 * DAY);
      const [before, plain] = await both({});
      expect(before).toEqual(plain);
      await runAll();

      expect(await read('day')).toHaveLength(2);
      expect(await read('hour')).toHaveLength(2);
    });

    test('answers alike with and without roll-ups, whatever is rolled up already', async () => {
      const start = utc('2026-10-22T22:00Z');
      const values = [
        { fillingLevel: 0.25, coverOpen: true },
        { temperature: 4 },
        { fillingLevel: 1, tilt: 3 },
      ] as const;
      await write(
        ...Array.from({ length: 4 * 24 * 3 }, (_, index) =>
          readingOf({
            observedAt: start + index * 20 * MINUTE,
            deviceId: index % 5 === 0 ? 'second' : 'sensor-1',
            values: values[index % 3]!,
          }),
        ),
      );
      const buckets = [ZONE, 'UTC', 'America/New_York'].map((localDay) => ({ localDay }));
      const widths = [HOUR, 6 * HOUR, 5 * HOUR, 20 * MINUTE].map((everyMs) => ({ everyMs }));
      const ranges = [
        {},
        { from: start + 31 * MINUTE, to: start + 3 * DAY + 17 * HOUR },
        { from: start + 30 * HOUR, limit: 2 },
      ];
      const compare = async () => {
        for (const bucket of [...buckets, ...widths]) {
          for (const range of ranges) {
            for (const subject of [BIN, SENSOR]) {
              const [rolledUp, plain] = await both({ subject, bucket, ...range });
              expect(rolledUp, JSON.stringify({ bucket, ...range })).toEqual(plain);
            }
          }
        }
        const [few, plainFew] = await both({ quantities: ['tilt', 'coverOpen'] });
        expect(few).toEqual(plainFew);
      };
      clock.set(start + 2 * DAY + 40 * MINUTE);
      await run({ limit: 20 });
      await compare();
      await runAll();
      await compare();
      clock.set(start + 9 * DAY);
      await runAll();
      await compare();
      // A backlog full of gaps.
      await harness.due.mark(
        'hour',
        Array.from({ length: 48 }, (_, index) => start + 2 * index * HOUR),
      );
      const [hourly, plainHourly] = await both({ bucket: { everyMs: HOUR } });
      expect(hourly).toEqual(plainHourly);
    });

    test('answers from roll-ups alone where readings are no longer kept', async () => {
      const retention = { reading: 10, hour: 100, day: null };
      await write(...Array.from({ length: 48 }, (_, hour) => level(NOON + hour * HOUR, 0.5)));
      clock.set(NOON + 4 * DAY);
      await runAll({ retention });
      const before = (await both({}, retention))[0];
      expect(before.map(({ count }) => count)).toEqual([10, 24, 14]);

      clock.set(NOON + 30 * DAY);
      await harness.expireReadings(NOON + 20 * DAY);
      const [rolledUp, plain] = await both({}, retention);
      expect(plain).toEqual([]);
      expect(rolledUp).toEqual(before);
      // Cut in the middle of a day, and of an hour: what the whole hours tell.
      const [cut] = await both({ from: NOON + 30 * MINUTE, to: NOON + 2 * HOUR + 1 }, retention);
      expect(cut).toEqual([{ ...before[0], count: 1 }]);
    });

    test('leaves an hour alone whose readings are gone, when another one comes too late', async () => {
      const retention = { reading: 10, hour: 100, day: 100 };
      await write(level(NOON, 0.25), level(NOON + MINUTE, 0.75));
      clock.set(NOON + 3 * DAY);
      await runAll({ retention });
      await harness.expireReadings(NOON + 5 * DAY);
      clock.set(NOON + 30 * DAY);
      await write(level(NOON + 2 * MINUTE, 1));

      expect(await run({ retention })).toMatchObject({ hours: 1, closed: 1, rows: 0, days: 0 });
      expect((await read('day'))[0]?.totals.fillingLevel?.count).toBe(2);
      expect((await both({}, retention))[0]).toMatchObject([{ count: 2 }]);
    });

    test('does the other hours when one cannot be done, and says so', async () => {
      await write(level(NOON, 0.5), level(NOON + HOUR, 0.5));
      clock.set(NOON + 3 * DAY);
      const broken = Object.assign(Object.create(rollUps) as RollUps, {
        rollUpHour: (start: number, end: number) =>
          start === NOON ? Promise.reject(new Fault('telemetry.failed', 'no', false)) : rollUps.rollUpHour(start, end),
        has: (...range: Parameters<RollUps['has']>) => rollUps.has(...range),
        rollUpDay: (...range: Parameters<RollUps['rollUpDay']>) => rollUps.rollUpDay(...range),
        hoursWithReadings: () => rollUps.hoursWithReadings(),
      });
      await expect(run({ rollUps: broken })).rejects.toMatchObject({ code: 'telemetry.failed' });
      expect(await read('hour')).toHaveLength(1);

      await runAll();
      expect((await read('day'))[0]?.totals.fillingLevel?.count).toBe(2);
    });

    test('takes thousands of assets at once, with any ids', async () => {
      const ids = ["a b,c=d\\'", 'ü🗑"', 'a/b', '%', ' '];
      const readings = Array.from({ length: 3_000 }, (_, index) =>
        level(NOON + (index % 60) * 1_000, 0.5, { deviceId: `d${index}`, assetId: ids[index] ?? `a${index}` }),
      );
      await harness.telemetry.write(readings);

      expect(await rollUps.rollUpHour(NOON, NOON + HOUR)).toBe(3_000);
      expect(await rollUps.rollUpDay(NOON, NOON + DAY)).toBe(3_000);
      for (const assetId of [...ids, 'a2999']) expect(await read('day', { subject: { assetId } })).toHaveLength(1);
    });

    test('removes what is no longer kept where the engine does not, but nothing that is to be rolled up', async () => {
      const retention = { reading: 10, hour: 20, day: 30 };
      await write(...[0, 1, 2].map((day) => level(NOON + day * DAY, 0.5)));
      const purge = () => purgeExpired({ rollUps, due: harness.due, clock, zone: ZONE, retention, limit: 2 });
      clock.set(NOON + 13 * DAY);
      expect(await purge()).toEqual({ reading: 0, hour: 0, day: 0 });
      expect(await harness.telemetry.latest(['bin-1'])).toHaveProperty('size', 1);
      await runAll({ retention });
      expect(await read('day')).toHaveLength(3);

      // Engines that do it themselves go by their own clock.
      if ((await purge()).reading === 0) return;
      expect(await purge()).toEqual({ reading: 1, hour: 0, day: 0 });
      clock.set(NOON + 23 * DAY);
      expect(await purge()).toEqual({ reading: 0, hour: 2, day: 0 });
      expect(await purge()).toEqual({ reading: 0, hour: 1, day: 0 });
      clock.set(NOON + 31 * DAY);
      expect(await purge()).toEqual({ reading: 0, hour: 0, day: 1 });
      expect(await read('day')).toHaveLength(2);
    });
  });
}

/** Sums are the same but for the order of their parts. */
function rounded<T extends { readonly values: object }>(rows: readonly T[]): readonly T[] {
  const round = (values: object) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(Number(value).toFixed(9))]));
  return rows.map((row) => ({ ...row, values: round(row.values) }));
}
