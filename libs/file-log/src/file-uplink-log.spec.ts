import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@stadtfunk/kernel/testing';
import { describeUplinkLog, readAll, textOf, uplinkOf } from '@stadtfunk/uplinks/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FileUplinkLog } from './file-uplink-log.ts';
import type { FileUplinkLogOptions } from './options.ts';
import { MemoryDisk } from './testing.ts';

async function harness(options: Omit<FileUplinkLogOptions, 'directory'> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'stadtfunk-file-log-'));
  let log = await FileUplinkLog.open({ directory, ...options });
  return {
    log,
    reopen: async () => {
      await log.close();
      return (log = await FileUplinkLog.open({ directory, ...options }));
    },
    stop: async () => {
      await log.close();
      await rm(directory, { recursive: true });
    },
  };
}

const partitions = 4;

describeUplinkLog('FileUplinkLog', {
  make: () => harness({ partitions }),
  makeForgetful: () => harness({ partitions, segmentBytes: 64 * 1024, retainBytes: 0 }),
});

describeUplinkLog('FileUplinkLog in many small segments', {
  make: () => harness({ partitions, segmentBytes: 4 * 1024 }),
  makeForgetful: () => harness({ partitions, segmentBytes: 16 * 1024, retainMs: 0 }),
});

const HOUR_MS = 3_600_000;

describe('a file log', () => {
  let disk: MemoryDisk;
  let now: number;
  const logs: FileUplinkLog[] = [];

  beforeEach(() => {
    disk = new MemoryDisk();
    now = 1_795_000_000_000;
  });
  afterEach(async () => {
    for (const log of logs.splice(0)) await log.close();
  });

  const openLog = async (options: Partial<FileUplinkLogOptions> = {}) => {
    const log = await FileUplinkLog.open({ directory: '/log', partitions: 2, files: disk, now: () => now, ...options });
    logs.push(log);
    return log;
  };
  const append = (log: FileUplinkLog, ...texts: string[]) =>
    log.append(texts.map((text) => uplinkOf('bin-1', text, { receivedAt: now })));

  test('gives no sequence twice when its end was lost after a group had processed it', async () => {
    const faults: string[] = [];
    const log = await openLog({ onFault: ({ code }) => faults.push(code) });
    await append(log, 'kept');
    const processed = (await log.heads()).map((head) => (head > 0 ? head + 2 : 0));

    await Promise.all([log.commit('store', processed), append(log, 'new')]);

    expect(faults).toEqual(['log.lost']);
    await append(log, 'newer');
    await log.close();
    const reopened = await openLog();
    expect((await readAll(reopened.openCursor([0, 0]), 3)).map(textOf)).toEqual(['kept', 'new', 'newer']);
    expect(Math.max(...(await reopened.heads()))).toBe(5);
    expect((await readAll(reopened.openCursor(processed), 2)).map(textOf)).toEqual(['new', 'newer']);
  });

  test('is well again after an append that succeeds', async () => {
    const log = await openLog({ minFreeBytes: 1_000 });
    disk.free = 10;
    await expect(append(log, 'refused')).rejects.toMatchObject({ code: 'log.full' });
    expect((await log.status()).lastFault?.code).toBe('log.full');
    disk.free = 1e12;
    now += HOUR_MS;
    await append(log, 'taken');
    expect((await log.status()).lastFault).toBeNull();
  });
  const commitAll = async (log: FileUplinkLog) => {
    for (const group of ['store', 'rules'] as const) await log.commit(group, await log.heads());
  };
  const segments = () => disk.names('/log').filter((name) => name.endsWith('.segment'));

  test('is open once at a time', async () => {
    const log = await openLog();
    await expect(openLog()).rejects.toMatchObject({ code: 'log.locked' });
    await log.close();
    await openLog();
  });

  test('keeps the number of partitions of its first start', async () => {
    const { logId, partitions: first } = await openLog({ partitions: 3 });
    expect(first).toBe(3);
    await logs[0]?.close();
    const again = await openLog({ partitions: 8 });
    expect([again.partitions, again.logId]).toEqual([3, logId]);
  });

  test.each([0, 1.5, 1025, Number.NaN])('does not take %d partitions', async (count) => {
    await expect(openLog({ partitions: count })).rejects.toThrow(RangeError);
    await openLog();
  });

  test('finishes what was appended before it closes, and takes nothing afterwards', async () => {
    const log = await openLog();
    const appends = ['a', 'b', 'c'].map((text) => append(log, text));
    await log.close();
    await Promise.all(appends);
    await expect(append(log, 'd')).rejects.toMatchObject({ code: 'log.closed', retryable: false });
    const again = await openLog();
    expect((await readAll(again.openCursor([0, 0]), 3)).map(textOf)).toEqual(['a', 'b', 'c']);
  });

  test('ends waiting reads when it closes, and refuses later ones', async () => {
    const log = await openLog();
    const cursor = log.openCursor([0, 0]);
    const read = cursor.read(1, 60_000);
    await log.close();
    expect(await read).toEqual([]);
    await expect(cursor.read(1, 60_000)).rejects.toMatchObject({ code: 'log.closed' });
  });

  test('refuses an uplink that no record can hold, and nothing else', async () => {
    const log = await openLog();
    const refused = [
      uplinkOf('bin-1', '', { payload: new Uint8Array(16 * 1024 * 1024) }),
      uplinkOf('bin-1', '', { topic: 'x'.repeat(65_536) }),
      uplinkOf('bin-1', '', { topic: '垃'.repeat(30_000) }),
    ];
    const ends = refused.map((uplink) => expect(log.append([uplink])).rejects.toMatchObject({ code: 'log.oversized' }));
    await append(log, 'a');
    await Promise.all(ends);
    expect(await log.heads()).toEqual([0, 1]);
  });

  test('reads records that are larger than a chunk, a bounded amount at a time', async () => {
    const log = await openLog();
    const payload = (index: number) => new Uint8Array(3 * 1024 * 1024 - 17).fill(index);
    for (let index = 0; index < 8; index++) await log.append([uplinkOf('bin-1', '', { payload: payload(index) })]);
    const cursor = log.openCursor([0, 0]);
    expect((await cursor.read(100, 0)).length).toBeLessThan(5);
    const rest = await readAll(cursor, 5);
    expect(Buffer.compare(rest.at(-1)?.payload ?? new Uint8Array(), payload(7))).toBe(0);
  });

  test('refuses a second read of a cursor at the same time, and positions of another length', async () => {
    const log = await openLog();
    const cursor = log.openCursor([0, 0]);
    const read = cursor.read(1, 60_000);
    await expect(cursor.read(1, 0)).rejects.toMatchObject({ code: 'cursor.busy' });
    await cursor.close();
    await read;
    expect(() => log.openCursor([0])).toThrow(RangeError);
    expect(() => log.openCursor([0, Number.NaN])).toThrow(RangeError);
  });

  test('joins what waits into few commits', async () => {
    const log = await openLog();
    const before = disk.counts.get('sync') ?? 0;
    await Promise.all(Array.from({ length: 500 }, (_, index) => append(log, String(index))));
    expect((disk.counts.get('sync') ?? 0) - before).toBeLessThanOrEqual(3);
  });

  test('deletes segments beyond its size, as soon as the last group has passed them', async () => {
    const log = await openLog({ segmentBytes: 500, retainBytes: 1_200 });
    for (let index = 0; index < 20; index++) await append(log, `${index}`.padEnd(100, '.'));
    const all = segments().length;
    await log.commit('store', await log.heads());
    expect(segments()).toHaveLength(all);
    await log.commit('rules', await log.heads());
    const { bytes, segments: left } = await log.status();
    expect(left).toBe(segments().length);
    expect(left).toBeLessThan(all);
    expect(bytes).toBeLessThanOrEqual(1_200);
    expect((await log.floors())[1]).toBeGreaterThan(0);
  });

  test('deletes segments by age, also the newest once something follows it', async () => {
    const log = await openLog({ retainMs: HOUR_MS });
    await append(log, 'old');
    await commitAll(log);
    now += HOUR_MS + 1;
    await commitAll(log);
    expect(await log.floors()).toEqual([0, 0]);
    await append(log, 'new');
    await commitAll(log);
    expect(await log.floors()).toEqual([0, 1]);
    expect((await log.status()).oldestReceivedAt).toBe(now);
    expect((await readAll(log.openCursor([0, 0]), 1)).map(textOf)).toEqual(['new']);
  });

  test('remembers heads and floors when all segments but an empty one are deleted', async () => {
    const log = await openLog({ segmentBytes: 1, retainBytes: 0 });
    for (const text of ['a', 'b', 'c']) await append(log, text);
    await commitAll(log);
    await log.close();
    const again = await openLog({ segmentBytes: 1, retainBytes: 0 });
    expect(await again.heads()).toEqual([0, 3]);
    expect(await again.floors()).toEqual([0, 2]);
    await append(again, 'd');
    expect((await readAll(again.openCursor([0, 0]), 2)).map(textOf)).toEqual(['c', 'd']);
  });

  test('lets a cursor read on when the segment under it is deleted', async () => {
    const log = await openLog({ segmentBytes: 1, retainBytes: 0 });
    for (const text of ['a', 'b', 'c', 'd']) await append(log, text);
    const cursor = log.openCursor([0, 0]);
    expect((await cursor.read(1, 0)).map(textOf)).toEqual(['a']);
    await commitAll(log);
    expect((await cursor.read(10, 0)).map(textOf)).toEqual(['d']);
  });

  test('keeps a segment that it cannot delete, and says so', async () => {
    const faults: string[] = [];
    const log = await openLog({ segmentBytes: 1, retainBytes: 0, onFault: ({ code }) => faults.push(code) });
    for (const text of ['a', 'b']) await append(log, text);
    disk.fail('remove', 'EIO');
    await log.commit('store', await log.heads());
    await log.commit('rules', await log.heads());
    expect(faults).toEqual(['log.io']);
    expect((await log.status()).lastFault).toMatchObject({ code: 'log.io' });
    expect(await log.floors()).toEqual([0, 0]);
    await commitAll(log);
    expect(await log.floors()).toEqual([0, 1]);
  });

  test('writes positions within a second, and never beyond what it holds', async () => {
    const log = await openLog();
    await append(log, 'a', 'b');
    await log.commit('store', [Infinity, Infinity]);
    await log.commit('rules', [0, 1]);
    const stored = await eventually('the positions are written', () => {
      return disk.names('/log').includes('positions.json') && disk.contentOf('/log/positions.json').toString();
    });
    expect(JSON.parse(String(stored))).toMatchObject({ groups: { store: [0, 2], rules: [0, 1] } });
    disk.cut();
    const again = await openLog();
    expect(await again.committed('store')).toEqual([0, 2]);
    logs.shift();
  });

  test('gives what stands far behind in a segment to who reads on from there', async () => {
    const log = await openLog({ partitions: 1 });
    const large = 'x'.repeat(64 * 1024);
    for (let index = 0; index < 160; index++) await append(log, large);
    await append(log, 'a');
    const cursor = log.openCursor([159]);
    expect((await cursor.read(9, 0)).map(({ sequence }) => sequence)).toEqual([160, 161]);
    await cursor.close();
  });

  test('tells its size, its oldest uplink and the free space', async () => {
    const log = await openLog();
    expect(await log.status()).toMatchObject({ segments: 1, oldestReceivedAt: null, lastFault: null });
    const oldest = now;
    await append(log, 'a');
    now += 5;
    await append(log, 'b');
    const { bytes, oldestReceivedAt, freeBytes } = await log.status();
    expect(bytes).toBe(disk.contentOf('/log/000000000001.segment').length);
    expect([oldestReceivedAt, freeBytes]).toEqual([oldest, disk.free]);
  });
});
