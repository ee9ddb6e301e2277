import { DAY_MS, localTime, momentOfLocal, publicHolidays, type FederalState } from '@stadtfunk/kernel';

/** On one day of the week, by the clocks of the zone. */
export interface WeeklySpan {
  /** 1 is Monday, 7 Sunday (ISO 8601). */
  readonly weekday: number;
  /** After the midnight that begins the day, as the clocks show it, ms. */
  readonly fromMs: number;
  /** Beyond 24 hours: it ends on the next day. */
  readonly toMs: number;
}

/** Times that come back every week. */
export interface WeeklyTimes {
  /** IANA name. */
  readonly zone: string;
  /** Whose public holidays are left out; null: none. */
  readonly holidaysOf: FederalState | null;
  /** Sorted by day and beginning. */
  readonly weekly: readonly WeeklySpan[];
  /** Dates that are left out besides, as UTC ms of their midnight. */
  readonly closed: ReadonlySet<number>;
}

/** A stretch of time, UTC ms. */
export type Span = readonly [start: number, end: number];

/** Nobody plans further ahead; ends the search in a calendar that is nearly empty. */
const MOST_DAYS = 3_660;

/** The date on which the clocks stand at a moment, as UTC ms of its midnight. */
export function localDate(at: number, zone: string): number {
  return startOfDay(localTime(at, zone));
}

export function startOfDay(local: number): number {
  return Math.floor(local / DAY_MS) * DAY_MS;
}

/** 1 is Monday, 7 Sunday. 1 January 1970 was a Thursday. */
export function weekdayOf(date: number): number {
  return ((((date / DAY_MS + 3) % 7) + 7) % 7) + 1;
}

/**
 * The stretches that lie around and after a moment, in order, none overlapping another. They are as long as they really are:
 * a night in which the clocks change has an hour less or more.
 */
export function* spansFrom(times: WeeklyTimes, at: number): Generator<Span, void> {
  // What began on the day before may reach into this one.
  const first = localDate(at, times.zone) - DAY_MS;
  let reached = -Infinity;
  for (let day = 0; day < MOST_DAYS; day++) {
    for (const [from, end] of spansOn(times, first + day * DAY_MS)) {
      const start = Math.max(from, reached);
      if (end <= start) continue;
      yield [start, end];
      reached = end;
    }
  }
}

/** The stretches that begin on a date. */
export function spansOn(times: WeeklyTimes, date: number): readonly Span[] {
  if (isLeftOut(times, date)) return [];
  const weekday = weekdayOf(date);
  return times.weekly
    .filter((span) => span.weekday === weekday)
    .map(({ fromMs, toMs }) => [momentOfLocal(date + fromMs, times.zone), momentOfLocal(date + toMs, times.zone)]);
}

/** Whether nobody works on a date, whatever the day of the week. */
export function isLeftOut({ closed, holidaysOf }: Pick<WeeklyTimes, 'closed' | 'holidaysOf'>, date: number): boolean {
  if (closed.has(date)) return true;
  return holidaysOf !== null && publicHolidays(new Date(date).getUTCFullYear(), holidaysOf).has(date);
}
