import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';

const COUNT = 100_000;

function shares(draw: () => number): { mean: number; deviation: number; beyond: number } {
  let sum = 0;
  let squares = 0;
  let beyond = 0;
  for (let index = 0; index < COUNT; index++) {
    const x = draw();
    sum += x;
    squares += x * x;
    if (Math.abs(x) > 3) beyond++;
  }
  const mean = sum / COUNT;
  return { mean, deviation: Math.sqrt(squares / COUNT - mean * mean), beyond: beyond / COUNT };
}

describe('chance', () => {
  it('is the same for the same seed and names, and another for others', () => {
    const first = (random: Random) => Array.from({ length: 5 }, () => random.next());
    expect(first(Random.of(1, 'a', 'radio'))).toEqual(first(Random.of(1, 'a', 'radio')));
    const others = [Random.of(2, 'a', 'radio'), Random.of(1, 'b', 'radio'), Random.of(1, 'a', 'sensor')];
    const seen = new Set([Random.of(1, 'a', 'radio'), ...others].map((random) => random.next()));
    expect(seen.size).toBe(4);
  });

  it('gives numbers that nobody may ever change without changing every recorded run', () => {
    const random = Random.of(8_2026, 'nb-bin-0001', 'radio');
    expect([random.next(), random.normal(0, 1), random.exponential(1), random.integer(1, 6)]).toMatchInlineSnapshot(`
      [
        0.8189317150972784,
        0.9350935740198332,
        1.5751548981009416,
        3,
      ]
    `);
  });

  it('is normally distributed where it says so, in the tails too', () => {
    const random = new Random(7);
    const { mean, deviation, beyond } = shares(() => random.normal(0, 1));
    expect(mean).toBeCloseTo(0, 1);
    expect(deviation).toBeCloseTo(1, 1);
    expect(Math.abs(beyond - 0.0027)).toBeLessThan(0.0008);
  });

  it('is even between 0 and 1', () => {
    const random = Random.of(3, 'even');
    const { mean, deviation } = shares(() => random.next());
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.005);
    expect(Math.abs(deviation - Math.sqrt(1 / 12))).toBeLessThan(0.005);
  });
});
