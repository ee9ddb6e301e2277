import { ln } from './exact.ts';

/**
 * A seeded source of chance: the same seed gives the same numbers on any machine (sfc32 of PractRand: 128 bits of state, so that
 * the streams of a million things do not meet).
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #count = 1;

  constructor(seed: number, salt = 0) {
    this.#a = seed | 0;
    this.#b = salt | 0;
    this.#c = 0x9e3779b9 | 0;
    for (let round = 0; round < 12; round++) this.next();
  }

  /** A stream of its own for each name, so that what one draws changes nothing for the others (FNV-1a over the names, twice). */
  static of(seed: number, ...names: readonly string[]): Random {
    let hash = 0x811c9dc5 ^ seed;
    let other = 0x27d4eb2f ^ seed;
    for (const name of names) {
      for (let index = 0; index < name.length; index++) {
        const code = name.charCodeAt(index);
        hash = Math.imul(hash ^ code, 0x01000193);
        other = Math.imul(other ^ (code + 0x5bd1), 0x01000193);
      }
      hash = Math.imul(hash ^ 0x2f, 0x01000193);
      other = Math.imul(other ^ (other >>> 15) ^ 0x2f, 0x85ebca6b);
    }
    return new Random(hash, other);
  }

  /** 0 <= x < 1 */
  next(): number {
    const sum = (this.#a + this.#b + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4294967296;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  integer(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)]!;
  }

  normal(mean: number, deviation: number): number {
    return mean + deviation * normalQuantile(this.next() + 1 / 8589934592);
  }

  /** What passes until something happens that happens once per `mean` on average. */
  exponential(mean: number): number {
    return -mean * ln(1 - this.next());
  }
}

/** The inverse of the normal distribution by rational functions, relative error 1.2e-9 (P. J. Acklam). 0 < p < 1. */
function normalQuantile(p: number): number {
  const fromMiddle = p - 0.5;
  if (Math.abs(fromMiddle) <= 0.47575) {
    const r = fromMiddle * fromMiddle;
    const numerator =
      ((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
        30.66479806614716) *
        r +
      2.506628277459239;
    const denominator =
      ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
        13.28068155288572) *
        r +
      1;
    return (fromMiddle * numerator) / denominator;
  }
  const q = Math.sqrt(-2 * ln(fromMiddle < 0 ? p : 1 - p));
  const numerator =
    ((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q +
      4.374664141464968) *
      q +
    2.938163982698783;
  const denominator =
    (((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1;
  return fromMiddle < 0 ? numerator / denominator : -numerator / denominator;
}
