import { describe, expect, it } from 'vitest';
import { cosineOfTurns, exp, ln, power, sineOfTurns } from './exact.ts';

describe('exact functions', () => {
  it('are what Math gives, to twelve digits', () => {
    for (let step = -400; step <= 400; step++) {
      const x = step / 40;
      expect(exp(x) / Math.exp(x)).toBeCloseTo(1, 12);
      expect(ln(Math.exp(x))).toBeCloseTo(x, 12);
      expect(sineOfTurns(x)).toBeCloseTo(Math.sin(2 * Math.PI * x), 12);
      expect(cosineOfTurns(x)).toBeCloseTo(Math.cos(2 * Math.PI * x), 12);
      expect(power(1.7, x) / 1.7 ** x).toBeCloseTo(1, 12);
    }
  });

  it('know their ends', () => {
    expect([ln(0), ln(-1), ln(1), ln(Infinity), exp(0), exp(-800), exp(800)]).toEqual([
      -Infinity,
      NaN,
      0,
      Infinity,
      1,
      0,
      Infinity,
    ]);
  });
});
