import { Fault } from '@stadtfunk/kernel';

/** What is kept, each class for a time of its own. */
export type DataClass = 'reading' | 'hour' | 'day';
export const DATA_CLASSES = ['reading', 'hour', 'day'] as const satisfies readonly DataClass[];

/** For how many days each class of data is kept; null: for ever. */
export type Retention = { readonly [dataClass in DataClass]: number | null };

export const KEEP_FOR_EVER: Retention = { reading: null, hour: null, day: null };

const DAY_MS = 86_400_000;

/** UTC ms before which a class of data is not kept. */
export function keptSince(retention: Retention, dataClass: DataClass, now: number): number {
  const days = retention[dataClass];
  return days === null ? -Infinity : now - days * DAY_MS;
}

/**
 * Days are made from hours and hours from readings, so none may be kept for a shorter time than what it is made from.
 * Faults: `retention.invalid`.
 */
export function checkRetention(retention: Retention): void {
  const days = DATA_CLASSES.map((dataClass) => retention[dataClass] ?? Infinity);
  const isOrdered = days[0]! <= days[1]! && days[1]! <= days[2]!;
  if (isOrdered && days.every((each) => each >= 1)) return;
  const detail = 'readings, hours and days are kept for a day or more, each as long as the one before or longer';
  throw new Fault('retention.invalid', detail, false);
}
