import { eventually } from '@stadtfunk/kernel/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { Consumer, type Consumption } from './consume.ts';
import { MemoryUplinkLog } from './memory-uplink-log.ts';
import { PartitionOwnership, SoleOwner } from './partition-ownership.ts';
import { realTime } from './testing.ts';
import type { StoredUplink } from './uplink.ts';

const PARTITIONS = 4;

/** Owns what the test says. */
class ToldOwnership extends PartitionOwnership {
  shares: readonly boolean[] = [true, true, false, false];
  released = false;

  override get owned(): number {
    return this.shares.filter(Boolean).length;
  }

  override settle(): Promise<readonly boolean[]> {
    return Promise.resolve(this.shares);
  }

  override release(): Promise<void> {
    this.released = true;
    return Promise.resolve();
  }
}

/** A consumer whose records are an array: what is processed and where it is are one, as in a transaction. */
function makeConsumer(log: MemoryUplinkLog, overrides: Partial<Consumption> = {}) {
  const done: StoredUplink[] = [];
  const faults: unknown[] = [];
  let time = 0;
  const consumer = new Consumer({
    log,
    group: 'rules',
    ownership: new SoleOwner(PARTITIONS),
    positions: () => {
      const positions = Array.from({ length: PARTITIONS }, () => 0);
      for (const { partition, sequence } of done) positions[partition] = sequence;
      return Promise.resolve(positions);
    },
    batchSize: 10,
    paceMs: 0,
    waitMs: 5,
    process: (batch) => {
      done.push(...batch);
      return Promise.resolve();
    },
    idle: () => Promise.resolve(),
    onFault: (fault) => faults.push(fault),
    pause: () => new Promise((wake) => setImmediate(wake)),
    // A second at every look: ownership is settled every other time.
    elapsed: () => (time += 1_000),
    ...overrides,
  });
  return { consumer, done, faults };
}

describe('Consumer', () => {
  const running: Consumer[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((consumer) => consumer.stop()));
  });
  const start = (consumer: Consumer) => {
    running.push(consumer);
    consumer.start();
  };
  const makeLog = () => new MemoryUplinkLog({ partitions: PARTITIONS, schedule: realTime });
  const uplinks = (count: number, from = 0) =>
    Array.from({ length: count }, (_, index) => {
      return {
        deviceId: `d${(index + from) % 20}`,
        topic: 't',
        receivedAt: index,
        qos: 1,
        payload: Uint8Array.of(index),
      } as const;
    });

  it('processes everything once, in the order of each partition, and tells the log', async () => {
    const log = makeLog();
    await log.append(uplinks(95));
    const { consumer, done } = makeConsumer(log);
    start(consumer);
    await eventually('everything', () => done.length === 95);
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const sequences = done.filter((uplink) => uplink.partition === partition).map(({ sequence }) => sequence);
      expect(sequences).toEqual(sequences.map((_, index) => index + 1));
    }
    await eventually('the commit', async () => (await log.committed('rules')).join() === (await log.heads()).join());
  });

  it('goes back to the records after a fault, and neither loses nor repeats a batch', async () => {
    const log = makeLog();
    await log.append(uplinks(50));
    let failures = 3;
    const { consumer, done, faults } = makeConsumer(log, {
      process: (batch) => {
        if (failures-- > 0) return Promise.reject(new Error('away'));
        done.push(...batch);
        return Promise.resolve();
      },
    });
    start(consumer);
    await eventually('everything', () => done.length === 50);
    expect(faults).toHaveLength(3);
    expect(new Set(done.map(({ partition, sequence }) => `${partition}/${sequence}`)).size).toBe(50);
  });

  it('gets on in smaller batches where large ones fail, and in large ones again afterwards', async () => {
    const log = makeLog();
    const count = 3_000;
    await log.append(uplinks(count));
    const sizes: number[] = [];
    const { consumer, done } = makeConsumer(log, {
      batchSize: 800,
      process: (batch) => {
        sizes.push(batch.length);
        if (batch.length > 200 && done.length < 200) return Promise.reject(new Error('gone in the middle of it'));
        done.push(...batch);
        return Promise.resolve();
      },
    });
    start(consumer);
    await eventually('everything', () => done.length === count);
    expect(sizes.slice(0, 5)).toEqual([800, 200, 400, 800, 800]);
    expect(new Set(done.map(({ partition, sequence }) => `${partition}/${sequence}`)).size).toBe(count);
  });

  it('never takes less than is worth a transaction, nor more than it may', async () => {
    const log = makeLog();
    await log.append(uplinks(400));
    const sizes: number[] = [];
    let failures = 4;
    const { consumer, done } = makeConsumer(log, {
      batchSize: 120,
      process: (batch) => {
        sizes.push(batch.length);
        if (failures-- > 0) return Promise.reject(new Error('away'));
        done.push(...batch);
        return Promise.resolve();
      },
    });
    start(consumer);
    await eventually('everything', () => done.length === 400);
    expect(sizes.slice(0, 7)).toEqual([120, 50, 50, 50, 50, 100, 120]);
  });

  it('leaves the partitions of others alone, and takes over where they left', async () => {
    const log = makeLog();
    await log.append(uplinks(60));
    const ownership = new ToldOwnership();
    const { consumer, done } = makeConsumer(log, { ownership });
    start(consumer);
    const heads = await log.heads();
    await eventually('its share', () => done.length === heads[0]! + heads[1]!);
    expect(done.every(({ partition }) => partition < 2)).toBe(true);
    expect((await log.committed('rules')).slice(2)).toEqual([0, 0]);

    ownership.shares = [false, true, true, true];
    await eventually('the rest', () => done.length === 60);
    await log.append(uplinks(60));
    const now = await log.heads();
    const left = now[0]! - heads[0]!;
    await eventually('its new share', () => done.length === 120 - left);
    expect(new Set(done.map(({ partition, sequence }) => `${partition}/${sequence}`)).size).toBe(done.length);
    await consumer.stop();
    expect(ownership.released).toBe(true);
  });

  it('waits without owning anything, and stops at once', async () => {
    const log = makeLog();
    await log.append(uplinks(5));
    const ownership = new ToldOwnership();
    ownership.shares = [false, false, false, false];
    const { consumer, done } = makeConsumer(log, { ownership, pause: () => new Promise(() => undefined) });
    start(consumer);
    await consumer.stop();
    expect(done).toEqual([]);
  });
});
