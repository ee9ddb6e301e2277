import { zoneOffsetMs } from '@stadtfunk/kernel';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** UTC ms at which the calendar day of `time` began in a zone (`Europe/Berlin`). Days have 23 to 25 hours. */
export function startOfLocalDay(time: number, zone: string): number {
  const local = time + zoneOffsetMs(time, zone);
  const midnight = local - modulo(local, DAY_MS);
  // The clocks may have changed between midnight and now.
  return midnight - zoneOffsetMs(midnight - zoneOffsetMs(time, zone), zone);
}

/** UTC ms at which the calendar day of `time` ends in a zone: the start of the next one. */
export function endOfLocalDay(time: number, zone: string): number {
  // Days have 23 to 25 hours: 26 hours after its start it is the next one.
  return startOfLocalDay(startOfLocalDay(time, zone) + 26 * HOUR_MS, zone);
}

/**
 * The hour of `time` in a zone, [start, end) in UTC ms. Hours are counted from the start of the local day, so that they
 * fill it without gaps; where clocks change by half an hour, the last hour of that day is a short one.
 */
export function localHourOf(time: number, zone: string): readonly [start: number, end: number] {
  const day = startOfLocalDay(time, zone);
  const start = time - modulo(time - day, HOUR_MS);
  return [start, Math.min(start + HOUR_MS, endOfLocalDay(time, zone))];
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by;
