import { mkdtemp, open, rm, stat, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { uplinkOf } from '@stadtfunk/uplinks/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FileUplinkLog } from './file-uplink-log.ts';

/*
 * Whether the log asks the operating system to sync cannot be seen from outside without cutting the power. So the calls are
 * counted where they leave Node, and passed on.
 */
type Sync = 'sync' | 'datasync';
let prototype: FileHandle;
let whole: Pick<FileHandle, Sync>;
let folder: string;
const synced: { readonly call: Sync; readonly inode: number; readonly size: number }[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stadtfunk-sync-'));
  const handle = await open(folder, 'r');
  prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  whole = { sync: prototype.sync, datasync: prototype.datasync };
  synced.length = 0;
  for (const call of ['sync', 'datasync'] as const) {
    prototype[call] = async function (this: FileHandle) {
      const { ino, size } = await this.stat();
      await whole[call].call(this);
      synced.push({ call, inode: ino, size });
    };
  }
});
afterEach(async () => {
  Object.assign(prototype, whole);
  await rm(folder, { recursive: true });
});

const syncsOf = async (path: string) => {
  const { ino } = await stat(path);
  return synced.filter(({ inode }) => inode === ino);
};

test('syncs every commit to the disk before it is acknowledged, with all that is in it', async () => {
  const directory = join(folder, 'log');
  const log = await FileUplinkLog.open({ directory, minFreeBytes: 0 });
  const segment = join(directory, '000000000001.segment');
  for (let count = 1; count <= 3; count++) {
    const before = (await syncsOf(segment)).length;
    await log.append([uplinkOf('bin-1', `uplink ${count}`)]);
    const after = await syncsOf(segment);
    expect(after).toHaveLength(before + 1);
    expect(after.at(-1)).toMatchObject({ call: 'datasync', size: (await stat(segment)).size });
  }
  await log.close();
});

test('makes the name of a new segment durable, and those of all folders above it', async () => {
  const directory = join(folder, 'a', 'b', 'log');
  const log = await FileUplinkLog.open({ directory, minFreeBytes: 0, segmentBytes: 1 });
  for (let above = directory; above !== dirname(folder); above = dirname(above)) {
    expect(await syncsOf(above), above).toContainEqual(expect.objectContaining({ call: 'sync' }));
  }
  await log.append([uplinkOf('bin-1', 'a')]);
  const before = (await syncsOf(directory)).length;
  await log.append([uplinkOf('bin-1', 'b')]);
  expect((await syncsOf(directory)).length).toBeGreaterThan(before);
  await log.close();
});

test('makes the name of its folder durable when whoever made it was stopped before', async () => {
  const directory = join(folder, 'log');
  await (await FileUplinkLog.open({ directory, minFreeBytes: 0 })).close();
  synced.length = 0;
  await (await FileUplinkLog.open({ directory, minFreeBytes: 0 })).close();
  expect(await syncsOf(folder)).toHaveLength(1);
});
