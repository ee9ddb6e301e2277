/** A seeded source of chance of its own: xorshift128, seeded by a linear congruence. */
export class Chance {
  readonly #words = new Uint32Array(4);

  constructor(seed: number) {
    let word = seed >>> 0;
    for (let index = 0; index < 4; index++) {
      word = (Math.imul(word, 1664525) + 1013904223) >>> 0;
      this.#words[index] = word;
    }
    for (let round = 0; round < 16; round++) this.uniform();
  }

  /** 0 < x < 1 */
  uniform(): number {
    const words = this.#words;
    let mixed = words[3]!;
    mixed ^= mixed << 11;
    mixed ^= mixed >>> 8;
    words.copyWithin(1, 0, 3);
    words[0] = mixed ^ words[1]! ^ (words[1]! >>> 19);
    return (words[0] + 0.5) / 4294967296;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  exponential(mean: number): number {
    return -mean * Math.log(this.uniform());
  }

  normal(mean = 0, deviation = 1): number {
    return mean + deviation * Math.sqrt(-2 * Math.log(this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.uniform() * items.length)]!;
  }
}
