import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { short } from './trend.ts';

describe('a number that is made short', () => {
  const number = fc.oneof(
    fc.double({ min: -100_000, max: 100_000 }),
    fc.double(),
    // Half way between two short ones, and next to powers of ten.
    fc.integer({ min: 100_000_000, max: 999_999_999 }).map((digits) => (digits + 0.5) / 1e8),
    fc
      .tuple(fc.integer({ min: -12, max: 12 }), fc.integer({ min: -5, max: 5 }))
      .map(([power, off]) => 10 ** power * (1 + off * 1e-10)),
  );

  it('is the one that nine digits of it say', () => {
    fc.assert(
      fc.property(number, (value) => {
        expect(short(value)).toBe(Number(value.toPrecision(9)));
      }),
      { numRuns: 20_000 },
    );
  });
});
