import { zoneOffsetMs } from '@stadtfunk/kernel';

/** UTC ms at which the calendar day of `time` began in a zone (`Europe/Berlin`). Days have 23 to 25 hours. */
export function startOfLocalDay(time: number, zone: string): number {
  const local = time + zoneOffsetMs(time, zone);
  const midnight = local - modulo(local, 86_400_000);
  // The clocks may have changed between midnight and now.
  return midnight - zoneOffsetMs(midnight - zoneOffsetMs(time, zone), zone);
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by;
