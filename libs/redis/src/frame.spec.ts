import { Fault } from '@stadtfunk/kernel';
import { KnownTexts, type StoredUplink } from '@stadtfunk/uplinks';
import { textOf, uplinkOf } from '@stadtfunk/uplinks/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeFrames, fits, FRAME_BYTES, FRAME_UPLINKS, FrameReader, MAX_UPLINK_BYTES } from './frame.ts';

function decode(bytes: Buffer, last: number, after = 0, limit = Infinity): StoredUplink[] {
  const taken: StoredUplink[] = [];
  new FrameReader(bytes, 3, last, new KnownTexts()).take(taken, limit, after);
  return taken;
}

const frameOf = (...texts: string[]) => encodeFrames(texts.map((text) => uplinkOf('bin-1', text)))[0]!.bytes;

test('gives back what was put into frames, whatever it is', () => {
  const uplink = fc.record({
    deviceId: fc.string({ unit: 'binary', maxLength: 40 }),
    topic: fc.string({ unit: 'binary', maxLength: 80 }),
    receivedAt: fc.double({ noNaN: true }),
    qos: fc.constantFrom<0 | 1 | 2>(0, 1, 2),
    payload: fc.uint8Array({ maxLength: 300 }),
  });
  fc.assert(
    fc.property(fc.array(uplink, { minLength: 1, maxLength: 50 }), (uplinks) => {
      let last = 0;
      const decoded = encodeFrames(uplinks).flatMap(({ count, bytes }) => decode(bytes, (last += count)));
      expect(decoded).toEqual(uplinks.map((each, index) => ({ ...each, partition: 3, sequence: index + 1 })));
    }),
  );
});

test('begins a new frame when one is full', () => {
  const small = Array.from({ length: FRAME_UPLINKS + 1 }, () => uplinkOf('b', ''));
  expect(encodeFrames(small).map(({ count }) => count)).toEqual([FRAME_UPLINKS, 1]);
  const large = [1, 1, FRAME_BYTES, 1].map((length) => uplinkOf('b', '', { payload: new Uint8Array(length) }));
  expect(encodeFrames(large).map(({ count }) => count)).toEqual([2, 1, 1]);
  expect(encodeFrames([])).toEqual([]);
});

test('gives a part of a frame: after a sequence, and up to a limit', () => {
  const bytes = frameOf('one', 'two', 'three', 'four');
  expect(decode(bytes, 14, 12).map(({ sequence }) => sequence)).toEqual([13, 14]);
  const reader = new FrameReader(bytes, 3, 14, new KnownTexts());
  const taken: StoredUplink[] = [];
  reader.take(taken, 2, 11);
  expect([taken.map(textOf), reader.done]).toEqual([['two', 'three'], false]);
  reader.take(taken, 9, 11);
  expect([taken.map(textOf), reader.done]).toEqual([['two', 'three', 'four'], true]);
});

test('finds every flipped bit and every missing end', () => {
  const bytes = frameOf('one', 'two');
  const isDamaged = (damaged: Buffer) => {
    try {
      decode(damaged, 2);
      return false;
    } catch (thrown) {
      return thrown instanceof Fault && thrown.code === 'log.corrupt';
    }
  };
  expect(isDamaged(bytes)).toBe(false);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const damaged = Buffer.from(bytes);
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    expect(isDamaged(damaged)).toBe(true);
  }
  for (let length = 0; length < bytes.length; length++) expect(isDamaged(bytes.subarray(0, length))).toBe(true);
});

test('knows what does not fit', () => {
  const payload = new Uint8Array(MAX_UPLINK_BYTES);
  expect(fits(uplinkOf('b', '', { payload }))).toBe(false);
  expect(fits(uplinkOf('b', '', { topic: 'ü'.repeat(32_767) }))).toBe(true);
  expect(fits(uplinkOf('b', '', { topic: 'ü'.repeat(32_768) }))).toBe(false);
});
