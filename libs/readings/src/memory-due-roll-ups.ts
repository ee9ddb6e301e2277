import { DueRollUps, type DueRollUp } from './due-roll-ups.ts';
import type { Grain } from './roll-ups.ts';

interface Marks {
  readonly waiting: Set<number>;
  readonly claimed: Set<number>;
}

/** What is due, in memory: the twin of the adapters. */
export class MemoryDueRollUps extends DueRollUps {
  readonly #marks: { readonly [grain in Grain]: Marks } = {
    hour: { waiting: new Set(), claimed: new Set() },
    day: { waiting: new Set(), claimed: new Set() },
  };
  #isBusy = false;

  override async mark(grain: Grain, starts: readonly number[]): Promise<void> {
    for (const start of starts) this.#marks[grain].waiting.add(start);
  }

  override async within(from: number, to: number): Promise<readonly DueRollUp[]> {
    return (['hour', 'day'] as const)
      .flatMap((grain) => {
        const { waiting, claimed } = this.#marks[grain];
        return [...new Set([...waiting, ...claimed])].map((start) => ({ grain, start }));
      })
      .filter(({ start }) => start >= from && start < to)
      .sort((a, b) => a.start - b.start);
  }

  override async claim(grain: Grain, before: number, limit: number): Promise<readonly number[]> {
    const { waiting, claimed } = this.#marks[grain];
    const oldest = (starts: Iterable<number>) => [...starts].filter((start) => start < before).sort((a, b) => a - b);
    for (const start of oldest(waiting)) {
      if (claimed.size >= limit) break;
      waiting.delete(start);
      claimed.add(start);
    }
    return oldest(claimed).slice(0, limit);
  }

  override async finish(grain: Grain, starts: readonly number[], days: readonly number[]): Promise<void> {
    for (const start of starts) this.#marks[grain].claimed.delete(start);
    for (const day of days) this.#marks.day.waiting.add(day);
  }

  override async exclusively<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.#isBusy) return undefined;
    this.#isBusy = true;
    try {
      return await work();
    } finally {
      this.#isBusy = false;
    }
  }
}
