import { Fault } from '@stadtfunk/kernel';
import { eventually } from '@stadtfunk/kernel/testing';
import { CONSUMER_GROUPS, MemoryUplinkLog, type ConsumerGroup, type Positions } from '@stadtfunk/uplinks';
import { readAll, realTime, textOf, uplinkOf } from '@stadtfunk/uplinks/testing';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ForwardTarget } from './forward-target.ts';
import { Forwarder, type Forwarding } from './forwarder.ts';
import { sourceKey } from './keys.ts';
import { RedisUplinkLog } from './redis-uplink-log.ts';
import { startRedis, type RedisServer } from './testing.ts';

let server: RedisServer;
let redis: Redis;
let shared: RedisUplinkLog;
const forwarders: Forwarder[] = [];
const faults: unknown[] = [];

beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.remove());
beforeEach(async () => {
  await server.empty();
  redis = new Redis(server.url);
  redis.on('error', () => undefined); // The server is killed on purpose.
  shared = await RedisUplinkLog.open({ url: server.url, partitions: 4 });
  faults.length = 0;
});
afterEach(async () => {
  for (const forwarder of forwarders.splice(0)) await forwarder.stop();
  await shared.close();
  redis.disconnect();
});

const devices = Array.from({ length: 12 }, (_, index) => `bin-${index}`);
const sum = (positions: Positions) => positions.reduce((total, position) => total + position, 0);
const total = async (log: { heads(): Promise<Positions> }) => sum(await log.heads());
const codes = () => faults.map((fault) => (fault instanceof Fault ? fault.code : String(fault)));
const open = (): Promise<ForwardTarget> => RedisUplinkLog.open({ url: server.url });

/** A local log that can lose its commits, as one does whose process is killed. */
class LocalLog extends MemoryUplinkLog {
  deaf = false;

  constructor(logId = 'local', partitions = 4, forgetPassed = false) {
    super({ schedule: realTime, logId, partitions, forgetPassed });
  }

  override commit(group: ConsumerGroup, positions: Positions): Promise<void> {
    return this.deaf ? Promise.resolve() : super.commit(group, positions);
  }
}

function start(local: MemoryUplinkLog, more: Partial<Forwarding> = {}): Forwarder {
  const onFault = (fault: unknown) => void faults.push(fault);
  const forwarder = new Forwarder({ local, open, onFault, firstPauseMs: 20, commitEveryMs: 50, ...more });
  forwarders.push(forwarder);
  forwarder.start();
  return forwarder;
}

async function fill(local: MemoryUplinkLog, from: number, to: number, prefix = ''): Promise<void> {
  for (let round = from; round < to; round++) {
    await local.append(devices.map((deviceId) => uplinkOf(prefix + deviceId, String(round))));
  }
}

/** What a Redis without durability does: it knows nothing more of what it has confirmed. */
async function loseMarks(): Promise<void> {
  for (let partition = 0; partition < 4; partition++) await redis.hset(sourceKey(partition, 'local'), partition, 0);
}

/** A log of which ten rounds were forwarded and deleted, and then lost. */
async function forwardedAndLost(): Promise<LocalLog> {
  const local = new LocalLog('local', 4, true);
  const first = start(local);
  await fill(local, 0, 10);
  await eventually('it is deleted locally', async () => sum(await local.floors()) === 10 * devices.length);
  await first.stop();
  await loseMarks();
  return local;
}

/** Everything in the shared log is there once and in order. */
async function expectRounds(rounds: number, prefix = ''): Promise<void> {
  const all = await readAll(shared.openCursor(new Array<number>(shared.partitions).fill(0)), await total(shared));
  for (const device of devices) {
    const texts = all.filter(({ deviceId }) => deviceId === prefix + device).map(textOf);
    expect(texts).toEqual(Array.from({ length: rounds }, (_, round) => String(round)));
  }
}

const arrived = (count: number) => eventually('all are forwarded', async () => (await total(shared)) >= count);

test('forwards what is there and what comes, in the order of each device, and commits it locally', async () => {
  const local = new LocalLog();
  await fill(local, 0, 20);
  const forwarder = start(local);
  await arrived(20 * devices.length);
  await fill(local, 20, 40);
  await arrived(40 * devices.length);
  await expectRounds(40);
  for (const group of CONSUMER_GROUPS) {
    await eventually('it is committed', async () => sum(await local.committed(group)) === 40 * devices.length);
  }
  expect(await forwarder.status()).toEqual({ taken: 480, forwarded: 480, waiting: 0, lost: 0, lastFault: null });
});

test('keeps every field of an uplink', async () => {
  const local = new LocalLog();
  const uplink = uplinkOf('lamp-1', 'on', { topic: 'Straße/1', receivedAt: 1_795_000_000_000.5, qos: 2 });
  await local.append([uplink]);
  start(local);
  await arrived(1);
  expect(await readAll(shared.openCursor([0, 0, 0, 0]), 1)).toMatchObject([uplink]);
});

test.each([1, 3, 6, 8])('forwards a local log of %i partitions into one of four', async (partitions) => {
  const local = new LocalLog('local', partitions);
  await fill(local, 0, 30);
  start(local, { batchSize: 37 });
  await arrived(30 * devices.length);
  await expectRounds(30);
  await eventually('it is committed', async () => sum(await local.committed('store')) === 30 * devices.length);
  expect(codes()).toEqual([]);
});

test.each([4, 6])(
  'appends nothing twice when it was killed between append and commit (%i partitions)',
  async (partitions) => {
    const local = new LocalLog('local', partitions);
    local.deaf = true;
    for (let round = 1; round <= 5; round++) {
      await fill(local, (round - 1) * 10, round * 10);
      const forwarder = start(local, { batchSize: 50 + round });
      await arrived(round * 10 * devices.length);
      await forwarder.stop();
      expect(sum(await local.committed('store'))).toBe(0);
    }
    local.deaf = false;
    start(local);
    await eventually('it is committed', async () => sum(await local.committed('store')) === 50 * devices.length);
    expect(await total(shared)).toBe(50 * devices.length);
    await expectRounds(50);
  },
);

test('appends nothing twice when two forwarders of one log run at once', async () => {
  const local = new LocalLog();
  start(local, { batchSize: 20 });
  start(local, { batchSize: 33 });
  for (let round = 0; round < 60; round++) await fill(local, round, round + 1);
  await arrived(60 * devices.length);
  await eventually(
    'both have come to the end',
    async () => sum(await local.committed('rules')) === 60 * devices.length,
  );
  expect(await total(shared)).toBe(60 * devices.length);
  await expectRounds(60);
});

test.each([4, 6])('appends nothing twice when only a part of a batch arrives (%i partitions)', async (partitions) => {
  const local = new LocalLog('local', partitions);
  await fill(local, 0, 30);
  let cut = 0;
  const halfway = async (): Promise<ForwardTarget> => {
    const target = await RedisUplinkLog.open({ url: server.url });
    return {
      logId: target.logId,
      partitions: target.partitions,
      beginSource: (sourceId, starts) => target.beginSource(sourceId, starts),
      forward: async (sourceId, parcels) => {
        if (cut++ % 3 !== 0) return target.forward(sourceId, parcels);
        await target.forward(sourceId, parcels.slice(parcels.length / 2));
        throw new Fault('log.io', 'the connection broke', true);
      },
      close: () => target.close(),
    };
  };
  start(local, { open: halfway, batchSize: 25, firstPauseMs: 1, longestPauseMs: 1 });
  await eventually('it is committed', async () => sum(await local.committed('rules')) === 30 * devices.length);
  expect(codes()).toContain('log.io');
  expect(await total(shared)).toBe(30 * devices.length);
  await expectRounds(30);
});

test('forwards many local logs into one', async () => {
  const locals = ['north', 'south', 'east'].map((name, index) => ({ name, log: new LocalLog(name, 4 + index) }));
  for (const { log } of locals) start(log, { batchSize: 30 });
  await Promise.all(locals.map(({ name, log }) => fill(log, 0, 40, name)));
  await arrived(3 * 40 * devices.length);
  for (const { name } of locals) await expectRounds(40, name);
});

test('loses nothing and repeats nothing while Redis is killed again and again', async () => {
  const local = new LocalLog();
  start(local, { batchSize: 40, longestPauseMs: 100 });
  let rounds = 0;
  for (let kill = 0; kill < 5; kill++) {
    await fill(local, rounds, (rounds += 100));
    const before = await total(shared);
    await eventually('some are forwarded', async () => (await total(shared)) > before);
    await server.kill();
    await fill(local, rounds, (rounds += 20)); // Intake goes on.
    await server.start();
    await eventually('Redis is back', async () => (await total(shared)) >= 0);
  }
  await arrived(rounds * devices.length);
  expect(await total(shared)).toBe(rounds * devices.length);
  await expectRounds(rounds);
});

test('starts while Redis is away, and says so', async () => {
  await server.stop();
  const local = new LocalLog();
  await fill(local, 0, 5);
  const forwarder = start(local, { longestPauseMs: 50 });
  await eventually('the fault is seen', async () => (await forwarder.status()).lastFault?.code === 'log.io');
  expect((await forwarder.status()).waiting).toBe(5 * devices.length);
  await server.start();
  await eventually('all are forwarded', async () => (await forwarder.status()).waiting === 0);
  expect((await forwarder.status()).lastFault).toBeNull();
  await arrived(5 * devices.length);
  await expectRounds(5);
});

test('stops at once while Redis is away', async () => {
  await server.stop();
  const forwarder = start(new LocalLog(), { firstPauseMs: 60_000, longestPauseMs: 60_000 });
  await eventually('the fault is seen', async () => (await forwarder.status()).lastFault !== null);
  await forwarder.stop();
  await server.start();
});

test('begins a log that Redis does not know with what no group has processed, or with everything', async () => {
  const local = new LocalLog();
  await fill(local, 0, 10);
  const heads = await local.heads();
  for (const group of CONSUMER_GROUPS) await local.commit(group, heads);
  await fill(local, 10, 12);
  start(local);
  await arrived(2 * devices.length);
  expect(await total(shared)).toBe(2 * devices.length);

  const other = new LocalLog('other');
  await fill(other, 0, 10);
  for (const group of CONSUMER_GROUPS) await other.commit(group, heads);
  start(other, { begin: 'oldest' });
  await arrived(12 * devices.length);
  expect(await total(shared)).toBe(12 * devices.length);
});

test('forwards again, and says so, when Redis has lost what it had confirmed', async () => {
  const local = new LocalLog();
  const first = start(local);
  await fill(local, 0, 10);
  await eventually('it is committed', async () => sum(await local.committed('rules')) === 10 * devices.length);
  await first.stop();
  await loseMarks();
  start(local);
  await arrived(20 * devices.length);
  expect(codes()).toEqual(['forwarder.behind']);
});

test('counts what it cannot forward again, and goes on behind it', async () => {
  const local = await forwardedAndLost();
  const told: number[] = [];
  const forwarder = start(local, { onLoss: async (uplinks) => void told.push(uplinks) });
  await fill(local, 10, 12);
  await arrived(12 * devices.length);
  await expectRounds(12);
  expect(faults).toMatchObject([{ code: 'forwarder.lost' }]);
  expect(String(faults[0])).toContain(`lost ${10 * devices.length} uplinks`);
  // Progress makes up for other faults, and not for this one.
  await eventually('it is committed', async () => sum(await local.committed('rules')) === 12 * devices.length);
  expect(await forwarder.status()).toMatchObject({ lost: 10 * devices.length, waiting: 0, lastFault: null });
  expect(told).toEqual([10 * devices.length]);
});

test('tells a loss until it is noted, and then once, however often it begins anew', async () => {
  const local = await forwardedAndLost();
  let tries = 0;
  let opened = 0;
  const forwarder = start(local, {
    onLoss: () => (++tries === 1 ? Promise.reject(new Fault('disk.full', 'no space', true)) : Promise.resolve()),
    // Nothing is appended meanwhile, so the marks in Redis stand where they stood.
    open: async () => {
      const target = await open();
      if (++opened > 3) return target;
      return {
        ...{ logId: target.logId, partitions: target.partitions, close: () => target.close() },
        beginSource: (sourceId, starts) => target.beginSource(sourceId, starts),
        forward: () => Promise.reject(new Fault('log.refused', 'try another connection', false)),
      };
    },
  });
  await fill(local, 10, 11);
  await arrived(11 * devices.length);
  expect([tries, (await forwarder.status()).lost]).toEqual([2, 10 * devices.length]);
  expect(codes()).toContain('disk.full');
});

test('goes over to the new log when its Redis was emptied', async () => {
  const local = new LocalLog();
  start(local, { longestPauseMs: 50 });
  await fill(local, 0, 3);
  await eventually('it is committed', async () => sum(await local.committed('rules')) === 3 * devices.length);
  await server.empty();
  await fill(local, 3, 5);
  await eventually('it is committed', async () => sum(await local.committed('rules')) === 5 * devices.length);
  const next = await RedisUplinkLog.open({ url: server.url });
  expect(next.logId).not.toBe(shared.logId);
  expect(await total(next)).toBe(2 * devices.length);
  await next.close();
  expect(codes()).toContain('log.replaced');
});
