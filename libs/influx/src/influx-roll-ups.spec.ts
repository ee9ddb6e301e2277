import { MemoryDueRollUps } from '@stadtfunk/readings';
import { describeRollUps, readingOf } from '@stadtfunk/readings/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InfluxOptions } from './influx-options.ts';
import { InfluxRollUps } from './influx-roll-ups.ts';
import { InfluxTelemetryStore } from './influx-telemetry-store.ts';
import { startInflux, type InfluxServer } from './testing.ts';

const NOON = Date.UTC(2026, 10, 21, 12);
const HOUR = 3_600_000;

let server: InfluxServer;
let databases = 0;
const open: { stop(): void }[] = [];

/** A store and its roll-ups, with databases of their own. */
function make(more: Partial<InfluxOptions> = {}) {
  const options = { url: server.url, bucket: `city_${++databases}`, ...more };
  const [telemetry, rollUps] = [new InfluxTelemetryStore(options), new InfluxRollUps(options)];
  open.push(telemetry, rollUps);
  return { telemetry, rollUps, bucket: options.bucket };
}

async function ask(bucket: string, query: string): Promise<string> {
  const search = new URLSearchParams({ db: bucket, q: query }).toString();
  return (await fetch(`${server.url}/query?${search}`, { method: 'POST' })).text();
}

beforeAll(async () => {
  server = await startInflux();
});

afterAll(async () => {
  for (const each of open) each.stop();
  await server.stop();
});

describeRollUps('InfluxDB 1.6', async () => {
  const { telemetry, rollUps, bucket } = make({ limits: { rowsPerQuery: 700 } });
  return {
    telemetry,
    rollUps,
    due: new MemoryDueRollUps(),
    expireReadings: async (before) => void (await ask(bucket, `delete from reading where time < ${before * 1e6}`)),
  };
});

describe('InfluxRollUps', () => {
  it('keeps readings, hours and days in databases of their own, each for its time', async () => {
    const { telemetry, rollUps, bucket } = make({ retention: { reading: 90, hour: 730, day: null } });
    await telemetry.start();
    await rollUps.start();

    expect(await ask('', `show retention policies on ${bucket}`)).toContain('["autogen","2160h0m0s"');
    expect(await ask('', `show retention policies on ${bucket}_hour`)).toContain('["autogen","17520h0m0s","672h0m0s"');
    expect(await ask('', `show retention policies on ${bucket}_day`)).toContain('["autogen","0s","8736h0m0s"');
  });

  it('never shortens the retention of what is there', async () => {
    const { rollUps, bucket } = make();
    await rollUps.start();
    const warnings: string[] = [];
    const log = { info: () => {}, warn: (_: object, message: string) => warnings.push(message) };
    await make({ bucket, log, retention: { reading: 1, hour: 2, day: 3 } }).rollUps.start();

    expect(await ask('', `show retention policies on ${bucket}_hour`)).toContain('["autogen","0s"');
    expect(warnings).toEqual(Array(2).fill('InfluxDB did not create the database as configured'));
    expect(() => make({ retention: { reading: null, hour: 2, day: 3 } })).toThrow('as long as the one before');
  });

  it('leaves out the roll-ups that the server would delete at once', async () => {
    const warnings: object[] = [];
    const log = { info: () => {}, warn: (fields: object) => warnings.push(fields) };
    const { telemetry, rollUps, bucket } = make({ log });
    await ask('', `create database "${bucket}_hour" with duration 1d replication 1 name "autogen"`);
    const old = Date.now() - 90 * 24 * HOUR;
    await telemetry.write([readingOf({ observedAt: old })]);

    expect(await rollUps.rollUpHour(old - HOUR, old + HOUR)).toBe(0);
    expect(warnings.at(-1)).toMatchObject({ grain: 'hour', refused: 1 });
  });

  it('gives up on an answer whose next part does not come', async () => {
    const own = await startInflux();
    const rollUps = new InfluxRollUps({ url: own.url, bucket: 'hang', limits: { partTimeoutMs: 200 } });
    open.push(rollUps);
    process.kill(own.pid, 'SIGSTOP');

    const fault = { code: 'telemetry.unavailable', retryable: true, message: 'InfluxDB: no answer within 200 ms' };
    await expect(rollUps.rollUpHour(NOON, NOON + HOUR)).rejects.toMatchObject(fault);
    await own.stop();
  });

  it('says that the server is away, so that the hour is done another time', async () => {
    const own = await startInflux();
    const options = { url: own.url, bucket: 'away', limits: { giveUpAfterMs: 20, firstPauseMs: 5 } };
    const rollUps = new InfluxRollUps(options);
    open.push(rollUps);
    await own.stop();

    const unavailable = { code: 'telemetry.unavailable', retryable: true };
    await expect(rollUps.rollUpHour(NOON, NOON + HOUR)).rejects.toMatchObject(unavailable);
    await expect(rollUps.has('hour', NOON, NOON + HOUR)).rejects.toMatchObject(unavailable);
  });
});
