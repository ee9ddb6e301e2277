import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { FileUplinkLog } from '@stadtfunk/file-log';
import { InfluxTelemetryStore } from '@stadtfunk/influx';
import { startInflux } from '@stadtfunk/influx/testing';
import { StoreConsumer } from '@stadtfunk/ingest';
import { Clock } from '@stadtfunk/kernel';
import { eventually } from '@stadtfunk/kernel/testing';
import { MqttBridge, TopicDirectory } from '@stadtfunk/mqtt';
import { startMosquitto } from '@stadtfunk/mqtt/testing';
import { openDatabase, PostgresIngestRecords, PostgresPartitionOwnership, type Database } from '@stadtfunk/postgres';
import { quiet, startPostgres } from '@stadtfunk/postgres/testing';
import { Forwarder, RedisUplinkLog } from '@stadtfunk/redis';
import { startRedis } from '@stadtfunk/redis/testing';
import { Consumer, UplinkIntake } from '@stadtfunk/uplinks';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FlakyProxy } from '../platform/flaky-proxy.ts';

/*
 * Ten minutes without an engine, a hundred times as fast: every time limit and every pause of ours that an outage can exceed is
 * that much shorter, where it can be set. The keepalive of MQTT is in whole seconds, the end of a silent session of PostgreSQL
 * (5 s) and the wait for its connections (10 s) are fixed: outages here are longer than those as they are.
 */
const FASTER = 100;
const OUTAGE_MS = 600_000 / FASTER;
const POSTGRES_OUTAGE_MS = 11_000;
const ANSWER_MS = 10_000 / FASTER;

const DEVICES = ['bin-1', 'bin-2', 'bin-3', 'bin-4', 'bin-5'];
const DAY_MS = 86_400_000;

class SystemClock extends Clock {
  override now(): number {
    return Date.now();
  }
}

describe('an outage of ten minutes', () => {
  const cleanups: (() => Promise<unknown>)[] = [];
  const lines: Partial<Record<'mosquitto' | 'redis' | 'postgres' | 'influx', FlakyProxy>> = {};
  const faults = new Map<string, number>();
  let database: Database;
  let telemetry: InfluxTelemetryStore;
  let client: MqttClient;
  let shared: RedisUplinkLog;
  let local: FileUplinkLog;
  const sent = new Map<string, number[]>(DEVICES.map((deviceId) => [deviceId, []]));
  let isOver = false;
  let load: Promise<void>;

  const count = (group: string) => () => void faults.set(group, (faults.get(group) ?? 0) + 1);
  const lineTo = async (name: keyof typeof lines, url: string) => {
    const line = (lines[name] = await FlakyProxy.start(url));
    cleanups.unshift(() => line.close());
    return line.url;
  };

  beforeAll(async () => {
    const [postgres, influx, mosquitto, redis] = await Promise.all([
      startPostgres(),
      startInflux(),
      startMosquitto(),
      startRedis(),
    ]);
    cleanups.push(() => Promise.all([postgres.stop(), influx.stop(), mosquitto.stop(), redis.remove()]));

    const directory = new TopicDirectory();
    for (const deviceId of DEVICES) {
      const identity = { imei: null, iccid: null, uplinkTopic: null, reportingIntervalMs: null };
      directory.put({ asset: null, device: { deviceId, model: 'stadtfunk-json', lifecycle: 'active', ...identity } });
    }
    const folder = await mkdtemp(join(tmpdir(), 'stadtfunk-outage-'));
    local = await FileUplinkLog.open({ directory: folder, partitions: 6, minFreeBytes: 0 });
    cleanups.unshift(async () => {
      await local.close();
      await rm(folder, { recursive: true });
    });

    const clock = new SystemClock();
    const intake = new UplinkIntake(local, {
      maxPending: 100_000,
      maxBatch: 4_096,
      appendTimeoutMs: 10_000,
      schedule: (callback, ms) => {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
    });
    const bridge = new MqttBridge(
      { intake, directory, clock, log: { ...quiet, error: () => undefined }, onAcknowledged: () => undefined },
      {
        url: await lineTo('mosquitto', mosquitto.url),
        keepaliveMs: 1_000,
        connectTimeoutMs: ANSWER_MS,
        maxBackoffMs: 30_000 / FASTER,
      },
    );
    await bridge.start();
    cleanups.unshift(() => bridge.stop());

    const url = await lineTo('redis', redis.url);
    const open = () => RedisUplinkLog.open({ url, partitions: 6, answerTimeoutMs: ANSWER_MS });
    const forwarder = new Forwarder({ local, open, longestPauseMs: 5_000 / FASTER, onFault: count('forwarder') });
    forwarder.start();
    cleanups.unshift(() => forwarder.stop());
    shared = await open();
    cleanups.unshift(() => shared.close());

    const location = { url: await lineTo('postgres', postgres.url) };
    database = await openDatabase(location, quiet, { answerWithinMs: 60_000 / FASTER });
    cleanups.unshift(() => database.close());
    const limits = {
      requestTimeoutMs: 30_000 / FASTER,
      giveUpAfterMs: 60_000 / FASTER,
      longestPauseMs: 2_000 / FASTER,
    };
    telemetry = new InfluxTelemetryStore({ url: await lineTo('influx', influx.url), bucket: 'outages', limits });
    cleanups.unshift(() => Promise.resolve(telemetry.stop()));
    const ownership = new PostgresPartitionOwnership(database, 'store', shared.logId, shared.partitions);
    const store = new StoreConsumer({
      logId: shared.logId,
      directory,
      records: new PostgresIngestRecords(database, ownership),
      telemetry,
      zone: 'Europe/Berlin',
      memoriesKept: 1_000,
      sliceSize: 50,
      takeTurns: () => Promise.resolve(),
      onProblem: count('problem'),
    });
    const consumer = new Consumer({
      log: shared,
      group: 'store',
      ownership,
      positions: async (owned) => store.resume(await shared.floors(), owned),
      batchSize: 500,
      waitMs: 200,
      paceMs: 10,
      process: (batch) => store.process(batch),
      idle: () => Promise.resolve(),
      onFault: count('store'),
      pause: (ms) => pause(ms / FASTER),
      elapsed: () => performance.now(),
    });
    consumer.start();
    cleanups.unshift(() => consumer.stop());

    client = await connectAsync(mosquitto.url);
    cleanups.unshift(() => client.endAsync(true));
    let time = Date.now();
    load = (async () => {
      while (!isOver) {
        for (const deviceId of DEVICES) {
          const observedAt = (time = Math.max(time + 1, Date.now()));
          const payload = JSON.stringify({ observedAt, values: { fillingLevel: 0.4 } });
          await client.publishAsync(`stadtfunk/v1/${deviceId}/up`, payload, { qos: 1 });
          sent.get(deviceId)!.push(observedAt);
        }
        await pause(10);
      }
    })();
  });
  afterAll(async () => {
    isOver = true;
    for (const line of Object.values(lines)) line.heal();
    await load;
    for (const cleanup of cleanups) await cleanup();
  });

  const sum = (positions: readonly number[]) => positions.reduce((total, position) => total + position, 0);
  const processed = async () => {
    const { rows } = await database.pool.query<{ sum: string | null }>(
      'select sum(processed) as sum from device_ledger',
    );
    return Number(rows[0]?.sum ?? 0);
  };
  /** What is sent now is stored in a while. */
  const flows = async (what: string) => {
    const enough = [...sent.values()].reduce((total, { length }) => total + length, 0) + 20;
    await eventually(what, async () => (await processed()) > enough, { timeoutMs: 30_000, everyMs: 100 });
  };

  it.each([
    ['InfluxDB', ['influx'], 'pull', OUTAGE_MS],
    ['Redis', ['redis'], 'pull', OUTAGE_MS],
    ['Mosquitto', ['mosquitto'], 'pull', OUTAGE_MS],
    ['PostgreSQL', ['postgres'], 'pull', POSTGRES_OUTAGE_MS],
    ['everything', ['mosquitto', 'redis', 'postgres', 'influx'], 'refuse', OUTAGE_MS],
  ] as const)('of %s ends with everything flowing again', { timeout: 90_000 }, async (_, names, trouble, ms) => {
    await flows('a beginning');
    for (const name of names) {
      if (trouble === 'refuse') {
        lines[name]!.refuse();
        lines[name]!.cut();
      } else {
        lines[name]!.pull();
      }
    }
    await pause(ms);
    for (const name of names) lines[name]!.heal();
    const from = performance.now();
    await flows('the end of it');
    console.log(`without ${names.join(', ')}: flows again after ${((performance.now() - from) / 1_000).toFixed(1)} s`);
  });

  it('has lost nothing, and stored nothing twice or out of order', { timeout: 60_000 }, async () => {
    isOver = true;
    await load;
    const total = [...sent.values()].reduce((all, { length }) => all + length, 0);
    await eventually(
      'everything',
      async () => (await processed()) >= total && (await processed()) === sum(await local.heads()),
    );
    const { rows } = await database.pool.query<Record<'processed' | 'rejected' | 'stored' | 'duplicate', string>>(
      `select sum(processed) as processed, sum(rejected) as rejected, sum(stored) as stored, sum(duplicate) as duplicate
       from device_ledger`,
    );
    const { processed: all, rejected, stored, duplicate } = rows[0]!;
    expect([Number(stored), Number(rejected)]).toEqual([total, 0]);
    expect(Number(all)).toBe(total + Number(duplicate));
    expect(sum(await shared.heads())).toBe(Number(all));
    for (const [deviceId, times] of sent) {
      const found: number[] = [];
      const range = { from: Date.now() - DAY_MS, to: Date.now() + DAY_MS };
      const query = { subject: { deviceId }, ...range, quantities: [], order: 'asc', limit: 1_000 } as const;
      for (let after: string | null | undefined; after !== null;) {
        const page = await telemetry.read({ ...query, ...(after !== undefined && { after }) });
        found.push(...page.items.map(({ observedAt }) => observedAt));
        after = page.next;
      }
      expect(found, deviceId).toEqual(times);
    }
    // All of them have been through something.
    expect([...faults.keys()].sort()).toEqual(['forwarder', 'store']);
  });
});
