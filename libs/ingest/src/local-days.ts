import { localTime } from '@stadtfunk/kernel';
import { endOfLocalDay, startOfLocalDay } from '@stadtfunk/readings';

/** The calendar day of a moment (UTC ms) in a zone: `2026-11-21`. */
export function localDate(time: number, zone: string): string {
  return new Date(localTime(time, zone)).toISOString().slice(0, 10);
}

/** The same for many moments, most of them of one day: what a zone's clocks show is costly to ask. */
export class LocalDays {
  #start = Infinity;
  #end = -Infinity;
  #day = '';

  constructor(private readonly zone: string) {}

  dayOf(time: number): string {
    if (time < this.#start || time >= this.#end) {
      this.#start = startOfLocalDay(time, this.zone);
      this.#end = endOfLocalDay(time, this.zone);
      this.#day = localDate(time, this.zone);
    }
    return this.#day;
  }
}
