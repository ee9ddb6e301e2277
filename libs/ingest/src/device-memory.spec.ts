import { describe, expect, it } from 'vitest';
import { DeviceMemory } from './device-memory.ts';

describe('DeviceMemory', () => {
  it('knows what it met before, and only that', () => {
    const memory = DeviceMemory.empty();
    expect(memory.meets([1])).toBe(false);
    expect(memory.meets([2])).toBe(false);
    expect(memory.meets([1])).toBe(true);
    expect(memory.meets([3, 2])).toBe(true);
  });

  it('comes back whole from its bytes', () => {
    const memory = DeviceMemory.empty();
    const keys = Array.from({ length: 40 }, (_, index) => index * 200_000_000_000_000 + 1);
    memory.expectRows(9);
    for (const key of keys) memory.meets([key]);
    const again = DeviceMemory.decode(memory.encode());
    expect(again.encode()).toEqual(memory.encode());
    for (const key of keys) expect(again.meets([key])).toBe(true);
  });

  it('forgets the one not seen for longest, and never a row that keeps coming', () => {
    const memory = DeviceMemory.empty();
    memory.meets([-1]);
    memory.meets([-2]);
    for (let key = 0; key < 100; key++) {
      memory.meets([key]);
      expect(memory.meets([-1])).toBe(true);
    }
    expect(memory.meets([-2])).toBe(false);
    expect(memory.encode().length).toBeLessThan(300);
  });

  it('takes an empty or torn record for an empty memory', () => {
    expect(DeviceMemory.decode(new Uint8Array()).meets([1])).toBe(false);
    expect(DeviceMemory.decode(new Uint8Array(11)).meets([1])).toBe(false);
  });
});
