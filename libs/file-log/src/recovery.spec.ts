import { Fault } from '@stadtfunk/kernel';
import { readAll, textOf, uplinkOf } from '@stadtfunk/uplinks/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { FileUplinkLog } from './file-uplink-log.ts';
import type { FileUplinkLogOptions } from './options.ts';
import { segmentName } from './segment.ts';
import { MemoryDisk } from './testing.ts';

const directory = '/log';
const first = `${directory}/${segmentName(1)}`;
let disk: MemoryDisk;

beforeEach(() => {
  disk = new MemoryDisk();
});

const openLog = (options: Partial<FileUplinkLogOptions> = {}) =>
  FileUplinkLog.open({ directory, partitions: 2, files: disk, ...options });
const append = (log: FileUplinkLog, ...texts: string[]) => log.append(texts.map((text) => uplinkOf('bin-1', text)));
const textsIn = async (log: FileUplinkLog) => {
  const count = (await log.heads()).reduce((total, head) => total + head, 0);
  return (await readAll(log.openCursor([0, 0]), count)).map(textOf).join(' ');
};

/** A closed log with one commit per text. */
async function written(...texts: string[]): Promise<Buffer> {
  const log = await openLog();
  for (const text of texts) await append(log, ...text.split(' '));
  await log.close();
  return Buffer.from(disk.contentOf(first));
}

describe('a log that was stopped at any moment', () => {
  test('cuts the last record off at whatever byte it ends', async () => {
    const whole = await written('a', 'b');
    const lengthOfB = (whole.length - (await headerBytes())) / 2;
    for (let cut = 1; cut <= lengthOfB; cut++) {
      disk.put(first, whole.subarray(0, whole.length - cut));
      const log = await openLog();
      expect(await textsIn(log)).toBe('a');
      expect((await log.status()).truncatedBytes).toBe(lengthOfB - cut);
      await append(log, 'c');
      await log.close();
      const again = await openLog();
      expect(await textsIn(again)).toBe('a c');
      await again.close();
    }
  });

  test('cuts off a flipped bit in the last commit, with what follows in the same commit', async () => {
    const whole = await written('a', 'b c d');
    const recordBytes = (whole.length - (await headerBytes())) / 4;
    const start = whole.length - 3 * recordBytes;
    for (let at = start; at < start + recordBytes; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      disk.put(first, damaged);
      const log = await openLog();
      expect(await textsIn(log)).toBe('a');
      await log.close();
    }
  });

  test.each([
    ['zeros', Buffer.alloc(5_000)],
    ['ones', Buffer.alloc(5_000, 0xff)],
    ['text', Buffer.from('not a record '.repeat(300))],
  ])('cuts off a tail of %s', async (_, tail) => {
    const whole = await written('a', 'b');
    disk.put(first, Buffer.concat([whole, tail]));
    const log = await openLog();
    expect(await textsIn(log)).toBe('a b');
    expect((await log.status()).truncatedBytes).toBe(tail.length);
    expect(disk.contentOf(first)).toHaveLength(whole.length);
  });

  test('cuts off a record that is sound but out of sequence', async () => {
    const whole = await written('a', 'b');
    const header = await headerBytes();
    const recordA = whole.subarray(header, header + (whole.length - header) / 2);
    disk.put(first, Buffer.concat([whole, recordA]));
    expect(await textsIn(await openLog())).toBe('a b');
  });

  test('refuses to start when a record is damaged that was acknowledged before a later commit', async () => {
    const whole = await written('a', 'b', 'c');
    const header = await headerBytes();
    const damaged = Buffer.from(whole);
    damaged[header + 40] = (damaged[header + 40] ?? 0) ^ 1;
    disk.put(first, damaged);
    await expect(openLog()).rejects.toMatchObject({
      code: 'log.corrupt',
      message: expect.stringContaining(`${segmentName(1)}, offset ${header}`) as string,
    });
    expect(disk.contentOf(first)).toEqual(damaged);
  });

  test('does not take a payload that looks like a record for one', async () => {
    const foreign = await written('x', 'y');
    disk = new MemoryDisk();
    const header = await headerBytes();
    const log = await openLog();
    await append(log, 'a');
    await log.append([uplinkOf('bin-1', '', { payload: foreign.subarray(header) })]);
    await log.close();
    const whole = Buffer.from(disk.contentOf(first));
    const recordA = (foreign.length - header) / 2;
    whole[header + recordA + 20] = 0xff; // in the second record's receivedAt
    disk.put(first, whole);
    const again = await openLog();
    expect(await textsIn(again)).toBe('a');
  });

  test('makes durable what a killed process left in the page cache, before anybody reads it', async () => {
    let log = await openLog();
    await append(log, 'a');
    disk.lies = true;
    await append(log, 'b');
    disk.lies = false;
    disk.kill();
    log = await openLog();
    expect(await textsIn(log)).toBe('a b');
    disk.cut();
    expect(await textsIn(await openLog())).toBe('a b');
  });

  test('starts again after a first start that ended at any step', async () => {
    const steps = ['open', 'write', 'sync', 'rename', 'syncDirectory'] as const;
    for (const operation of steps) {
      for (const healthy of [0, 1, 2, 3]) {
        disk = new MemoryDisk();
        await failAfter(operation, healthy);
        disk.cut();
        const log = await openLog();
        await append(log, 'a');
        expect(await textsIn(log)).toBe('a');
      }
    }
  });

  test('removes the temporary file of a segment that was never begun', async () => {
    await written('a');
    disk.put(`${directory}/${segmentName(2)}.tmp`, Buffer.from('half'));
    const log = await openLog();
    expect(await textsIn(log)).toBe('a');
    expect(disk.names(directory)).not.toContain(`${segmentName(2)}.tmp`);
  });
});

describe('a log that is damaged elsewhere', () => {
  const manySegments = async () => {
    const log = await openLog({ segmentBytes: 1 });
    for (const text of ['a', 'b', 'c', 'd']) await append(log, text);
    await log.close();
  };

  test('names file and offset of a bad record in a sealed segment to whoever reads it', async () => {
    await manySegments();
    const path = `${directory}/${segmentName(2)}`;
    const damaged = Buffer.from(disk.contentOf(path));
    damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
    disk.put(path, damaged);
    const log = await openLog();
    const cursor = log.openCursor([0, 0]);
    await expect(readAll(cursor, 4)).rejects.toMatchObject({
      code: 'log.corrupt',
      retryable: false,
      message: expect.stringMatching(/^000000000002\.segment, offset \d+: /) as string,
    });
  });

  test.each([
    ['a shortened sealed segment', (path: string) => disk.put(path, disk.contentOf(path).subarray(0, -1))],
    ['a damaged segment header', (path: string) => disk.put(path, Buffer.from(disk.contentOf(path)).fill(0, 10, 20))],
    ['an emptied segment', (path: string) => disk.put(path, Buffer.alloc(0))],
  ])('does not start with %s', async (_, damage) => {
    await manySegments();
    damage(`${directory}/${segmentName(2)}`);
    await expect(openLog()).rejects.toMatchObject({
      code: 'log.corrupt',
      message: expect.stringContaining(segmentName(2)) as string,
    });
  });

  test('does not start when a segment in the middle is missing', async () => {
    await manySegments();
    await disk.remove(`${directory}/${segmentName(2)}`);
    await expect(openLog()).rejects.toMatchObject({ code: 'log.corrupt' });
  });

  test('does not start with segments of another log, or without its manifest', async () => {
    await written('a');
    await disk.remove(`${directory}/manifest.json`);
    await expect(openLog()).rejects.toMatchObject({ code: 'log.corrupt' });
    disk.put(`${directory}/manifest.json`, Buffer.from('{"format":1,"logId":"other","partitions":2}'));
    await expect(openLog()).rejects.toMatchObject({ code: 'log.corrupt' });
    for (const wrong of ['', 'null', '{}', '{"format":2}', '{"format":1,"logId":"x","partitions":0}']) {
      disk.put(`${directory}/manifest.json`, Buffer.from(wrong));
      await expect(openLog()).rejects.toMatchObject({ code: 'log.corrupt' });
    }
  });

  test('does not start anew when all segments of a log are gone', async () => {
    await written('a');
    await disk.remove(first);
    await expect(openLog()).rejects.toMatchObject({ code: 'log.corrupt' });
  });

  test('lets the directory go when it cannot start', async () => {
    const whole = await written('a');
    disk.put(first, Buffer.alloc(3));
    await expect(openLog()).rejects.toBeInstanceOf(Fault);
    disk.put(first, whole);
    expect(await textsIn(await openLog())).toBe('a');
  });

  test.each(['', 'null', '[]', '{"logId":"x"}', '{"groups":null}'])(
    'starts with a positions file of %j as if no group had committed',
    async (content) => {
      await written('a');
      disk.put(`${directory}/positions.json`, Buffer.from(content));
      expect(await (await openLog()).committed('store')).toEqual([0, 0]);
    },
  );
});

async function headerBytes(): Promise<number> {
  const empty = new MemoryDisk();
  const log = await FileUplinkLog.open({ directory, partitions: 2, files: empty });
  await log.close();
  return empty.contentOf(first).length;
}

/** Opens a log on a disk on which the step fails after it went well `healthy` times. */
async function failAfter(operation: 'open' | 'write' | 'sync' | 'rename' | 'syncDirectory', healthy: number) {
  disk.fail(operation, 'EIO', 1, healthy);
  const log = await openLog().catch((thrown: unknown) => thrown);
  if (log instanceof FileUplinkLog) disk.kill();
}
