import { DAY_MS, FEDERAL_STATES, localTime } from '@stadtfunk/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spansFrom, type WeeklyTimes } from './weekly-times.ts';
import { addWorkingTime, endOfWorkingDay, workingTimeBetween } from './working-time.ts';

const HOUR = 3_600_000;
const berlin = (text: string) => Date.parse(text);
const shown = (time: number | null) =>
  time !== null && new Date(localTime(time, 'Europe/Berlin')).toISOString().slice(0, 16);

/** Monday to Friday, 7 to 16. */
const OFFICE: WeeklyTimes = {
  zone: 'Europe/Berlin',
  holidaysOf: 'HE',
  weekly: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, fromMs: 7 * HOUR, toMs: 16 * HOUR })),
  closed: new Set(),
};
const ALWAYS: WeeklyTimes = {
  ...OFFICE,
  holidaysOf: null,
  weekly: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, fromMs: 0, toMs: DAY_MS })),
};

describe('working time', () => {
  it.each([
    ['within a day', '2026-11-18T09:00+01:00', 2, '2026-11-18T11:00'],
    ['over the night', '2026-11-18T15:00+01:00', 2, '2026-11-19T08:00'],
    ['from before work begins', '2026-11-18T03:00+01:00', 2, '2026-11-18T09:00'],
    ['to the very end of a day', '2026-11-18T07:00+01:00', 9, '2026-11-18T16:00'],
    ['over a weekend', '2026-11-20T15:00+01:00', 2, '2026-11-23T08:00'],
    ['from a weekend', '2026-11-21T12:00+01:00', 1, '2026-11-23T08:00'],
    ['over Easter, with Good Friday and Monday', '2026-04-02T15:00+02:00', 2, '2026-04-07T08:00'],
    ['over Christmas and New Year', '2026-12-24T15:00+01:00', 29, '2026-12-31T08:00'],
    ['over the night in which the clocks are put forward', '2026-03-27T15:00+01:00', 2, '2026-03-30T08:00'],
    ['over the night in which they are put back', '2026-10-23T15:00+02:00', 2, '2026-10-26T08:00'],
  ])('%s', (_name, from, hours, due) => {
    expect(shown(addWorkingTime(OFFICE, berlin(from), hours * HOUR))).toBe(due);
  });

  it('counts the hours that pass on days of 23 and 25 hours', () => {
    expect(shown(addWorkingTime(ALWAYS, berlin('2026-03-29T00:00+01:00'), 23 * HOUR))).toBe('2026-03-30T00:00');
    expect(shown(addWorkingTime(ALWAYS, berlin('2026-10-25T00:00+02:00'), 25 * HOUR))).toBe('2026-10-26T00:00');
    const night = { ...OFFICE, weekly: [{ weekday: 6, fromMs: 22 * HOUR, toMs: 30 * HOUR }] };
    expect(workingTimeBetween(night, berlin('2026-03-28T00:00Z'), berlin('2026-03-30T00:00Z'))).toBe(7 * HOUR);
    expect(workingTimeBetween(night, berlin('2026-10-24T00:00Z'), berlin('2026-10-26T00:00Z'))).toBe(9 * HOUR);
  });

  it('leaves out holidays of the own state only, and dates that are closed besides', () => {
    // Corpus Christi 2026: a holiday in Hesse, none in Berlin.
    const from = berlin('2026-06-03T15:00+02:00');
    expect(shown(addWorkingTime(OFFICE, from, 2 * HOUR))).toBe('2026-06-05T08:00');
    expect(shown(addWorkingTime({ ...OFFICE, holidaysOf: 'BE' }, from, 2 * HOUR))).toBe('2026-06-04T08:00');
    const closed = new Set([Date.UTC(2026, 5, 5)]);
    expect(shown(addWorkingTime({ ...OFFICE, closed }, from, 2 * HOUR))).toBe('2026-06-08T08:00');
  });

  it('ends with the n-th working day after the date', () => {
    const due = (from: string, days: number) => shown(endOfWorkingDay(OFFICE, berlin(from), days));
    expect(due('2026-11-18T09:00+01:00', 1)).toBe('2026-11-19T16:00');
    expect(due('2026-11-18T23:59+01:00', 1)).toBe('2026-11-19T16:00');
    expect(due('2026-11-21T09:00+01:00', 1)).toBe('2026-11-23T16:00');
    expect(due('2026-04-02T09:00+02:00', 1)).toBe('2026-04-07T16:00');
    expect(due('2026-03-27T09:00+01:00', 2)).toBe('2026-03-31T16:00');
  });

  it('gives up where there is hardly any', () => {
    const christmas = { ...OFFICE, weekly: [], closed: new Set<number>() };
    expect(addWorkingTime(christmas, 0, 1)).toBeNull();
    expect(endOfWorkingDay(christmas, 0, 1)).toBeNull();
  });

  const spans = fc
    .array(
      fc.record({
        weekday: fc.integer({ min: 1, max: 7 }),
        from: fc.integer({ min: 0, max: 47 }),
        length: fc.integer({ min: 1, max: 47 }),
      }),
      { minLength: 1, maxLength: 6 },
    )
    .map((list) =>
      list
        .map(({ weekday, from, length }) => ({
          weekday,
          fromMs: from * (HOUR / 2),
          toMs: (from + length) * (HOUR / 2),
        }))
        .sort((a, b) => a.weekday - b.weekday || a.fromMs - b.fromMs),
    );
  const hours: fc.Arbitrary<WeeklyTimes> = fc.record({
    zone: fc.constantFrom('Europe/Berlin', 'America/Nuuk', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'),
    holidaysOf: fc.option(fc.constantFrom(...FEDERAL_STATES)),
    weekly: spans,
    closed: fc.array(fc.integer({ min: 0, max: 800 })).map((days) => {
      return new Set(days.map((day) => Date.UTC(2026, 0, 1) + day * DAY_MS));
    }),
  });
  const moment = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 5, 1) });
  const duration = fc.integer({ min: 1, max: 100 * HOUR });

  it('is the time between its beginning and its end, whatever the calendar', () => {
    fc.assert(
      fc.property(hours, moment, duration, (times, from, ms) => {
        const due = addWorkingTime(times, from, ms)!;
        expect(workingTimeBetween(times, from, due)).toBe(ms);
        expect(workingTimeBetween(times, from, due - 1)).toBe(ms - 1);
      }),
      { numRuns: 60 },
    );
  });

  it('comes to the same in one go and in two', () => {
    fc.assert(
      fc.property(hours, moment, duration, duration, (times, from, one, other) => {
        const between = addWorkingTime(times, from, one)!;
        expect(addWorkingTime(times, between, other)).toBe(addWorkingTime(times, from, one + other));
      }),
      { numRuns: 50 },
    );
  });

  it('lies in stretches that neither overlap nor go back', () => {
    fc.assert(
      fc.property(hours, moment, (times, from) => {
        let reached = -Infinity;
        let count = 0;
        for (const [start, end] of spansFrom(times, from)) {
          expect(start).toBeGreaterThanOrEqual(reached);
          expect(end).toBeGreaterThan(start);
          reached = end;
          if (++count === 30) break;
        }
      }),
      { numRuns: 50 },
    );
  });
});
