import { DAY_MS, publicHolidays, zoneOffsetMs, type FederalState } from '@stadtfunk/kernel';

/** What tells the time of a city. */
export interface CalendarOptions {
  /** IANA time zone. */
  readonly zone: string;
  /** Whose public holidays count. */
  readonly federalState: FederalState;
}

export const DEFAULT_CALENDAR: CalendarOptions = { zone: 'Europe/Berlin', federalState: 'HE' };

const HOUR_MS = 3_600_000;
/** Clocks everywhere change at full quarters of an hour of UTC, so within one they stay as far ahead as at its start. */
const QUARTER_MS = 15 * 60_000;
const WEEKDAYS = [1n, 2n, 3n, 4n, 5n, 6n, 7n] as const;

/**
 * The calendar of a city. What it was last asked is kept, because readings come in order of time, more or less; no answer
 * depends on that.
 */
export class Calendar {
  readonly options: CalendarOptions;
  #quarter = NaN;
  #offsetMs = 0;
  #year = NaN;
  #holidays: ReadonlyMap<number, string> = new Map();

  constructor(options: CalendarOptions) {
    this.options = options;
  }

  /** What the clocks show, 0 to 24, with the fraction of the hour. In autumn an hour is shown twice, in spring none. */
  localHour(at: number): number {
    const local = this.#localTime(at);
    return (local - startOfDay(local)) / HOUR_MS;
  }

  /** 1 is Monday, 7 Sunday (ISO 8601); a whole number of CEL. */
  weekday(at: number): bigint {
    // 1 January 1970 was a Thursday.
    const days = Math.floor(this.#localTime(at) / DAY_MS) + 3;
    return WEEKDAYS[((days % 7) + 7) % 7]!;
  }

  /** Whether the local date is a public holiday of the federal state. */
  holiday(at: number): boolean {
    const day = startOfDay(this.#localTime(at));
    const year = new Date(day).getUTCFullYear();
    if (year !== this.#year) {
      this.#holidays = publicHolidays(year, this.options.federalState);
      this.#year = year;
    }
    return this.#holidays.has(day);
  }

  #localTime(at: number): number {
    const quarter = Math.floor(at / QUARTER_MS);
    if (quarter !== this.#quarter) {
      this.#offsetMs = zoneOffsetMs(quarter * QUARTER_MS, this.options.zone);
      this.#quarter = quarter;
    }
    return at + this.#offsetMs;
  }
}

function startOfDay(local: number): number {
  return Math.floor(local / DAY_MS) * DAY_MS;
}
