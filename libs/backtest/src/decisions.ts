import type { AlertChange } from '@stadtfunk/maintenance';

/** What was decided at a moment, UTC ms. */
export interface Decision {
  readonly at: number;
  readonly changes: readonly AlertChange[];
}

/** What rules decide about one device after the other, to be gone through as it came about in the city. */
export class Decisions {
  readonly #all: Decision[] = [];

  #alerts = 0;

  /** How many alerts were raised. */
  get alerts(): number {
    return this.#alerts;
  }

  readonly note = (changes: readonly AlertChange[], at: number): void => {
    for (const { type } of changes) if (type === 'raise') this.#alerts++;
    this.#all.push({ at, changes });
  };

  /** By time; what is decided at the same moment, in the order in which it was noted. */
  inOrder(): readonly Decision[] {
    return this.#all.sort((a, b) => a.at - b.at);
  }
}
