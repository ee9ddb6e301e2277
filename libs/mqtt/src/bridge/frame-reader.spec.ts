import fc from 'fast-check';
import mqttPacket from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { FrameReader, type OversizedPublish } from './frame-reader.ts';

const LIMIT = 300;

function publish(topic: string, bytes: number, messageId: number): Buffer {
  // A body of bytes that look like headers of huge packets.
  const payload = Buffer.alloc(bytes, 0xff);
  return mqttPacket.generate({ cmd: 'publish', topic, payload, qos: 1, messageId, dup: false, retain: false });
}

function read(stream: Buffer, cuts: readonly number[]) {
  const frames: Buffer[] = [];
  const oversized: OversizedPublish[] = [];
  const reader = new FrameReader(LIMIT, {
    onFrame: (frame) => frames.push(Buffer.from(frame)),
    onOversized: (found) => oversized.push(found),
  });
  let problem: string | null = null;
  for (let from = 0, cut = 0; from < stream.length && problem === null; cut++) {
    const to = from + cuts[cut % cuts.length]!;
    problem = reader.push(stream.subarray(from, to));
    from = to;
  }
  return { frames, oversized, problem };
}

describe('a frame reader', () => {
  it('finds the same packets however the bytes are cut, and keeps nothing of those that are too large', () => {
    const sizes = fc.array(fc.oneof(fc.integer({ min: 0, max: 250 }), fc.integer({ min: 290, max: 40_000 })), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(sizes, fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1 }), (bodies, cuts) => {
        const packets = bodies.map((bytes, index) => publish('a/b', bytes, index + 1));
        const { frames, oversized, problem } = read(Buffer.concat(packets), cuts);
        expect(problem).toBeNull();
        expect(frames).toEqual(packets.filter((packet) => packet.length <= LIMIT));
        const expected = packets.flatMap((packet, index) =>
          packet.length > LIMIT ? [{ topic: 'a/b', qos: 1, messageId: index + 1, bytes: packet.length }] : [],
        );
        expect(oversized).toEqual(expected);
      }),
    );
  });

  it.each([
    ['a length of five bytes', [0x30, 0xff, 0xff, 0xff, 0xff, 0x01], /malformed length/],
    ['an oversized packet of another kind', [0x90, 0xff, 0x7f, 0, 1], /no PUBLISH/],
    [
      'an oversized PUBLISH whose topic is longer than itself',
      [0x32, 0xff, 0x07, 0xff, 0xff, 0],
      /shorter than its topic/,
    ],
  ])('gives up at %s', (_, bytes, problem) => {
    expect(read(Buffer.from(bytes), [1]).problem).toMatch(problem);
    expect(read(Buffer.from(bytes), [100]).problem).toMatch(problem);
  });
});
