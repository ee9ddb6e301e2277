interface Waiting {
  readonly task: () => Promise<boolean>;
  readonly isWanted: () => boolean;
  readonly resolve: (outcome: boolean | 'unwanted') => void;
  readonly reject: (thrown: unknown) => void;
}

/** Runs a few expensive checks at once, first come first served, and refuses what would wait too long. */
export class VerificationQueue {
  readonly #waiting: Waiting[] = [];
  #running = 0;

  constructor(
    private readonly maxRunning: number,
    private readonly maxWaiting: number,
  ) {}

  get size(): number {
    return this.#running + this.#waiting.length;
  }

  /** `busy` at once if too many wait; `unwanted` if nobody wants the answer any more when its turn comes. */
  run(task: () => Promise<boolean>, isWanted: () => boolean): Promise<boolean | 'busy' | 'unwanted'> {
    if (this.#running >= this.maxRunning && this.#waiting.length >= this.maxWaiting) return Promise.resolve('busy');
    return new Promise((resolve, reject) => {
      this.#waiting.push({ task, isWanted, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    while (this.#running < this.maxRunning) {
      const next = this.#waiting.shift();
      if (!next) return;
      if (!next.isWanted()) {
        next.resolve('unwanted');
        continue;
      }
      this.#running += 1;
      const settled = () => {
        this.#running -= 1;
        this.#next();
      };
      void next.task().then(next.resolve, next.reject).finally(settled);
    }
  }
}
