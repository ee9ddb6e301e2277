import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeviceMemory } from './device-memory.ts';

const NOON = Date.UTC(2026, 10, 21, 12);

describe('DeviceMemory', () => {
  it('knows what it met before, and only that', () => {
    const memory = DeviceMemory.empty();
    expect(memory.meets([1], NOON)).toBe('new');
    expect(memory.meets([2], NOON + 1)).toBe('new');
    expect(memory.meets([1], NOON)).toBe('known');
    expect(memory.meets([3, 2], NOON + 1)).toBe('known');
  });

  it('comes back whole from its bytes', () => {
    const memory = DeviceMemory.empty();
    const keys = Array.from({ length: 40 }, (_, index) => index * 200_000_000_000_000 + 1);
    memory.expectRows(9);
    for (const [index, key] of keys.entries()) memory.meets([key], NOON + index);
    const again = DeviceMemory.decode(memory.encode());
    expect(again.encode()).toEqual(memory.encode());
    for (const [index, key] of keys.entries()) expect(again.meets([key], NOON + index)).toBe('known');
  });

  it('forgets the one not seen for longest, and never a row that keeps coming', () => {
    const memory = DeviceMemory.empty();
    memory.meets([-1], NOON);
    memory.meets([-2], NOON);
    for (let key = 0; key < 100; key++) {
      memory.meets([key], NOON + key);
      expect(memory.meets([-1], NOON)).toBe('known');
    }
    expect(memory.meets([-2], NOON)).toBe('forgotten');
    expect(memory.encode().length).toBeLessThan(300);
  });

  it('takes for news what was measured after everything that it may have forgotten', () => {
    const memory = DeviceMemory.empty();
    for (let key = 0; key < 1_000; key++) expect(memory.meets([key], NOON + key)).toBe('new');
    // Late, but not as late as what is forgotten.
    expect(memory.meets([-1], NOON + 998.5)).toBe('new');
    expect(memory.meets([-2], NOON + 500.5)).toBe('forgotten');
  });

  it('never takes a repeat for news, whatever comes in between and however often it is put away', () => {
    // A stretch of time is told, then another, that may lie before it or overlap it.
    const stretch = fc.record({ from: fc.nat(300), length: fc.integer({ min: 1, max: 90 }), rows: fc.nat(8) });
    fc.assert(
      fc.property(fc.array(stretch, { minLength: 2, maxLength: 12 }), (stretches) => {
        let memory = DeviceMemory.empty();
        const met = new Set<number>();
        for (const { from, length, rows } of stretches) {
          memory.expectRows(rows);
          for (let at = from; at < from + length; at++) {
            const meeting = memory.meets([at], at);
            if (met.has(at)) expect(meeting).not.toBe('new');
            else expect(meeting).not.toBe('known');
            met.add(at);
          }
          memory = DeviceMemory.decode(memory.encode());
        }
      }),
      { numRuns: 200 },
    );
  });

  it('reads what version 0.1.0 wrote, and trusts a full memory for nothing older than the next readings', () => {
    const memory = DeviceMemory.decode(writtenBefore(32, 32));
    expect(memory.meets([1], NOON)).toBe('known');
    expect(memory.meets([-1], NOON)).toBe('forgotten');
    for (let key = 100; key < 140; key++) memory.meets([key], NOON + key);
    expect(memory.meets([200], NOON + 200)).toBe('new');
    expect(memory.meets([-2], NOON)).toBe('forgotten');

    expect(DeviceMemory.decode(writtenBefore(32, 31)).meets([-1], NOON)).toBe('new');
  });

  it('takes an empty or torn record for an empty memory', () => {
    expect(DeviceMemory.decode(new Uint8Array()).meets([1], NOON)).toBe('new');
    expect(DeviceMemory.decode(new Uint8Array(11)).meets([1], NOON)).toBe('new');
  });
});

/** The capacity, then the keys 0, 1, 2, … */
function writtenBefore(capacity: number, keys: number): Uint8Array {
  return new Uint8Array(Float64Array.of(capacity, ...Array(keys).keys()).buffer);
}
