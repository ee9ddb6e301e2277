import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PacketWatch } from './packet-watch.ts';

/** A packet with a body of this many bytes. */
function packet(type: number, length: number): Buffer {
  const header = [type << 4];
  for (let rest = length; ; rest = Math.floor(rest / 128)) {
    header.push((rest % 128) | (rest >= 128 ? 128 : 0));
    if (rest < 128) break;
  }
  // A body of bytes that look like headers of huge packets.
  return Buffer.concat([Buffer.from(header), Buffer.alloc(length, 0xff)]);
}

describe('a packet watch', () => {
  it('finds the same packets however the bytes are cut', () => {
    const lengths = fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 20_000 })), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(lengths, fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1 }), (bodies, cuts) => {
        const bytes = Buffer.concat(bodies.map((length, index) => packet((index % 14) + 1, length)));
        const watch = new PacketWatch(30_000);
        const types: number[] = [];
        for (let from = 0, cut = 0; from < bytes.length; cut++) {
          const chunk = bytes.subarray(from, from + cuts[cut % cuts.length]!);
          for (let offset = 0; offset < chunk.length;) {
            offset = watch.advance(chunk, offset);
            if (watch.isBetween) types.push(watch.type);
          }
          from += chunk.length;
        }
        expect(watch.violation).toBeNull();
        expect(watch.isBetween).toBe(true);
        expect(types).toEqual(bodies.map((_, index) => (index % 14) + 1));
      }),
    );
  });

  it('knows a packet that is too large by its fixed header', () => {
    const atLimit = new PacketWatch(130);
    atLimit.advance(packet(3, 127), 0);
    expect(atLimit.violation).toBeNull();
    const watch = new PacketWatch(130);
    watch.advance(packet(3, 128).subarray(0, 3), 0);
    expect(watch.violation).toEqual({ code: 'packet.oversized', type: 3, bytes: 131 });
  });
});
