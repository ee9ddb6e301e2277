/** What a broker is asked to take at a time, where nobody says otherwise: a TLS handshake is some milliseconds of its CPU. */
export const CONNECTS_PER_SECOND = 500;

/** Who may connect when, so that a fleet does not fall upon a broker all at once. */
export class ConnectPace {
  readonly #betweenMs: number;
  #nextAt = -Infinity;

  /** @param perSecond Infinity: all at once */
  constructor(perSecond: number) {
    this.#betweenMs = 1_000 / perSecond;
  }

  /** How long the next one has to wait. @param now any clock that only goes forward, ms */
  delayMs(now: number): number {
    const at = Math.max(now, this.#nextAt);
    this.#nextAt = at + this.#betweenMs;
    return at - now;
  }
}
