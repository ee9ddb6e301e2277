import { DAY_MS } from '@stadtfunk/kernel';
import { spansFrom, type WeeklyTimes } from './weekly-times.ts';

/** Quiet hours without an end would keep a message for ever. */
const LONGEST_MS = 8 * DAY_MS;

/** When the quiet hours around a moment end, those that follow on without a gap included; null: it is not quiet. */
export function quietUntil(quiet: WeeklyTimes, at: number): number | null {
  let until: number | null = null;
  for (const [start, end] of spansFrom(quiet, at)) {
    if (end <= at) continue;
    if (start > (until ?? at) || start > at + LONGEST_MS) break;
    until = end;
  }
  return until;
}

/** Whether there is a time of the week that is not quiet. */
export function leavesTime(quiet: WeeklyTimes): boolean {
  const monday = 4 * DAY_MS;
  const until = quietUntil(quiet, monday);
  return until === null || until - monday < LONGEST_MS;
}
