import { assert, constant, integer, maxSafeInteger, oneof, property } from 'fast-check';
import { expect, it } from 'vitest';
import { MOST_DIGITS, writeInteger } from './digits.ts';

const powers = integer({ min: 0, max: 15 }).chain((exponent) =>
  integer({ min: -1, max: 1 }).map((beside) => 10 ** exponent + beside),
);
const extremes = oneof(constant(-0), constant(Number.MAX_SAFE_INTEGER), constant(Number.MIN_SAFE_INTEGER));

it('writes whole numbers as they are read, and nothing beside them', () => {
  assert(
    property(oneof(maxSafeInteger(), integer(), powers, extremes), (value) => {
      const bytes = new Uint8Array(MOST_DIGITS + 2).fill(33);
      const end = writeInteger(bytes, 1, value);
      const text = String.fromCharCode(...bytes);
      expect(text).toBe(`!${String(value)}`.padEnd(bytes.length, '!'));
      expect(end).toBe(1 + String(value).length);
    }),
    { numRuns: 2_000 },
  );
});
