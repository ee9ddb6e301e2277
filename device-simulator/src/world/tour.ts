import type { CityClock, Day } from './city-clock.ts';
import { lattice } from './noise.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** A tour that should have gone further back than this is not made up for. */
const LONGEST_REST_DAYS = 7;

/** When the bins of one fraction in one district are emptied. A day that is a public holiday is made up for on the next. */
export class Tour {
  readonly #seed: number;

  /**
   * @param weekdays 0 is Monday
   * @param everyWeeks 1, or 2 for every other week
   * @param hour local time at which it begins; it is under way for `hours`, and half an hour early or late
   */
  constructor(
    seed: number,
    private readonly clock: CityClock,
    private readonly weekdays: readonly number[],
    private readonly everyWeeks: number,
    private readonly hour: number,
    private readonly hours: number,
  ) {
    this.#seed = seed;
  }

  /** UTC ms at which it comes by on this day, NaN if not. `position` is 0 for the first bin of the tour, 1 for the last. */
  comesAt(day: Day, position: number): number {
    if (!this.goes(day)) return NaN;
    const lateMinutes = Math.round(60 * lattice(this.#seed, day.number) - 30);
    const underWay = Math.round(position * this.hours * 60);
    return day.start + this.hour * HOUR_MS + (lateMinutes + underWay) * MINUTE_MS;
  }

  goes(day: Day): boolean {
    if (this.#isRegular(day)) return !day.isHoliday;
    if (day.isHoliday || day.weekday === 6) return false;
    for (let back = 1; back <= LONGEST_REST_DAYS; back++) {
      const before = this.clock.day(day.number - back);
      if (!before.isHoliday && before.weekday !== 6) return false;
      if (before.isHoliday && this.#isRegular(before)) return true;
    }
    return false;
  }

  /** The last day before this moment on which it went. */
  lastBefore(at: number): Day {
    let day = this.clock.dayAt(at);
    do day = this.clock.day(day.number - 1);
    while (!this.goes(day));
    return day;
  }

  #isRegular(day: Day): boolean {
    if (!this.weekdays.includes(day.weekday)) return false;
    // 5 January 1970 was a Monday.
    return this.everyWeeks === 1 || Math.floor((day.number - 4) / 7) % this.everyWeeks === 0;
  }
}
