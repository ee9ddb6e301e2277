import { DAY_MS, momentOfLocal, publicHolidays, type FederalState } from '@stadtfunk/kernel';

/** One local date. On the days of a clock change it is 23 or 25 hours long. */
export interface Day {
  /** Days from 1 January 1970 to this date. */
  readonly number: number;
  /** UTC ms at which it begins and ends. */
  readonly start: number;
  readonly end: number;
  /** 0 is Monday. */
  readonly weekday: number;
  /** 0 is January. */
  readonly month: number;
  readonly dayOfMonth: number;
  readonly isHoliday: boolean;
  /** Index into what is laid out by kind of day: 0 a working day, 1 Saturday, 2 Sunday or public holiday. */
  readonly kind: 0 | 1 | 2;
  /** From the Monday before the first Sunday of Advent to the 22nd of December: the weeks of the Christmas market. */
  readonly isAdvent: boolean;
}

/** A city's calendar. Days are worked out once and kept: reckoning in time zones takes longer than a day of a bin. */
export class CityClock {
  readonly #days = new Map<number, Day>();
  readonly #holidays = new Map<number, ReadonlyMap<number, string>>();
  #last: Day;

  constructor(
    readonly zone = 'Europe/Berlin',
    readonly federalState: FederalState = 'HE',
  ) {
    this.#last = this.day(0);
  }

  /** The local date of a moment, UTC ms. */
  dayAt(at: number): Day {
    const last = this.#last;
    if (at >= last.start && at < last.end) return last;
    let day = this.day(Math.floor(at / DAY_MS));
    while (day.end <= at) day = this.day(day.number + 1);
    while (day.start > at) day = this.day(day.number - 1);
    this.#last = day;
    return day;
  }

  day(number: number): Day {
    let day = this.#days.get(number);
    if (!day) this.#days.set(number, (day = this.#make(number)));
    return day;
  }

  /** UTC ms at which clocks show this hour (0..24, with fraction) of a date. */
  momentOf(dayNumber: number, hour: number): number {
    const { start, end } = this.day(dayNumber);
    if (end - start === DAY_MS) return start + hour * 3_600_000;
    return momentOfLocal(dayNumber * DAY_MS + hour * 3_600_000, this.zone);
  }

  #make(number: number): Day {
    const date = new Date(number * DAY_MS);
    const weekday = (((number + 3) % 7) + 7) % 7;
    const isHoliday = this.#holidaysOf(date.getUTCFullYear()).has(number * DAY_MS);
    return {
      number,
      start: momentOfLocal(number * DAY_MS, this.zone),
      end: momentOfLocal((number + 1) * DAY_MS, this.zone),
      weekday,
      month: date.getUTCMonth(),
      dayOfMonth: date.getUTCDate(),
      isHoliday,
      kind: isHoliday || weekday === 6 ? 2 : weekday === 5 ? 1 : 0,
      isAdvent: isAdvent(number, date.getUTCFullYear()),
    };
  }

  #holidaysOf(year: number): ReadonlyMap<number, string> {
    let holidays = this.#holidays.get(year);
    if (!holidays) this.#holidays.set(year, (holidays = publicHolidays(year, this.federalState)));
    return holidays;
  }
}

function isAdvent(number: number, year: number): boolean {
  const christmas = Date.UTC(year, 11, 25) / DAY_MS;
  // The fourth Sunday of Advent is the last one before Christmas Day.
  const sundaysAway = ((((christmas + 3) % 7) + 7) % 7) + 1;
  const firstMonday = christmas - sundaysAway - 27;
  return number >= firstMonday && number <= christmas - 3;
}
