import { DAY_MS, localTime, momentOfLocal } from '@stadtfunk/kernel';

const MINUTE_MS = 60_000;

/** What `<input type="datetime-local">` shows for a moment (UTC ms), by the clocks of a zone. */
export function toLocalField(time: number, zone: string): string {
  return new Date(localTime(time, zone)).toISOString().slice(0, 16);
}

/** The moment (UTC ms) that such a field means in a zone; undefined: it is empty or no time. */
export function ofLocalField(text: string, zone: string): number | undefined {
  const local = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? Date.parse(`${text.slice(0, 16)}:00Z`) : NaN;
  return Number.isNaN(local) ? undefined : momentOfLocal(local, zone);
}

/** The same as the API has it; null where the field is empty. */
export function isoOfLocalField(text: string, zone: string): string | null {
  const time = ofLocalField(text, zone);
  return time === undefined ? null : new Date(time).toISOString();
}

/** The next full five minutes after a moment. */
export function roundedUp(time: number): number {
  return Math.ceil(time / (5 * MINUTE_MS)) * 5 * MINUTE_MS;
}

/** What is wrong with an end; null: nothing. */
export function endProblem(end: number | undefined, now: number, mostDays: number): 'missing' | 'tooLong' | null {
  if (end === undefined || end <= now) return 'missing';
  return end - now > mostDays * DAY_MS ? 'tooLong' : null;
}
