import { createHash } from 'node:crypto';
import type { BoundDevice } from '@stadtfunk/devices';
import type { Uplink } from '@stadtfunk/uplinks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, SIGNATURE } from './frame.ts';
import type { RecordingHeader, RecordingItem } from './recording-item.ts';
import { describeDamage, isRecording, RecordingReader } from './recording-reader.ts';
import { RecordingWriter } from './recording-writer.ts';

const HEADER: RecordingHeader = {
  ...{ zone: 'Europe/Berlin', origin: 'mqtt', recordedAt: 1_795_255_200_000, anonymised: false, shiftedMs: 0 },
};
const T0 = Date.UTC(2026, 10, 22);

const bound: BoundDevice = {
  device: {
    ...{ deviceId: 'bin-1', model: 'dragino-ndds75', lifecycle: 'active', imei: '490154203237518', iccid: null },
    ...{ uplinkTopic: null, reportingIntervalMs: 7_200_000 },
  },
  asset: {
    ...{
      assetId: 'asset-1',
      type: 'WasteContainer',
      name: 'Am Markt',
      district: 'Mitte',
      address: null,
      department: null,
    },
    location: { type: 'Point', coordinates: [8.91, 50.13] },
    attributes: { containerHeight: 1.2 },
  },
  registeredAt: T0,
};

function uplink(number: number, payload = `payload ${number}`): Uplink {
  const deviceId = `bin-${number % 7}`;
  const topic = `stadtfunk/v1/${deviceId}/up`;
  return { deviceId, topic, receivedAt: T0 + number * 250, qos: 1, payload: Buffer.from(payload) };
}

/** A file in memory. */
class Written {
  readonly parts: Uint8Array[] = [];
  synced = 0;
  write(bytes: Uint8Array): Promise<void> {
    this.parts.push(Uint8Array.from(bytes));
    return Promise.resolve();
  }
  sync(): Promise<void> {
    this.synced = this.parts.length;
    return Promise.resolve();
  }
  get bytes(): Buffer {
    return Buffer.concat(this.parts);
  }
}

async function written(items: readonly RecordingItem[], blockBytes = 400): Promise<Written> {
  const file = new Written();
  const writer = await RecordingWriter.begin(file, HEADER, blockBytes);
  for (const item of items) await writer.add(item);
  await writer.end();
  return file;
}
const uplinks = (count: number): RecordingItem[] =>
  Array.from({ length: count }, (_, number) => ({ type: 'uplink', uplink: uplink(number) }));

async function* chunksOf(bytes: Uint8Array, size = 777) {
  for (let at = 0; at < bytes.length; at += size) yield Promise.resolve(bytes.subarray(at, at + size));
}
async function read(bytes: Uint8Array, size?: number) {
  const reader = await RecordingReader.open(chunksOf(bytes, size));
  const items: RecordingItem[] = [];
  for await (const block of reader.blocks()) items.push(...block);
  return { reader, items: items.map(plain), damages: reader.damages.map(describeDamage) };
}
const plain = (item: RecordingItem) =>
  item.type === 'device' ? item : { ...item.uplink, payload: Buffer.from(item.uplink.payload).toString('hex') };
const codes = (damages: readonly string[]) => damages.map((line) => line.split(': ', 2).join(' '));

describe('a recording', () => {
  const items: RecordingItem[] = [{ type: 'device', bound }, ...uplinks(40)];

  it('gives back what was written, whatever the pieces that it is read in', async () => {
    const file = await written(items);
    for (const size of [1, 55, 4_096, 1_000_000]) {
      const { reader, items: found, damages } = await read(file.bytes, size);
      expect(found).toEqual(items.map(plain));
      expect(damages).toEqual([]);
      expect(reader.header).toEqual(HEADER);
      expect(reader.totals).toMatchObject({
        devices: 1,
        uplinks: 40,
        firstReceivedAt: T0,
        lastReceivedAt: T0 + 39 * 250,
      });
    }
  });

  it('holds any bytes, texts and times', async () => {
    const any = fc.record({
      deviceId: fc.string({ maxLength: 20, unit: 'binary' }),
      topic: fc.string({ maxLength: 20, unit: 'binary' }),
      receivedAt: fc.integer({ min: -(2 ** 50), max: 2 ** 50 }),
      qos: fc.constantFrom(0, 1, 2),
      payload: fc.uint8Array({ maxLength: 300 }),
    });
    const property = fc.asyncProperty(fc.array(any, { maxLength: 30 }), async (all) => {
      const given = all.map((each): RecordingItem => ({ type: 'uplink', uplink: each }));
      const { items: found, damages } = await read((await written(given)).bytes);
      expect([found, damages]).toEqual([given.map(plain), []]);
    });
    await fc.assert(property, { numRuns: 100 });
  });

  it('is the same bytes for the same items', async () => {
    const digest = async () =>
      createHash('sha256')
        .update((await written(items)).bytes)
        .digest('hex');
    expect(await digest()).toBe(await digest());
  });

  it('is told by its first bytes', async () => {
    expect(isRecording((await written([])).bytes)).toBe(true);
    expect(isRecording(Buffer.from('{"type":"device"}'))).toBe(false);
  });

  it('has on stable storage what was added before a flush', async () => {
    const file = new Written();
    const writer = await RecordingWriter.begin(file, HEADER);
    await writer.add(items[1]!);
    await writer.flush();
    expect(file.synced).toBe(file.parts.length);
    const { items: found, damages } = await read(file.bytes);
    expect([found.length, codes(damages)]).toEqual([1, ['block 2 unfinished']]);
  });

  it('keeps all whole blocks wherever its end is cut off, and says that it has no end', async () => {
    const { bytes, parts } = await written(items);
    const ends = parts.reduce<number[]>((all, part) => [...all, (all.at(-1) ?? 0) + part.length], []);
    for (let length = ends[0]!; length < bytes.length; length += 13) {
      const { items: found, damages } = await read(bytes.subarray(0, length));
      const whole = ends.filter((end) => end <= length).length;
      expect(codes(damages), `cut at ${length}`).toEqual([`block ${whole} unfinished`]);
      expect(found).toEqual(items.slice(0, found.length).map(plain));
      expect(found.length > 0).toBe(whole > 1);
    }
  });

  it('passes over one damaged block, wherever the damage is, and tells which', async () => {
    const { bytes, parts } = await written(items);
    const from = parts[0]!.length + parts[1]!.length;
    const all = items.map(plain);
    for (let at = from; at < from + parts[2]!.length; at += 3) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 0x41;
      const { items: found, damages } = await read(damaged);
      expect(damages[0], `byte ${at}`).toMatch(/^block 2: damaged: \d+ bytes are no sound block/);
      expect(codes(damages)).toEqual(['block 2 damaged', 'block 2 missing', expect.stringMatching(/ totals$/)]);
      expect(all).toEqual(expect.arrayContaining(found));
      expect(found.length).toBeLessThan(all.length);
      expect(found.at(-1)).toEqual(all.at(-1));
    }
  });

  it('tells blocks that were taken out, put in twice, or come from another recording', async () => {
    const { parts } = await written(items);
    const other = await written(uplinks(3).map((item) => ({ ...item })));
    const of = async (...frames: Uint8Array[]) => codes((await read(Buffer.concat(frames))).damages);
    const rest = parts.slice(3);
    expect(await of(parts[0]!, parts[1]!, ...rest)).toEqual(['block 2 missing', expect.stringMatching(/ totals$/)]);
    expect(await of(parts[0]!, parts[1]!, parts[2]!, parts[1]!, ...rest)).toEqual(['block 1 damaged']);
    expect(await of(...parts, other.parts[1]!)).toEqual([expect.stringMatching(/ damaged$/)]);
    const vienna = new Written();
    const writer = await RecordingWriter.begin(vienna, { ...HEADER, zone: 'Europe/Vienna' }, 400);
    for (const item of items) await writer.add(item);
    await writer.end();
    expect((await of(parts[0]!, vienna.parts[1]!, ...parts.slice(2)))[0]).toBe('block 1 damaged');
  });

  it('refuses what is no recording, or of another version', async () => {
    const { bytes } = await written(items);
    await expect(read(Buffer.alloc(0))).rejects.toThrow('empty');
    await expect(read(Buffer.from('{"type":"uplink"}'))).rejects.toThrow('not a recording');
    await expect(read(bytes.subarray(0, 90))).rejects.toThrow('the header is damaged: it ends within a frame');
    const body = Buffer.from(JSON.stringify({ format: 'stadtfunk-recording', version: 2 }));
    const head = { kind: 1, compression: 0, number: 0, items: 0, contentBytes: body.length };
    const newer = Buffer.concat([SIGNATURE, encodeFrame(head, body, Buffer.alloc(0))]);
    await expect(read(newer)).rejects.toThrow('the header: version');
    const torn = Buffer.from(bytes);
    torn[70]! ^= 1;
    await expect(read(torn)).rejects.toThrow('the header is damaged');
  });

  it('is read in little memory, however long it is', async () => {
    const file = new Written();
    const writer = await RecordingWriter.begin(file, HEADER, 64 * 1024);
    const total = 200_000;
    let largest = 0;
    for (let number = 0; number < total; number++) await writer.add({ type: 'uplink', uplink: uplink(number) });
    await writer.end();
    const reader = await RecordingReader.open(chunksOf(file.bytes, 65_536));
    let found = 0;
    for await (const block of reader.blocks()) {
      largest = Math.max(largest, block.length);
      found += block.length;
    }
    expect([found, reader.damages]).toEqual([total, []]);
    // A block and no more is in memory at a time.
    expect(largest).toBeLessThan(5_000);
  });
});
