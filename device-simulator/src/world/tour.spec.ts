import { describe, expect, it } from 'vitest';
import { CityClock } from './city-clock.ts';
import { Tour } from './tour.ts';

const DAY = 86_400_000;
const clock = new CityClock();

/** Local dates of a span on which the tour goes. */
function datesOf(tour: Tour, from: number, days: number): readonly string[] {
  const first = from / DAY;
  return Array.from({ length: days }, (_, index) => clock.day(first + index))
    .filter((day) => tour.goes(day))
    .map(({ number }) => new Date(number * DAY).toISOString().slice(5, 10));
}

describe('a tour', () => {
  it('goes on its weekdays, and on the next day where one is a public holiday', () => {
    const mondays = new Tour(1, clock, [0], 1, 7, 6);
    // Easter Monday 2026 is 6 April, Whit Monday 25 May.
    expect(datesOf(mondays, Date.UTC(2026, 2, 30), 16)).toEqual(['03-30', '04-07', '04-13']);
    // Christmas 2026: Friday and Saturday are holidays, so Friday is made up for on Monday.
    const fridays = new Tour(1, clock, [4], 1, 7, 6);
    expect(datesOf(fridays, Date.UTC(2026, 11, 14), 21)).toEqual(['12-18', '12-28', '01-02']);
  });

  it('goes every other week where it is set so', () => {
    const dates = datesOf(new Tour(1, clock, [1], 2, 7, 6), Date.UTC(2026, 8, 1), 42);
    expect(dates).toHaveLength(3);
  });

  it('comes to the first bin about its hour, local time, and to the last six hours later, in summer as in winter', () => {
    const tour = new Tour(5, clock, [0, 1, 2, 3, 4], 1, 7, 6);
    for (const [date, offset] of [
      [Date.UTC(2026, 0, 14), 1],
      [Date.UTC(2026, 6, 15), 2],
    ] as const) {
      const day = clock.dayAt(date + 43_200_000);
      const hours = (tour.comesAt(day, 0) - date) / 3_600_000 + offset;
      expect(hours).toBeGreaterThanOrEqual(6.5);
      expect(hours).toBeLessThanOrEqual(7.5);
      expect(tour.comesAt(day, 1) - tour.comesAt(day, 0)).toBe(6 * 3_600_000);
    }
    expect(tour.comesAt(clock.dayAt(Date.UTC(2026, 6, 19, 12)), 0)).toBeNaN();
  });
});
