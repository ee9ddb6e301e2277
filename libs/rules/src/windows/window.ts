import type { QuantityName } from '@stadtfunk/readings';
import type { ReadingContext } from '../reading-context.ts';

export type Answer = number | bigint | boolean;

/**
 * Something that rules remember of the readings of a device. Readings are taken in one by one as they are evaluated, so
 * that no answer depends on batches. What is remembered stands in the device's state as plain JSON.
 */
export interface Window {
  /** Windows with the same key remember the same. Whoever changes what is remembered has to change the key. */
  readonly key: string;
  /** `asset`: forgotten when the device moves to another one. */
  readonly owner: 'asset' | 'device';
  /** Whether a reading is taken in before the rules judge it, or after. */
  readonly takenIn: 'before' | 'after';
  /** Whether a reading with these quantities can be taken in. */
  concerns(has: (name: QuantityName) => boolean): boolean;
  /** Takes in one reading and gives what is remembered now; may change `memory` in place. */
  takeIn(memory: object | undefined, context: ReadingContext): object | undefined;
}

/** What a condition asks of a window. */
export interface Question {
  /** In canonical spelling, with the span in ms. */
  readonly key: string;
  readonly window: Window;
  /** Undefined where the window has not seen enough. */
  answer(memory: object, context: ReadingContext): Answer | undefined;
  /** Whether a glance shows that there is no answer, whatever the reading says. Absent: it never does. */
  knowsNothing?(memory: object): boolean;
}

/** So many cells a window has at most, besides the newest: readings closer together than this part of the span share one. */
export const CELLS = 48;

/** Parts of what a window remembers, oldest first. */
export interface Cells<Cell extends [fromMs: number, ...rest: unknown[]]> {
  /** UTC ms from which the times of the cells count. Short numbers are written to and read from JSON much faster. */
  z: number;
  c: Cell[];
}

/** Twelve days: up to twice as much, a number is short. */
const MOST_FROM_MS = 2 ** 30;

/** Lets the times of cells count from the oldest, where they have become long. */
export function shorten(cells: Cells<[fromMs: number, ...rest: unknown[]]>, at: number): void {
  const byMs = cells.c[0]?.[0] ?? 0;
  if (byMs === 0 || at - cells.z <= MOST_FROM_MS) return;
  cells.z += byMs;
  for (const cell of cells.c) cell[0] -= byMs;
}
