import { Fault } from '@stadtfunk/kernel';
import { CONSUMER_GROUPS, type StoredUplink } from '@stadtfunk/uplinks';
import { textOf, uplinkOf } from '@stadtfunk/uplinks/testing';
import { expect, test } from 'vitest';
import { FileUplinkLog } from './file-uplink-log.ts';
import { MemoryDisk } from './testing.ts';

const PARTITIONS = 3;
const DEVICES = 7;

/** Marsaglia's xorshift, 32 bits: chance that comes again with its seed. */
function chance(seed: number): () => number {
  let state = seed * 2_654_435_761 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** What is known of a log from outside, over all its starts. */
class Witness {
  #serial = 0;
  /** Uplinks that were acknowledged and have to be there. */
  readonly acknowledged = new Set<string>();
  /** Refused while the disk went on: nobody may ever read them. */
  readonly refused = new Set<string>();
  /** What was read at a place, and has to be what is read there for ever. */
  readonly seen = new Map<string, string>();
  /** Read and passed by every group: retention may have deleted them. */
  readonly passed = new Set<string>();
  logId: string | undefined;

  constructor(private readonly random: () => number) {}

  async append(log: FileUplinkLog, isOn: () => boolean, faults: readonly Fault[]): Promise<void> {
    const size = 1 + Math.floor(this.random() ** 3 * 12);
    const texts = Array.from({ length: size }, () => `${++this.#serial} ${'.'.repeat(this.random() * 700)}`);
    const uplinks = texts.map((text) => uplinkOf(`bin-${this.#serial % DEVICES}`, text));
    try {
      await log.append(uplinks);
      for (const text of texts) this.acknowledged.add(text);
    } catch {
      if (isOn() && faults.length === 0) for (const text of texts) this.refused.add(text);
    }
  }

  /** Reads everything, and lets the groups pass a part of it. */
  async look(log: FileUplinkLog): Promise<void> {
    const cursor = log.openCursor(await log.floors());
    const uplinks: StoredUplink[] = [];
    for (let part; (part = await cursor.read(50, 0)).length > 0;) uplinks.push(...part);
    await cursor.close();
    const there = new Set<string>();
    const last = [...(await log.floors())];
    const serials = new Map<string, number>();
    for (const uplink of uplinks) {
      const text = textOf(uplink);
      const place = `${uplink.partition}/${uplink.sequence}`;
      expect(this.seen.get(place) ?? text, `what stands at ${place}`).toBe(text);
      this.seen.set(place, text);
      expect(there.has(text), 'an uplink twice').toBe(false);
      there.add(text);
      expect(uplink.sequence).toBe((last[uplink.partition] ?? 0) + 1);
      last[uplink.partition] = uplink.sequence;
      const serial = Number.parseInt(text);
      expect(serial).toBeGreaterThan(serials.get(uplink.deviceId) ?? 0);
      serials.set(uplink.deviceId, serial);
    }
    expect(last).toEqual(await log.heads());
    expect([...this.acknowledged].filter((text) => !there.has(text) && !this.passed.has(text))).toEqual([]);
    expect([...this.refused].filter((text) => there.has(text))).toEqual([]);
    for (const group of CONSUMER_GROUPS) {
      for (const [partition, position] of (await log.committed(group)).entries()) {
        expect(position).toBeLessThanOrEqual(last[partition] ?? 0);
      }
    }
    const upTo = uplinks.slice(0, Math.floor(uplinks.length * this.random()));
    const positions = [...(await log.floors())];
    for (const { partition, sequence } of upTo) positions[partition] = sequence;
    for (const uplink of upTo) this.passed.add(textOf(uplink));
    for (const group of CONSUMER_GROUPS) await log.commit(group, positions);
  }
}

/** One life of the log, from its start to its end at some moment. Gives what it noticed itself. */
async function live(disk: MemoryDisk, witness: Witness, random: () => number, end: () => void): Promise<void> {
  let isOn = true;
  let dies: () => void = () => undefined;
  const dead = new Promise<void>((resolve) => (dies = resolve));
  disk.after(Math.floor(random() * 90), () => {
    isOn = false;
    end();
    dies();
  });
  const faults: Fault[] = [];
  const open = {
    directory: '/log',
    partitions: PARTITIONS,
    files: disk.boot(),
    segmentBytes: 3_000,
    retainBytes: 9_000,
  };
  let log: FileUplinkLog;
  try {
    log = await FileUplinkLog.open({ ...open, onFault: (fault) => faults.push(fault) });
  } catch (thrown) {
    if (!isOn) return; // It ended while it was starting.
    throw thrown;
  }
  if (witness.logId !== undefined && witness.acknowledged.size > 0) expect(log.logId).toBe(witness.logId);
  witness.logId = log.logId;
  const working = async (worker: number) => {
    while (isOn) {
      if (worker === 0 && random() < 0.2) disk.fail(random() < 0.5 ? 'sync' : 'write', 'EIO');
      if (worker === 1 && random() < 0.4) await witness.look(log);
      else await witness.append(log, () => isOn, faults);
    }
  };
  const ends = await Promise.allSettled([...[0, 1, 2].map(working), dead]);
  // What was under way at the end may fail with whatever it likes; an expectation that was not met may not.
  for (const each of ends) {
    if (each.status === 'rejected' && !(each.reason instanceof Fault) && !isDiskError(each.reason)) throw each.reason;
  }
  await log.close().catch(() => undefined);
}

function isDiskError(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'EIO';
}

type End = (disk: MemoryDisk, random: () => number) => void;
const cutToTheLastSync: End = (disk) => disk.cut();
const cutAnyhow: End = (disk, random) => disk.cutTorn(random);
const kill: End = (disk) => disk.kill();

test.each([
  ['leaves what was synced and nothing else', [cutToTheLastSync]],
  ['leaves any part of what was not synced, in any order', [cutAnyhow]],
  ['follows on processes that were killed', [kill, cutToTheLastSync, kill, cutAnyhow]],
] as const)('keeps everything acknowledged, in its place, when a power cut %s', async (_, ends) => {
  let cuts = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const random = chance(seed);
    const disk = new MemoryDisk();
    const witness = new Witness(random);
    for (let life = 0; life < 10 || cuts % 10 > 0; life++) {
      const end = ends[Math.floor(random() * ends.length)] ?? cutToTheLastSync;
      if (end !== kill) cuts++;
      try {
        await live(disk, witness, random, () => end(disk, random));
        disk.kill(); // As `live` ended.
        const log = await FileUplinkLog.open({ directory: '/log', partitions: PARTITIONS, files: disk.boot() });
        await witness.look(log);
        disk.kill();
        await log.close().catch(() => undefined);
      } catch (thrown) {
        throw new Error(`seed ${seed}, life ${life}: ${disk.names('/log').join(' ')}`, { cause: thrown });
      }
    }
  }
  expect(cuts).toBeGreaterThanOrEqual(100);
});

test('keeps what is acknowledged after a kill at any step, when the power is cut then', async () => {
  const open = (disk: MemoryDisk) =>
    FileUplinkLog.open({ directory: '/log', partitions: PARTITIONS, files: disk.boot(), segmentBytes: 1 });
  let isOver = false;
  for (let step = 0; !isOver; step++) {
    const disk = new MemoryDisk();
    const acknowledged: string[] = [];
    const append = async (log: FileUplinkLog, text: string) => {
      await log.append([uplinkOf('bin-1', text)]);
      acknowledged.push(text);
    };
    let isOn = true;
    disk.after(step, () => {
      isOn = false;
      disk.kill();
    });
    try {
      const log = await open(disk);
      for (const text of ['a', 'b', 'c']) await append(log, text);
      isOver = true; // All steps were tried.
    } catch (thrown) {
      if (isOn) throw thrown;
    }
    disk.kill();
    const again = await open(disk);
    await append(again, 'd');
    disk.cut();
    await again.close().catch(() => undefined);
    const log = await open(disk);
    const texts = (await log.openCursor(await log.floors()).read(10, 0)).map(textOf);
    // One more may be there: it was written, and killed on the way to its acknowledgement.
    expect(
      texts.filter((text) => acknowledged.includes(text)),
      `step ${step}`,
    ).toEqual(acknowledged);
    await log.close();
  }
});
