import { DAY_MS } from '@stadtfunk/kernel';
import { localDate, spansFrom, spansOn, type WeeklyTimes } from './weekly-times.ts';

/** So many days ahead a working day is looked for. */
const MOST_DAYS = 3_660;

/** The moment at which so much working time has passed since `from`; null: not within ten years. */
export function addWorkingTime(hours: WeeklyTimes, from: number, durationMs: number): number | null {
  if (durationMs <= 0) return from;
  let left = durationMs;
  for (const [start, end] of spansFrom(hours, from)) {
    const begin = Math.max(start, from);
    if (end <= begin) continue;
    if (end - begin >= left) return begin + left;
    left -= end - begin;
  }
  return null;
}

/** How much working time lies between two moments, ms. */
export function workingTimeBetween(hours: WeeklyTimes, from: number, to: number): number {
  let sum = 0;
  for (const [start, end] of spansFrom(hours, from)) {
    if (start >= to) break;
    sum += Math.max(0, Math.min(end, to) - Math.max(start, from));
  }
  return sum;
}

/** When work ends on the n-th working day after the date of `from`, which does not count; null: not within ten years. */
export function endOfWorkingDay(hours: WeeklyTimes, from: number, days: number): number | null {
  const today = localDate(from, hours.zone);
  let left = days;
  for (let day = 1; day <= MOST_DAYS; day++) {
    const spans = spansOn(hours, today + day * DAY_MS);
    if (spans.length > 0 && --left === 0) return Math.max(...spans.map(([, end]) => end));
  }
  return null;
}
