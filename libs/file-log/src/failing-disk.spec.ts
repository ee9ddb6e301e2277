import { readAll, textOf, uplinkOf } from '@stadtfunk/uplinks/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { FileUplinkLog } from './file-uplink-log.ts';
import type { FileUplinkLogOptions } from './options.ts';
import { MemoryDisk } from './testing.ts';

const directory = '/log';
let disk: MemoryDisk;
let now: number;

beforeEach(() => {
  disk = new MemoryDisk();
  now = 1_795_000_000_000;
});

const openLog = (options: Partial<FileUplinkLogOptions> = {}) =>
  FileUplinkLog.open({ directory, partitions: 2, files: disk, now: () => now, ...options });
const append = (log: FileUplinkLog, ...texts: string[]) => log.append(texts.map((text) => uplinkOf('bin-1', text)));
const textsIn = async (log: FileUplinkLog) => {
  const count = (await log.heads()).reduce((total, head) => total + head, 0);
  const cursor = log.openCursor([0, 0]);
  const uplinks = await readAll(cursor, count);
  expect(uplinks.map(({ sequence }) => sequence)).toEqual(uplinks.map((_, index) => index + 1));
  expect(await cursor.read(10, 0)).toEqual([]);
  await cursor.close();
  return uplinks.map(textOf).join(' ');
};
/** What is left when the power fails now. */
const afterPowerCut = async (log: FileUplinkLog) => {
  disk.cut();
  await log.close().catch(() => undefined);
  return openLog();
};

describe('a disk that fails', () => {
  test.each([
    ['write', 'EIO', 'log.io'],
    ['write', 'ENOSPC', 'log.full'],
    ['write', 'EDQUOT', 'log.full'],
    ['sync', 'EIO', 'log.io'],
  ] as const)(
    'on %s with %s refuses the batch with %s and goes on in a new segment',
    async (operation, code, fault) => {
      const log = await openLog();
      await append(log, 'a', 'b');
      disk.fail(operation, code);
      await expect(append(log, 'lost', 'gone')).rejects.toMatchObject({ code: fault, retryable: true });
      expect(await textsIn(log)).toBe('a b');
      await append(log, 'c');
      expect(await textsIn(log)).toBe('a b c');
      expect((await log.status()).segments).toBe(2);
      expect(await textsIn(await afterPowerCut(log))).toBe('a b c');
    },
  );

  test('refuses everything that was joined into the failed commit, and nothing else', async () => {
    const log = await openLog();
    disk.fail('sync', 'EIO');
    const ends = await Promise.allSettled(['a', 'b', 'c'].map((text) => append(log, text)));
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(await textsIn(log)).toBe('b c');
  });

  test('never syncs a descriptor again after a failed sync', async () => {
    const log = await openLog();
    await append(log, 'a');
    disk.fail('sync', 'EIO');
    await expect(append(log, 'lost')).rejects.toThrow();
    for (const text of ['b', 'c']) await append(log, text);
    expect(await textsIn(await afterPowerCut(log))).toBe('a b c');
  });

  test('refuses until a new segment can be begun, and then goes on', async () => {
    const log = await openLog();
    await append(log, 'a');
    disk.fail('sync', 'EIO', 4);
    for (let attempt = 0; attempt < 3; attempt++) {
      await expect(append(log, 'lost')).rejects.toMatchObject({ code: 'log.io' });
    }
    disk.heal();
    await append(log, 'b');
    expect(await textsIn(log)).toBe('a b');
    expect(await textsIn(await afterPowerCut(log))).toBe('a b');
  });

  test.each(['open', 'write', 'rename', 'syncDirectory'] as const)(
    'survives a failing %s while it begins a segment',
    async (operation) => {
      const log = await openLog({ segmentBytes: 1 });
      await append(log, 'a');
      disk.fail(operation, 'EIO');
      await expect(append(log, 'lost')).rejects.toMatchObject({ code: 'log.io' });
      await append(log, 'b');
      expect(await textsIn(log)).toBe('a b');
      expect(await textsIn(await afterPowerCut(log))).toBe('a b');
    },
  );

  test('does not believe the tail of a segment that it could not truncate', async () => {
    const log = await openLog();
    await append(log, 'a');
    disk.fail('sync', 'EIO');
    disk.fail('truncate', 'EIO');
    await expect(append(log, 'lost')).rejects.toThrow();
    await append(log, 'b');
    expect(await textsIn(log)).toBe('a b');
    expect((await log.status()).lastFault).toBeNull();
    await log.close();
    expect(await textsIn(await openLog())).toBe('a b');
  });

  test('does not pile up empty segments while every commit fails', async () => {
    const log = await openLog();
    await append(log, 'a');
    for (let attempt = 0; attempt < 5; attempt++) {
      disk.heal();
      // The header of a new segment is synced, and then the records are not.
      disk.fail('sync', 'EIO', 9, attempt === 0 ? 0 : 1);
      await expect(append(log, 'lost')).rejects.toMatchObject({ code: 'log.io' });
    }
    expect(disk.names(directory).filter((name) => name.endsWith('.segment'))).toHaveLength(2);
    disk.heal();
    await append(log, 'b');
    expect(await textsIn(log)).toBe('a b');
    expect(await textsIn(await afterPowerCut(log))).toBe('a b');
  });

  test('writes on where a write was short', async () => {
    const log = await openLog();
    disk.shortWrites = 7;
    await append(log, 'a', 'b');
    expect(await textsIn(await afterPowerCut(log))).toBe('a b');
  });

  test('gives a fault to the reader when a read fails, and reads on afterwards', async () => {
    const log = await openLog();
    await append(log, 'a', 'b');
    const cursor = log.openCursor([0, 0]);
    disk.fail('read', 'EIO');
    await expect(cursor.read(10, 0)).rejects.toMatchObject({ code: 'log.io', retryable: true });
    expect((await cursor.read(10, 0)).map(textOf)).toEqual(['a', 'b']);
  });
});

describe('a disk that fills up', () => {
  test('is refused below the threshold, and taken again when there is room', async () => {
    const log = await openLog({ minFreeBytes: 1_000 });
    await append(log, 'a');
    disk.free = 999;
    now += 1_000;
    await expect(append(log, 'lost')).rejects.toMatchObject({ code: 'log.full', retryable: true });
    await expect(append(log, 'lost')).rejects.toMatchObject({ code: 'log.full' });
    disk.free = 1_000;
    await append(log, 'b');
    expect(await textsIn(log)).toBe('a b');
  });

  test('is looked at again after 16 MiB, also within a second', async () => {
    const log = await openLog({ minFreeBytes: 1_000 });
    await append(log, 'a');
    disk.free = 0;
    await append(log, 'b');
    const large = uplinkOf('bin-1', '', { payload: new Uint8Array(15 * 1024 * 1024) });
    await log.append([large]);
    await expect(log.append([large])).rejects.toMatchObject({ code: 'log.full' });
  });
});

describe('the power', () => {
  /** Appends and cuts the power again and again; gives what was acknowledged and is not there, and what is out of order. */
  const cutsAndLosses = async (rounds: number, seed: number) => {
    let state = seed;
    const random = (below: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % below;
    };
    const acknowledged: number[] = [];
    let next = 0;
    let kept: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const log = await openLog({ segmentBytes: 2_000 });
      const heads = await log.heads();
      const total = heads.reduce((sum, head) => sum + head, 0);
      kept = (await readAll(log.openCursor([0, 0]), total)).map((uplink) => Number(textOf(uplink)));
      const appends: Promise<void>[] = [];
      const turns = random(40);
      for (let turn = 0; turn < turns; turn++) {
        const numbers = Array.from({ length: 1 + random(5) }, () => next++);
        appends.push(append(log, ...numbers.map(String)).then(() => void acknowledged.push(...numbers)));
        if (random(2) === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      disk.cut((unsynced) => random(unsynced + 1));
      await Promise.allSettled(appends);
      await log.close().catch(() => undefined);
    }
    const log = await openLog();
    const total = (await log.heads()).reduce((sum, head) => sum + head, 0);
    kept = (await readAll(log.openCursor([0, 0]), total)).map((uplink) => Number(textOf(uplink)));
    const known = new Set(kept);
    return {
      acknowledged: acknowledged.length,
      lost: acknowledged.filter((number) => !known.has(number)).length,
      misplaced: kept.filter((number, index) => index > 0 && number <= (kept[index - 1] ?? -1)).length,
    };
  };

  test.each([1, 2, 3])('may fail at any moment without losing what was acknowledged (seed %i)', async (seed) => {
    const result = await cutsAndLosses(40, seed);
    expect(result).toMatchObject({ lost: 0, misplaced: 0 });
    expect(result.acknowledged).toBeGreaterThan(200);
  });

  test('makes the check above fail when the disk only says that it has synced', async () => {
    disk.lies = true;
    await expect(
      cutsAndLosses(10, 1).then(({ lost }) => lost > 0 && Promise.reject(new Error('lost'))),
    ).rejects.toThrow();
  });
});
