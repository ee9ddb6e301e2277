import type { Schedule } from './schedule.ts';

/** One read that waits for uplinks. */
export interface Waiting {
  /** True when something was announced since the last call, false when the wait is over. */
  next(): Promise<boolean>;
  end(): void;
}

/** Where the cursors of a log wait until something is appended. */
export class Arrivals {
  readonly #notify = new Set<() => void>();

  constructor(private readonly schedule: Schedule) {}

  /** A wait of `ms` altogether, however often something is announced meanwhile. */
  wait(ms: number): Waiting {
    let over = false;
    let announced = false;
    let settle: ((more: boolean) => void) | undefined;
    const notify = () => {
      if (settle) settle(true);
      else announced = true;
      settle = undefined;
    };
    const end = () => {
      if (over) return;
      over = true;
      cancel();
      this.#notify.delete(notify);
      settle?.(false);
    };
    const cancel = this.schedule(end, ms);
    this.#notify.add(notify);
    return {
      end,
      next: () => {
        if (over) return Promise.resolve(false);
        if (!announced) return new Promise((resolve) => (settle = resolve));
        announced = false;
        return Promise.resolve(true);
      },
    };
  }

  announce(): void {
    for (const notify of [...this.#notify]) notify();
  }
}
