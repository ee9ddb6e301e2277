import type { AlertChange } from '@stadtfunk/maintenance';

/** What was decided at a moment, UTC ms. */
export interface Decision {
  readonly at: number;
  readonly changes: readonly AlertChange[];
}

/** What rules decide about one device after the other, to be gone through as it came about in the city. */
export class Decisions {
  readonly #all: { readonly at: number; readonly changes: AlertChange[] }[] = [];

  /** Explanations are for those who look at one alert. Thousands of alerts would fill the memory with them. */
  readonly note = (changes: readonly AlertChange[], at: number): void => {
    this.#all.push({ at, changes: changes.map(withoutExplanation) });
  };

  /** By time; what is decided at the same moment, in the order in which it was noted. */
  inOrder(): readonly Decision[] {
    return this.#all.sort((a, b) => a.at - b.at);
  }
}

function withoutExplanation(change: AlertChange): AlertChange {
  const { explanation: _explanation, ...rest } = change;
  return rest;
}
