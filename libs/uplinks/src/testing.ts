import { eventually } from '@stadtfunk/kernel/testing';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { findUplinks } from './find-uplinks.ts';
import type { Schedule } from './schedule.ts';
import type { Positions, UplinkCursor, UplinkLog } from './uplink-log.ts';
import { partitionOf, type StoredUplink, type Uplink } from './uplink.ts';

/** The real timer, as a `Schedule`. */
export const realTime: Schedule = (callback, ms) => {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
};

export function uplinkOf(deviceId: string, text: string, more: Partial<Uplink> = {}): Uplink {
  const payload = new TextEncoder().encode(text);
  return { deviceId, topic: `stadtfunk/v1/${deviceId}/up`, receivedAt: 1_795_000_000_000, qos: 1, payload, ...more };
}

export const textOf = (uplink: Uplink): string => new TextDecoder().decode(uplink.payload);

export interface UplinkLogHarness {
  readonly log: UplinkLog;
  /** Stops the log as a program would, and opens it again over the same storage. */
  reopen(): Promise<UplinkLog>;
  /** Stops the log and removes its storage. */
  stop(): Promise<void>;
}

export interface UplinkLogHarnesses {
  /** A new, empty log that keeps everything. */
  readonly make: () => Promise<UplinkLogHarness>;
  /** A new, empty log that deletes as soon as it may. Left out where an adapter has no retention. */
  readonly makeForgetful?: () => Promise<UplinkLogHarness>;
}

/** Reads until `count` uplinks have come. */
export async function readAll(cursor: UplinkCursor, count: number, limit = 500): Promise<StoredUplink[]> {
  const uplinks: StoredUplink[] = [];
  while (uplinks.length < count) {
    const more = await cursor.read(limit, 5_000);
    if (more.length === 0) throw new Error(`the cursor ended after ${uplinks.length} of ${count} uplinks`);
    uplinks.push(...more);
  }
  return uplinks;
}

const nothing = (log: UplinkLog): number[] => new Array<number>(log.partitions).fill(0);
const sum = (positions: Positions): number => positions.reduce((total, sequence) => total + sequence, 0);
const devices = Array.from({ length: 20 }, (_, index) => `bin-${index}`);

/** What every uplink log promises, whatever it is made of. */
export function describeUplinkLog(name: string, { make, makeForgetful }: UplinkLogHarnesses): void {
  describe(`${name} as an uplink log`, () => {
    let harness: UplinkLogHarness;
    let log: UplinkLog;

    beforeEach(async () => {
      harness = await make();
      log = harness.log;
    });
    afterEach(() => harness.stop());

    it('lets the last uplinks of a device be found', async () => {
      for (let round = 0; round < 30; round++) {
        await log.append(devices.map((deviceId) => uplinkOf(deviceId, `${deviceId} ${round}`)));
      }
      const query = { deviceId: 'bin-7', budgetMs: 60_000, elapsed: () => performance.now() };

      const last = await findUplinks(log, { ...query, limit: 2 });
      expect(last.uplinks.map(textOf)).toEqual(['bin-7 29', 'bin-7 28']);
      expect(last.isComplete).toBe(false);
      const rest = await findUplinks(log, { ...query, limit: 100, before: last.from });
      expect(rest.uplinks).toHaveLength(28);
      expect(rest.uplinks.map(textOf).at(-1)).toBe('bin-7 0');
      expect(rest.isComplete).toBe(true);
    });

    const appendRounds = async (rounds: number) => {
      for (let round = 0; round < rounds; round++) {
        await log.append(devices.map((deviceId) => uplinkOf(deviceId, `${deviceId} ${round}`)));
      }
    };

    test('is empty at first', async () => {
      expect(await log.heads()).toEqual(nothing(log));
      expect(await log.floors()).toEqual(nothing(log));
      expect(await log.committed('store')).toEqual(nothing(log));
      expect(await log.openCursor(nothing(log)).read(10, 0)).toEqual([]);
    });

    test('gives back every field of an uplink, and its place', async () => {
      const uplink = uplinkOf('lamp-1', 'on', { receivedAt: 1_795_000_000_123, qos: 2 });
      await log.append([uplink]);
      const partition = partitionOf('lamp-1', log.partitions);
      expect(await readAll(log.openCursor(nothing(log)), 1)).toEqual([{ ...uplink, partition, sequence: 1 }]);
    });

    test('keeps the order of each device, without gaps in a partition', async () => {
      await appendRounds(50);
      const uplinks = await readAll(log.openCursor(nothing(log)), 50 * devices.length, 77);
      for (const deviceId of devices) {
        const texts = uplinks.filter((uplink) => uplink.deviceId === deviceId).map(textOf);
        expect(texts).toEqual(Array.from({ length: 50 }, (_, round) => `${deviceId} ${round}`));
      }
      for (let partition = 0; partition < log.partitions; partition++) {
        const sequences = uplinks.filter((uplink) => uplink.partition === partition).map(({ sequence }) => sequence);
        expect(sequences).toEqual(sequences.map((_, index) => index + 1));
      }
    });

    test('counts what is durable in its heads', async () => {
      await appendRounds(3);
      expect(sum(await log.heads())).toBe(3 * devices.length);
    });

    test('keeps concurrent appends in the order of the calls', async () => {
      const appends: Promise<void>[] = [];
      for (let index = 0; index < 200; index++) appends.push(log.append([uplinkOf('bin-1', String(index))]));
      await Promise.all(appends);
      const uplinks = await readAll(log.openCursor(nothing(log)), 200);
      expect(uplinks.map(textOf)).toEqual(Array.from({ length: 200 }, (_, index) => String(index)));
    });

    test('takes an append of nothing', async () => {
      await log.append([]);
      expect(await log.heads()).toEqual(nothing(log));
    });

    test('reads on from any position', async () => {
      await appendRounds(20);
      const heads = await log.heads();
      const after = heads.map((head) => Math.floor(head / 3));
      const uplinks = await readAll(log.openCursor(after), sum(heads) - sum(after));
      for (let partition = 0; partition < log.partitions; partition++) {
        const sequences = uplinks.filter((uplink) => uplink.partition === partition).map(({ sequence }) => sequence);
        const from = after[partition] ?? 0;
        expect(sequences).toEqual(
          Array.from({ length: (heads[partition] ?? 0) - from }, (_, index) => from + index + 1),
        );
      }
    });

    test('gives nothing that is not after the position, even when it lies beyond the head', async () => {
      await appendRounds(2);
      const cursor = log.openCursor((await log.heads()).map((head) => head + 1));
      expect(await cursor.read(100, 0)).toEqual([]);
      await appendRounds(1);
      const partitionsOfDevices = devices.map((deviceId) => partitionOf(deviceId, log.partitions));
      const expected = devices.length - new Set(partitionsOfDevices).size;
      expect(await cursor.read(100, 0)).toHaveLength(expected);
    });

    test('leaves out partitions at Infinity', async () => {
      await appendRounds(5);
      const kept = partitionOf('bin-0', log.partitions);
      const after = nothing(log).map((_, partition) => (partition === kept ? 0 : Infinity));
      const heads = await log.heads();
      const cursor = log.openCursor(after);
      const uplinks = await readAll(cursor, heads[kept] ?? 0);
      expect(new Set(uplinks.map(({ partition }) => partition))).toEqual(new Set([kept]));
      expect(await cursor.read(100, 0)).toEqual([]);
    });

    test('does not end a wait for an uplink of another partition', async () => {
      const kept = partitionOf('bin-0', log.partitions);
      const other = devices.find((deviceId) => partitionOf(deviceId, log.partitions) !== kept) ?? 'none';
      const cursor = log.openCursor(nothing(log).map((_, partition) => (partition === kept ? 0 : Infinity)));
      const read = cursor.read(10, 10_000);
      await log.append([uplinkOf(other, 'foreign')]);
      await log.append([uplinkOf('bin-0', 'mine')]);
      expect((await read).map(textOf)).toEqual(['mine']);
    });

    test('wakes a waiting read when something is appended', async () => {
      const read = log.openCursor(nothing(log)).read(10, 10_000);
      await log.append([uplinkOf('bin-1', 'late')]);
      expect((await read).map(textOf)).toEqual(['late']);
    });

    test('gives an empty list when the wait is over', async () => {
      expect(await log.openCursor(nothing(log)).read(10, 20)).toEqual([]);
    });

    test('ends a waiting read when the cursor is closed', async () => {
      const cursor = log.openCursor(nothing(log));
      const read = cursor.read(10, 60_000);
      await cursor.close();
      expect(await read).toEqual([]);
      await log.append([uplinkOf('bin-1', 'late')]);
      expect(await cursor.read(10, 60_000)).toEqual([]);
    });

    test('gives several cursors the same uplinks, each at its own pace', async () => {
      await appendRounds(10);
      const [slow, fast] = [log.openCursor(nothing(log)), log.openCursor(nothing(log))];
      const first = await readAll(slow, 7, 7);
      const all = await readAll(fast, 10 * devices.length);
      const rest = await readAll(slow, 10 * devices.length - 7);
      expect([...first, ...rest]).toEqual(all);
    });

    test('never gives more than the limit', async () => {
      await appendRounds(3);
      expect(await log.openCursor(nothing(log)).read(4, 0)).toHaveLength(4);
    });

    test('keeps an empty payload, a unicode topic and every payload length up to 256 KiB', async () => {
      const lengths = [0, 1, 7, 8, 9, 1_000, 65_535, 65_536, 200_000, 262_144];
      const uplinks = lengths.map((length) =>
        uplinkOf('bin-1', '', {
          topic: `stadt/Straße/垃圾/🗑️/${length}`,
          payload: Uint8Array.from({ length }, (_, index) => (index * 31 + length) & 255),
        }),
      );
      await log.append(uplinks);
      const stored = await readAll(log.openCursor(nothing(log)), lengths.length);
      expect(stored.map(({ topic }) => topic)).toEqual(uplinks.map(({ topic }) => topic));
      stored.forEach(({ payload }, index) => {
        expect(Buffer.compare(payload, uplinks[index]?.payload ?? new Uint8Array([1]))).toBe(0);
      });
    });

    test('is not changed by what the caller does to a payload afterwards', async () => {
      const uplink = uplinkOf('bin-1', 'before');
      await log.append([uplink]);
      uplink.payload.fill(0);
      expect((await readAll(log.openCursor(nothing(log)), 1)).map(textOf)).toEqual(['before']);
    });

    test('only ever moves committed positions forward', async () => {
      await appendRounds(4);
      const heads = await log.heads();
      await log.commit('store', heads);
      await log.commit('store', nothing(log));
      expect(await log.committed('store')).toEqual(heads);
      expect(await log.committed('rules')).toEqual(nothing(log));
    });

    test('is the same log after it was opened again', async () => {
      await appendRounds(6);
      const heads = await log.heads();
      const { logId, partitions } = log;
      const before = await readAll(log.openCursor(nothing(log)), 6 * devices.length);
      await log.commit('rules', heads);

      log = await harness.reopen();
      expect([log.logId, log.partitions]).toEqual([logId, partitions]);
      expect(await log.heads()).toEqual(heads);
      expect(await log.committed('rules')).toEqual(heads);
      expect(await readAll(log.openCursor(nothing(log)), 6 * devices.length)).toEqual(before);

      await appendRounds(1);
      expect(await readAll(log.openCursor(heads), devices.length)).toHaveLength(devices.length);
      expect(sum(await log.heads())).toBe(sum(heads) + devices.length);
    });
  });

  if (!makeForgetful) return;
  describe(`${name} with retention`, () => {
    let harness: UplinkLogHarness;
    beforeEach(async () => {
      harness = await makeForgetful();
    });
    afterEach(() => harness.stop());

    test('deletes only what every group has passed, and goes on behind it', async () => {
      const { log } = harness;
      const rounds = 150;
      for (let round = 0; round < rounds; round++) {
        await log.append(devices.map((deviceId) => uplinkOf(deviceId, `${round} `.padEnd(200, '.'))));
      }
      const heads = await log.heads();
      await log.commit('store', heads);
      await log.append([uplinkOf('bin-0', 'one more')]);
      expect(await log.floors()).toEqual(nothing(log));

      const half = heads.map((head) => Math.floor(head / 2));
      await log.commit('rules', half);
      await eventually('something is deleted', async () => sum(await log.floors()) > 0);
      const floors = await log.floors();
      floors.forEach((floor, partition) => expect(floor).toBeLessThanOrEqual(half[partition] ?? 0));

      const left = sum(await log.heads()) - sum(await log.floors());
      const uplinks = await readAll(log.openCursor(nothing(log)), left);
      expect(uplinks).toHaveLength(left);
      const first = new Map<number, number>();
      for (const { partition, sequence } of uplinks) if (!first.has(partition)) first.set(partition, sequence);
      for (const [partition, sequence] of first) expect(sequence).toBe((floors[partition] ?? 0) + 1);

      const reopened = await harness.reopen();
      expect(sum(await reopened.heads())).toBe(rounds * devices.length + 1);
    });
  });
}
