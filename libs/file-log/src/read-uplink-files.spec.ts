import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Uplink } from '@stadtfunk/uplinks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileUplinkLog } from './file-uplink-log.ts';
import { readUplinkFiles } from './read-uplink-files.ts';

describe('reading the files of an uplink log', () => {
  let directory: string;
  let log: FileUplinkLog;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'stadtfunk-files-'));
    log = await FileUplinkLog.open({ directory, partitions: 4, segmentBytes: 2_000, minFreeBytes: 0 });
  });
  afterEach(async () => {
    await log.close();
    rmSync(directory, { recursive: true });
  });

  const uplinks: Uplink[] = Array.from({ length: 100 }, (_, number) => ({
    ...{ deviceId: `bin-${number % 9}`, topic: 't', receivedAt: number, qos: 1 as const },
    payload: Buffer.from(`payload ${number}`),
  }));
  async function read(): Promise<string[]> {
    const found: string[] = [];
    for await (const batch of readUplinkFiles(directory)) {
      found.push(...batch.map(({ payload }) => Buffer.from(payload).toString()));
    }
    return found;
  }
  const texts = (count: number) => uplinks.slice(0, count).map(({ payload }) => Buffer.from(payload).toString());
  const contents = () => readdirSync(directory).map((name) => [name, readFileSync(join(directory, name), 'hex')]);

  it('gives everything in order while the log is open, and changes nothing', async () => {
    for (const uplink of uplinks) await log.append([uplink]);
    expect(readdirSync(directory).filter((name) => name.endsWith('.segment')).length).toBeGreaterThan(2);
    const before = contents();
    expect(await read()).toEqual(texts(100));
    expect(contents()).toEqual(before);
    expect(await log.committed('store')).toEqual([0, 0, 0, 0]);
  });

  it('ends before a record that is half written', async () => {
    for (const uplink of uplinks.slice(0, 5)) await log.append([uplink]);
    const name = readdirSync(directory)
      .filter((each) => each.endsWith('.segment'))
      .sort()
      .at(-1)!;
    const bytes = readFileSync(join(directory, name));
    writeFileSync(join(directory, name), bytes.subarray(0, bytes.length - 3));
    expect(await read()).toEqual(texts(4));
  });

  it('tells damage in a segment that was finished, and a folder without a log', async () => {
    for (const uplink of uplinks) await log.append([uplink]);
    const name = readdirSync(directory)
      .filter((each) => each.endsWith('.segment'))
      .sort()[0]!;
    const bytes = readFileSync(join(directory, name));
    bytes[bytes.length - 2]! ^= 1;
    writeFileSync(join(directory, name), bytes);
    await expect(read()).rejects.toThrow('a record is damaged');
    const reading = readUplinkFiles(tmpdir())[Symbol.asyncIterator]();
    await expect(reading.next()).rejects.toThrow('there is no uplink log');
  });
});
