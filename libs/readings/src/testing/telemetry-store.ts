import { beforeEach, describe, expect, test } from 'vitest';
import type { ReadingQuery, StoredReading, TelemetryStore } from '../telemetry-store.ts';
import { readingOf } from './reading-of.ts';

const NOON = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;

/** What every telemetry store promises. `make` gives an empty one. */
export function describeTelemetryStore(name: string, make: () => Promise<TelemetryStore>): void {
  describe(`telemetry store: ${name}`, () => {
    let store: TelemetryStore;
    const all = { from: 0, to: NOON * 2, quantities: [], order: 'asc', limit: 1_000 } as const;
    const read = async (query: Partial<ReadingQuery>) => {
      return (await store.read({ subject: { assetId: 'bin-1' }, ...all, ...query })).items;
    };
    const times = (readings: readonly StoredReading[]) =>
      readings.map(({ observedAt }) => (observedAt - NOON) / MINUTE);
    const minutes = (...at: readonly number[]) => at.map((minute) => readingOf({ observedAt: NOON + minute * MINUTE }));

    beforeEach(async () => {
      store = await make();
    });

    test('gives a reading back as it was written', async () => {
      const values = { fillingLevel: 0.531, temperature: -12.25, coverOpen: false, batteryVoltage: 3.6 };
      const reading = readingOf({ observedAt: NOON + 123, clock: 'repaired', quality: 3, values });
      await store.write([reading]);

      const { assetId, ...stored } = reading;
      expect(await read({})).toEqual([stored]);
      expect(await read({ subject: { deviceId: 'sensor-1' } })).toEqual([stored]);
      expect(assetId).toBe('bin-1');
    });

    test('holds a point once, however often it is written', async () => {
      await store.write(minutes(0, 1));
      await store.write(minutes(1, 0));

      expect(times(await read({}))).toEqual([0, 1]);
    });

    test('joins the quantities of one moment, within a batch and over batches; the last value stays', async () => {
      await store.write([readingOf({ values: { fillingLevel: 0.1 } }), readingOf({ values: { temperature: 20 } })]);
      await store.write([readingOf({ values: { fillingLevel: 0.2, humidity: 50 } })]);

      expect((await read({})).map(({ values }) => values)).toEqual([
        { fillingLevel: 0.2, temperature: 20, humidity: 50 },
      ]);
    });

    test('finds what is stored of some moments, each once', async () => {
      await store.write([
        readingOf({ observedAt: NOON, values: { fillingLevel: 0.4, batteryLevel: 0.9 } }),
        readingOf({ observedAt: NOON + MINUTE, receivedAt: NOON + 6, assetId: null, values: { batteryLevel: 0.8 } }),
        readingOf({ deviceId: "o'neil 🚮", observedAt: NOON + MINUTE, receivedAt: NOON + 7, values: { tilt: 1 } }),
      ]);
      await store.write([
        readingOf({ observedAt: NOON, assetId: 'bin-2', receivedAt: NOON + 2_000, values: { tilt: 3 } }),
      ]);
      const at = (deviceId: string, observedAt: number) => ({ deviceId, observedAt });

      const found = await store.find([
        at('sensor-1', NOON + MINUTE),
        at('sensor-1', NOON),
        at('sensor-1', NOON + 1),
        at('sensor-1', NOON),
        at("o'neil 🚮", NOON),
        at("o'neil 🚮", NOON + MINUTE),
        at('nobody', NOON),
      ]);
      const shown = found.map(({ deviceId, observedAt, receivedAt, values }) => [
        deviceId,
        (observedAt - NOON) / MINUTE,
        receivedAt,
        Object.keys(values).sort().join(),
      ]);
      expect(shown.sort()).toEqual([
        ["o'neil 🚮", 1, NOON + 7, 'tilt'],
        ['sensor-1', 0, NOON + 2_000, 'batteryLevel,fillingLevel,tilt'],
        ['sensor-1', 1, NOON + 6, 'batteryLevel'],
      ]);
      expect(await store.find([])).toEqual([]);
    });

    test('finds thousands of moments of many devices, close to each other and far apart', async () => {
      const readings = Array.from({ length: 3_000 }, (_, index) => {
        const apart = index % 3 === 0 ? 5 : 7_200_000;
        return readingOf({ deviceId: `sensor-${index % 5}`, observedAt: NOON - index * apart });
      });
      await store.write(readings.filter((_, index) => index % 2 === 0));

      const found = await store.find(readings);
      const times = (of: readonly { deviceId: string; observedAt: number }[]) =>
        of.map(({ deviceId, observedAt }) => `${observedAt} ${deviceId}`).sort();
      expect(times(found)).toEqual(times(readings.filter((_, index) => index % 2 === 0)));
    });

    test('includes the start of a range and not its end', async () => {
      await store.write(minutes(0, 1, 2));

      expect(times(await read({ from: NOON, to: NOON + 2 * MINUTE }))).toEqual([0, 1]);
    });

    test('reads from the newest on, too', async () => {
      await store.write(minutes(1, 0, 2));

      expect(times(await read({ order: 'desc' }))).toEqual([2, 1, 0]);
    });

    test.each(['asc', 'desc'] as const)('pages through everything once (%s), also at one moment', async (order) => {
      const readings = [0, 1, 2].flatMap((minute) =>
        ['a', 'b', 'c'].map((deviceId) => readingOf({ deviceId, observedAt: NOON + minute * MINUTE })),
      );
      await store.write(readings);

      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await store.read({
          subject: { assetId: 'bin-1' },
          ...all,
          order,
          limit: 2,
          ...(after && { after }),
        });
        expect(page.items.length).toBeLessThanOrEqual(2);
        seen.push(...page.items.map((item) => `${item.observedAt} ${item.deviceId}`));
        after = page.next ?? undefined;
      } while (after);

      const expected = readings.map((reading) => `${reading.observedAt} ${reading.deviceId}`).sort();
      expect(seen).toEqual(order === 'asc' ? expected : expected.reverse());
    });

    test('leaves out of an asset what only describes its sensor', async () => {
      await store.write([
        readingOf({ values: { batteryLevel: 0.9 } }),
        readingOf({ observedAt: NOON + MINUTE, values: { batteryLevel: 0.9, fillingLevel: 0.4 } }),
      ]);

      expect(times(await read({}))).toEqual([1]);
      expect(times(await read({ subject: { deviceId: 'sensor-1' } }))).toEqual([0, 1]);
      expect(times(await read({ quantities: ['batteryLevel'] }))).toEqual([0, 1]);
      expect(times(await read({ quantities: ['tilt'] }))).toEqual([]);
    });

    test('keeps the history of an asset over a change of its sensor', async () => {
      await store.write([
        readingOf({ deviceId: 'old' }),
        readingOf({ deviceId: 'new', observedAt: NOON + MINUTE }),
        readingOf({ deviceId: 'old', assetId: 'bin-2', observedAt: NOON + 2 * MINUTE }),
        readingOf({ deviceId: 'loose', assetId: null }),
      ]);

      expect((await read({})).map(({ deviceId }) => deviceId)).toEqual(['old', 'new']);
      expect(times(await read({ subject: { assetId: 'bin-2' } }))).toEqual([2]);
      expect(times(await read({ subject: { deviceId: 'loose' } }))).toEqual([0]);
    });

    test('averages numbers, and gives the share of true for flags', async () => {
      await store.write([
        readingOf({ values: { fillingLevel: 0.25, coverOpen: true } }),
        readingOf({ observedAt: NOON + MINUTE, values: { fillingLevel: 0.75, coverOpen: false, batteryLevel: 1 } }),
        readingOf({ observedAt: NOON + 10 * MINUTE, values: { fillingLevel: 1 } }),
        readingOf({ observedAt: NOON + 11 * MINUTE, values: { batteryLevel: 1 } }),
      ]);

      const query = { subject: { assetId: 'bin-1' }, ...all, bucket: { everyMs: 10 * MINUTE } };
      expect(await store.aggregate(query)).toEqual([
        { observedAt: NOON, count: 2, values: { fillingLevel: 0.5, coverOpen: 0.5 } },
        { observedAt: NOON + 10 * MINUTE, count: 1, values: { fillingLevel: 1 } },
      ]);
      expect(await store.aggregate({ ...query, quantities: ['batteryLevel'], limit: 1 })).toEqual([
        { observedAt: NOON, count: 1, values: { batteryLevel: 1 } },
      ]);
    });

    test('counts days as people do, also when the clocks change', async () => {
      const at = (text: string) => readingOf({ observedAt: Date.parse(text) });
      await store.write([
        at('2026-10-24T21:59:59.999Z'),
        at('2026-10-24T22:00:00Z'),
        at('2026-10-25T22:59:59Z'),
        at('2026-10-25T23:00:00Z'),
      ]);

      const days = await store.aggregate({
        subject: { assetId: 'bin-1' },
        ...all,
        bucket: { localDay: 'Europe/Berlin' },
      });
      expect(days.map(({ observedAt, count }) => [new Date(observedAt).toISOString(), count])).toEqual([
        ['2026-10-23T22:00:00.000Z', 1],
        ['2026-10-24T22:00:00.000Z', 2],
        ['2026-10-25T23:00:00.000Z', 1],
      ]);
    });

    test('gives the newest reading of each asset that has one', async () => {
      await store.write([
        ...minutes(0, 2, 1),
        readingOf({ deviceId: 'second', observedAt: NOON + 3 * MINUTE, values: { temperature: 20 } }),
        readingOf({ observedAt: NOON + 4 * MINUTE, values: { batteryLevel: 1 } }),
        readingOf({ deviceId: 'third', assetId: 'bin-2' }),
      ]);

      const latest = await store.latest(['bin-1', 'bin-2', 'bin-3']);
      expect([...latest.keys()].sort()).toEqual(['bin-1', 'bin-2']);
      expect(latest.get('bin-1')).toMatchObject({ deviceId: 'second', observedAt: NOON + 3 * MINUTE });
      expect(await store.latest([])).toEqual(new Map());
    });

    test('takes a large batch at once', async () => {
      const readings = Array.from({ length: 4_000 }, (_, index) => {
        return readingOf({ deviceId: `sensor-${index % 7}`, observedAt: NOON + index * 1_000 });
      });
      await store.write(readings);

      expect(await read({ limit: 5_000 })).toHaveLength(4_000);
      expect(await read({ subject: { deviceId: 'sensor-0' } })).toHaveLength(572);
    });

    test('writes nothing when there is nothing to write', async () => {
      await store.write([]);

      expect(await read({})).toEqual([]);
    });
  });
}
