/** What is worth telling at once is tried again so often, so far apart, before it waits for the next regular uplink. */
const RETRIES = 3;
const RETRY_AFTER_MS = 10 * 60_000;

/**
 * What a device tells at once. Every change is told, as parking sensors do with each car: also one that brings back what the platform
 * still believes, because what came in between was lost.
 */
export class News {
  /** When it is to be tried again, UTC ms; Infinity: nothing waits. */
  retryAt = Infinity;
  #seen: number;
  #failures = 0;

  /** @param seen what is so at the beginning, and has been told before */
  constructor(seen: number) {
    this.#seen = seen;
  }

  /** Whether this is another state than the last that was told, or tried. */
  isNew(state: number): boolean {
    return state !== this.#seen;
  }

  /** An uplink with this state has been tried. */
  tried(state: number, at: number, isDelivered: boolean): void {
    const isNew = this.isNew(state);
    this.#seen = state;
    if (isDelivered) return this.forget();
    if (isNew) this.#failures = 0;
    // A regular uplink that is lost while nothing waits is no news.
    else if (this.retryAt === Infinity) return;
    if (this.#failures === RETRIES) return this.forget();
    this.#failures++;
    this.retryAt = at + RETRY_AFTER_MS;
  }

  /** Nothing waits any more. */
  forget(): void {
    this.#failures = 0;
    this.retryAt = Infinity;
  }
}
