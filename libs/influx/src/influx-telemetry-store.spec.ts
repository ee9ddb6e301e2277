import { eventually } from '@stadtfunk/kernel/testing';
import { MemoryTelemetryStore, ReadingsRefused, type Reading } from '@stadtfunk/readings';
import { describeTelemetryStore, readingOf } from '@stadtfunk/readings/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InfluxOptions } from './influx-options.ts';
import { InfluxTelemetryStore } from './influx-telemetry-store.ts';
import { startInflux, type InfluxServer } from './testing.ts';

const NOON = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;
const ALL = { from: 0, to: 2 * NOON, quantities: [], order: 'asc', limit: 1_000 } as const;

let server: InfluxServer;
let databases = 0;
const stores: InfluxTelemetryStore[] = [];

/** A store with a database of its own. */
function makeStore(more: Partial<InfluxOptions> = {}): InfluxTelemetryStore {
  const store = new InfluxTelemetryStore({ url: server.url, bucket: `test ${++databases}`, ...more });
  stores.push(store);
  return store;
}

/** What somebody else sends to the server. */
async function post(path: string, body: string): Promise<string> {
  const answer = await fetch(`${server.url}${path}`, { method: 'POST', body });
  return answer.text();
}

const ask = (bucket: string, query: string) =>
  post(`/query?${new URLSearchParams({ db: bucket, q: query }).toString()}`, '');

beforeAll(async () => {
  server = await startInflux();
});

afterAll(async () => {
  for (const store of stores) store.stop();
  await server.stop();
});

describeTelemetryStore('InfluxDB 1.6', async () => makeStore());
describeTelemetryStore('InfluxDB 1.6, compressed and in parts', async () =>
  makeStore({ limits: { rowsPerQuery: 500, linesPerWrite: 300, gzipAboveBytes: 100 } }),
);

describe('InfluxTelemetryStore', () => {
  it('answers like the store in memory, however small the parts it reads in', async () => {
    const reading = fc
      .record({
        deviceId: fc.constantFrom('a', 'b', 'c'),
        minute: fc.integer({ min: -3, max: 3 }),
        values: fc.constantFrom<Reading['values']>(
          { fillingLevel: 0.25 },
          { fillingLevel: 0.75, coverOpen: true },
          { batteryLevel: 0.5 },
          { coverOpen: false, tilt: 90 },
        ),
      })
      .map(({ minute, ...rest }) => readingOf({ ...rest, observedAt: NOON + minute * MINUTE }));
    const query = fc.record({
      subject: fc.constantFrom({ assetId: 'bin-1' }, { deviceId: 'b' }),
      from: fc.constantFrom(0, NOON, -Infinity),
      to: fc.constantFrom(NOON, NOON + 2 * MINUTE, Infinity),
      quantities: fc.constantFrom([], ['tilt'] as const, ['coverOpen', 'batteryLevel', 'fillingLevel'] as const),
      limit: fc.integer({ min: 1, max: 7 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(reading, { maxLength: 20 }),
        query,
        fc.constantFrom('asc' as const, 'desc' as const),
        fc.integer({ min: 1, max: 4 }),
        async (readings, asked, order, rowsPerQuery) => {
          const [store, twin] = [makeStore({ limits: { rowsPerQuery, linesPerWrite: 3 } }), new MemoryTelemetryStore()];
          for (const each of [store, twin]) await each.write(readings);

          expect((await store.read({ ...asked, order })).items).toEqual((await twin.read({ ...asked, order })).items);
          const bucket = { everyMs: 2 * MINUTE };
          expect(await store.aggregate({ ...asked, bucket })).toEqual(await twin.aggregate({ ...asked, bucket }));
          expect(await store.latest(['bin-1'])).toEqual(await twin.latest(['bin-1']));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('gives days of 23 and of 25 hours to a city that changes its clocks', async () => {
    const store = makeStore();
    const hours = (from: string, to: string) => {
      const count = (Date.parse(to) - Date.parse(from)) / 3_600_000;
      return Array.from({ length: count }, (_, hour) =>
        readingOf({ observedAt: Date.parse(from) + hour * 3_600_000 + 1 }),
      );
    };
    await store.write([
      ...hours('2026-03-28T00:00Z', '2026-03-31T00:00Z'),
      ...hours('2026-10-24T00:00Z', '2026-10-27T00:00Z'),
    ]);

    const bucket = { localDay: 'Europe/Berlin' };
    const days = await store.aggregate({ subject: { assetId: 'bin-1' }, ...ALL, bucket });
    const counts = days.map(({ observedAt, count }) => [new Date(observedAt).toISOString(), count]);
    expect(counts).toContainEqual(['2026-03-28T23:00:00.000Z', 23]);
    expect(counts).toContainEqual(['2026-10-24T22:00:00.000Z', 25]);
  });

  it('keeps one series and one point however often a batch is written, and the last value of a moment', async () => {
    const bucket = 'repeats';
    const store = makeStore({ bucket });
    const batch = [readingOf({ values: { fillingLevel: 0.1 } }), readingOf({ values: { fillingLevel: 0.2 } })];
    for (let time = 0; time < 3; time++) await store.write(batch);

    expect(await ask(bucket, 'show series')).toContain('[["reading,assetId=bin-1,deviceId=sensor-1"]]');
    expect(await ask(bucket, 'select count(fillingLevel) from reading')).toContain(',1]]');
    expect((await store.latest(['bin-1'])).get('bin-1')?.values).toEqual({ fillingLevel: 0.2 });
  });

  it('joins what a device measured at one moment under two assets, when asked for the device', async () => {
    const store = makeStore();
    await store.write([
      readingOf({ assetId: null, values: { fillingLevel: 0.1, tilt: 1 }, receivedAt: NOON + 1 }),
      readingOf({ assetId: 'bin-1', values: { fillingLevel: 0.3, coverOpen: true }, receivedAt: NOON + 3 }),
      readingOf({ assetId: 'bin-2', values: { fillingLevel: 0.2, humidity: 40 }, receivedAt: NOON + 2 }),
    ]);

    const { items } = await store.read({ subject: { deviceId: 'sensor-1' }, ...ALL });
    const values = { fillingLevel: 0.3, tilt: 1, coverOpen: true, humidity: 40 };
    expect(items).toEqual([
      { deviceId: 'sensor-1', observedAt: NOON, receivedAt: NOON + 3, clock: 'ok', quality: 4, values },
    ]);
    const bucket = { everyMs: MINUTE };
    const [mean] = await store.aggregate({ subject: { deviceId: 'sensor-1' }, ...ALL, bucket });
    expect(mean).toMatchObject({ count: 1, values: { fillingLevel: 0.3 } });
  });

  it('gives every id back as it was, and nobody else his readings', async () => {
    const store = makeStore();
    const nasty = fc.constantFrom(
      ...' ,=\\\n\r\t"\'%#{}/*;\u0000\u007f\ud800\udc00\ufffd',
      'ü',
      '🗑',
      '%0025',
      "' or 'a'='a",
    );
    const id = fc.oneof(
      fc.array(nasty, { maxLength: 8 }).map((parts) => parts.join('')),
      fc.string({ unit: 'binary' }),
    );
    let at = NOON;
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(id, { minLength: 2, maxLength: 12 }), async (ids) => {
        at++;
        const readings = ids.map((each) => readingOf({ deviceId: each, assetId: `asset ${each}`, observedAt: at }));
        await store.write(readings);

        const now = { ...ALL, from: at, to: at + 1 };
        for (const each of ids) {
          const { assetId: _, ...expected } = readingOf({ deviceId: each, observedAt: at });
          expect((await store.read({ subject: { deviceId: each }, ...now })).items).toEqual([expected]);
          expect((await store.read({ subject: { assetId: `asset ${each}` }, ...now })).items).toEqual([expected]);
        }
        const latest = await store.latest(ids.map((each) => `asset ${each}`));
        expect([...latest.keys()].sort()).toEqual(ids.map((each) => `asset ${each}`).sort());
      }),
      { numRuns: 40, examples: [[['', '\\', 'a\\', '\\,']], [['%', '%0000', '\u0000']], [["'", '"', "\\'"]]] },
    );
  });

  it('takes any name for its database', async () => {
    const bucket = 'a "b" c\'; drop database x -- \u00e4';
    const store = makeStore({ bucket });
    await store.write([readingOf()]);

    expect((await store.latest(['bin-1'])).size).toBe(1);
    expect(await post('/query?q=show%20databases', '')).toContain(JSON.stringify(bucket));
  });

  it('stores all readings of a batch but those that the server will never take, and names these', async () => {
    const bucket = 'refusals';
    const store = makeStore({ bucket, limits: { linesPerWrite: 40 } });
    await store.start();
    // Somebody wrote a quantity with another type.
    await post(`/write?db=${bucket}&precision=ms`, `reading,deviceId=x tilt="much" ${NOON}`);
    const readings = Array.from({ length: 100 }, (_, index) =>
      readingOf({ observedAt: NOON + index * 1_000, values: index % 33 === 7 ? { tilt: 12 } : { fillingLevel: 0.5 } }),
    );

    const fault = await store.write(readings).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(fault).toBeInstanceOf(ReadingsRefused);
    const { code, retryable, message, refused } = fault as ReadingsRefused;
    expect({ code, retryable, message }).toMatchObject({ code: 'telemetry.refused', retryable: false });
    expect(message).toMatch(/^3 of 100 readings refused: 400: .*field type conflict/);
    expect(refused.map(({ reading }) => reading)).toEqual([readings[7], readings[40], readings[73]]);
    expect((await store.read({ subject: { assetId: 'bin-1' }, ...ALL })).items).toHaveLength(97);
  });

  it('refuses a whole batch at once when the server names one reason for all', async () => {
    const store = makeStore({ retention: { reading: 30, hour: 30, day: 30 } });
    const old = Array.from({ length: 500 }, (_, index) => readingOf({ observedAt: Date.UTC(2020, 0, 1) + index }));
    const fault = await store.write([...old, readingOf({ observedAt: Date.now() })]).catch((thrown: unknown) => thrown);

    expect(fault).toMatchObject({ code: 'telemetry.refused' });
    expect((fault as Error).message).toMatch(/^500 of 501 readings refused: .*beyond retention policy/);
    expect((await store.latest(['bin-1'])).size).toBe(1);
  });

  it('creates the database with its retention, and leaves one that is there as it is', async () => {
    const bucket = 'kept';
    const warnings: string[] = [];
    const log = { info: () => {}, warn: (_: object, message: string) => warnings.push(message) };
    await makeStore({ bucket, log, retention: { reading: 365, hour: null, day: null } }).start();
    expect(await ask(bucket, `show retention policies on ${bucket}`)).toContain('["autogen","8760h0m0s"');

    const other = makeStore({ bucket, log, retention: { reading: 30, hour: 30, day: 30 } });
    await other.write([readingOf()]);
    expect(await ask(bucket, `show retention policies on ${bucket}`)).toContain('["autogen","8760h0m0s"');
    expect(warnings).toEqual(['InfluxDB did not create the database as configured']);
    expect(() => makeStore({ retention: { reading: 0.5, hour: null, day: null } })).toThrow('for a day or more');
  });

  it('creates the database again when somebody has dropped it', async () => {
    const bucket = 'dropped';
    const store = makeStore({ bucket });
    await store.write([readingOf()]);
    await ask('', `drop database ${bucket}`);
    expect(await store.latest(['bin-1'])).toEqual(new Map());

    await store.write([readingOf()]);
    expect((await store.latest(['bin-1'])).size).toBe(1);
  });

  it('finds the newest reading of an asset that has been silent for years', async () => {
    const store = makeStore();
    const observedAt = Date.UTC(2021, 5, 1);
    await store.write([readingOf({ observedAt })]);

    expect((await store.latest(['bin-1'])).get('bin-1')).toMatchObject({ observedAt });
  });

  it('refuses a cursor that it did not give', async () => {
    const store = makeStore();
    for (const after of ['', 'x', Buffer.from('["readings","1",2]').toString('base64url'), 'a'.repeat(9_999)]) {
      const read = store.read({ subject: { assetId: 'bin-1' }, ...ALL, after });
      await expect(read).rejects.toMatchObject({ code: 'cursor.invalid' });
    }
  });
});

describe('InfluxTelemetryStore and a server that goes away', () => {
  it('stores everything once, when the server is killed and comes back in the middle of writing', async () => {
    const own = await startInflux();
    const limits = { linesPerWrite: 50, firstPauseMs: 5, longestPauseMs: 50 };
    const store = new InfluxTelemetryStore({ url: own.url, bucket: 'crash', limits });
    await store.start();
    const total = 6_000;
    let confirmed = 0;
    const writing = (async () => {
      for (let start = 0; start < total; start += 200) {
        await store.write(
          Array.from({ length: 200 }, (_, index) => readingOf({ observedAt: NOON + (start + index) * 1_000 })),
        );
        confirmed += 200;
      }
    })();

    for (const reached of [1_000, 3_000]) {
      await eventually(`${reached} confirmed`, () => confirmed >= reached, { everyMs: 1 });
      await own.kill();
      const atKill = confirmed;
      await own.restart();
      expect(atKill).toBeLessThan(total);
    }
    await writing;

    const query = { subject: { assetId: 'bin-1' }, ...ALL, bucket: { everyMs: 365 * 86_400_000 } };
    const years = await store.aggregate(query);
    expect(years.reduce((sum, { count }) => sum + count, 0)).toBe(total);
    store.stop();
    await own.stop();
  });

  it('tries again what a server that hangs did not answer in time', async () => {
    const own = await startInflux();
    const warnings: object[] = [];
    const log = { info: () => {}, warn: (fields: object) => warnings.push(fields) };
    const limits = { requestTimeoutMs: 300, firstPauseMs: 5 };
    const store = new InfluxTelemetryStore({ url: own.url, bucket: 'hang', log, limits });
    await store.start();
    process.kill(own.pid, 'SIGSTOP');
    const writing = store.write([readingOf()]);
    await eventually('an attempt that failed', () => warnings.length > 0);
    process.kill(own.pid, 'SIGCONT');
    await writing;

    expect((await store.latest(['bin-1'])).size).toBe(1);
    expect(warnings[0]).toMatchObject({ reason: 'InfluxDB: no answer within 300 ms' });
    store.stop();
    await own.stop();
  });

  it('reports after a while that the server is away, and writes when asked again', async () => {
    const own = await startInflux();
    await own.kill();
    const limits = { giveUpAfterMs: 50, firstPauseMs: 10 };
    const store = new InfluxTelemetryStore({ url: own.url, bucket: 'away', limits });
    const unavailable = { code: 'telemetry.unavailable', retryable: true };
    await expect(store.write([readingOf()])).rejects.toMatchObject(unavailable);
    await expect(store.latest(['bin-1'])).rejects.toMatchObject(unavailable);

    await own.restart();
    await store.write([readingOf()]);
    expect((await store.latest(['bin-1'])).size).toBe(1);
    store.stop();
    await own.stop();
  });
});
