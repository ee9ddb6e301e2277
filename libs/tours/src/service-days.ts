import { DAY_MS, localTime, momentOfLocal } from '@stadtfunk/kernel';

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Where a department works on which days. */
export interface ServiceDayRule {
  readonly department: string;
  /** Absent: in all districts that no rule names. */
  readonly district?: string;
  readonly weekdays: readonly Weekday[];
}

/** The days of service of a city. Where no rule fits, it is from Monday to Friday. */
export type ServiceDays = readonly ServiceDayRule[];

export interface ServicePlace {
  readonly department: string;
  readonly district: string | null;
}

const WORKING_DAYS: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri'];
/** Beyond any row of holidays. */
const FURTHEST_DAYS = 60;

/** The day of a city's calendar, `2026-11-24`, at a moment. */
export function dayAt(time: number, zone: string): string {
  return dayOf(localTime(time, zone));
}

/** When a day begins in a zone, UTC ms. */
export function startOfDay(day: string, zone: string): number {
  return momentOfLocal(Date.parse(day), zone);
}

export function isDay(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : NaN;
  return !Number.isNaN(time) && dayOf(time) === text;
}

export function isServiceDay(days: ServiceDays, { department, district }: ServicePlace, day: string): boolean {
  const own = days.filter((rule) => rule.department === department);
  const rule = own.find((each) => each.district === district) ?? own.find((each) => each.district === undefined);
  // 1 January 1970 was a Thursday.
  const weekday = WEEKDAYS[(Date.parse(day) / DAY_MS + 3) % 7]!;
  return (rule?.weekdays ?? WORKING_DAYS).includes(weekday);
}

/** The next day of service after a day, without those on which nobody works; undefined: none in sight. */
export function nextServiceDay(
  days: ServiceDays,
  place: ServicePlace,
  after: string,
  isHoliday: (day: string) => boolean = () => false,
): string | undefined {
  for (let step = 1; step <= FURTHEST_DAYS; step++) {
    const day = dayOf(Date.parse(after) + step * DAY_MS);
    if (isServiceDay(days, place, day) && !isHoliday(day)) return day;
  }
  return undefined;
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
