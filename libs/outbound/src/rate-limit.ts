export interface Rate {
  readonly count: number;
  readonly withinMs: number;
}

/** Lets so many through in any span of time. */
export class RateLimit {
  readonly #rate: Rate;
  readonly #passedAt: number[] = [];

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  /** 0: one may go now, and counts; else how long until it is worth asking again, ms. */
  waitMs(now: number): number {
    const { count, withinMs } = this.#rate;
    // A clock that was set back must not close the door for as long.
    const isPast = (at: number) => now - at >= withinMs || at > now;
    while (this.#passedAt[0] !== undefined && isPast(this.#passedAt[0])) this.#passedAt.shift();
    const [oldest] = this.#passedAt;
    if (oldest !== undefined && this.#passedAt.length >= count) return oldest + withinMs - now;
    this.#passedAt.push(now);
    return 0;
  }
}
