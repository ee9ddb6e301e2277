import { DAY_MS, localTime } from '@stadtfunk/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSchedules, lastDue, nextDue, recurrenceText, type Recurrence, type Schedule } from './schedule.ts';

const utc = (text: string) => Date.parse(text);
const at = (recurrence: Recurrence, zone = 'Europe/Berlin'): Schedule => ({ name: 'task', recurrence, zone });
const daily = (hour: number, minute: number, zone?: string) => at({ every: 'day', hour, minute }, zone);

function dues(schedule: Schedule, after: string, until: string): string[] {
  const found: string[] = [];
  for (let due = nextDue(schedule, utc(after)); due <= utc(until); due = nextDue(schedule, due)) {
    found.push(new Date(due).toISOString().slice(0, 16));
  }
  return found;
}

describe('a schedule in Berlin', () => {
  it('is due at its local time on days of 24 hours', () => {
    expect(dues(daily(3, 10), '2026-11-20T12:00Z', '2026-11-22T12:00Z')).toEqual([
      '2026-11-21T02:10',
      '2026-11-22T02:10',
    ]);
  });

  it('is due once on the day of 23 hours, when the clocks are put forward if they skip its time', () => {
    const [from, to] = ['2026-03-28T12:00Z', '2026-03-30T12:00Z'];

    expect(dues(daily(2, 30), from, to)).toEqual(['2026-03-29T01:00', '2026-03-30T00:30']);
    expect(dues(daily(3, 10), from, to)).toEqual(['2026-03-29T01:10', '2026-03-30T01:10']);
  });

  it('is due once on the day of 25 hours, the first time if the clocks show its time twice', () => {
    const [from, to] = ['2026-10-24T12:00Z', '2026-10-26T12:00Z'];

    expect(dues(daily(2, 30), from, to)).toEqual(['2026-10-25T00:30', '2026-10-26T01:30']);
    expect(dues(daily(3, 10), from, to)).toEqual(['2026-10-25T02:10', '2026-10-26T02:10']);
  });

  it('is due 23 to 25 times a day if it is hourly', () => {
    const hourly = at({ every: 'hour', minute: 7 });

    expect(dues(hourly, '2026-03-28T23:00Z', '2026-03-29T22:00Z')).toHaveLength(23);
    expect(dues(hourly, '2026-10-24T22:00Z', '2026-10-25T23:00Z')).toHaveLength(25);
    expect(dues(hourly, '2026-10-25T00:00Z', '2026-10-25T02:00Z')).toEqual(['2026-10-25T00:07', '2026-10-25T01:07']);
  });

  it('is due at full steps if it is due every few minutes', () => {
    expect(dues(at({ every: 'minutes', minutes: 20 }), '2026-10-25T00:19:59Z', '2026-10-25T01:20Z')).toEqual([
      '2026-10-25T00:20',
      '2026-10-25T00:40',
      '2026-10-25T01:00',
      '2026-10-25T01:20',
    ]);
  });
});

it('is due at its minute of the local hour also where clocks change by half an hour', () => {
  expect(
    dues(at({ every: 'hour', minute: 7 }, 'Australia/Lord_Howe'), '2026-04-04T13:00Z', '2026-04-04T17:00Z'),
  ).toEqual(['2026-04-04T13:07', '2026-04-04T14:07', '2026-04-04T15:37', '2026-04-04T16:37']);
});

const ZONES = ['Europe/Berlin', 'America/New_York', 'America/Santiago', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'];
const anyTime = fc.integer({ min: utc('2020-01-01T00:00Z'), max: utc('2035-01-01T00:00Z') });
const anyDaily = fc.record({
  zone: fc.constantFrom(...ZONES),
  hour: fc.integer({ min: 0, max: 23 }),
  minute: fc.integer({ min: 0, max: 59 }),
});
const anyRecurrence: fc.Arbitrary<Recurrence> = fc.oneof(
  anyDaily.map(({ hour, minute }) => ({ every: 'day', hour, minute }) as const),
  fc.integer({ min: 0, max: 59 }).map((minute) => ({ every: 'hour', minute }) as const),
  fc.constantFrom(1, 5, 15, 30).map((minutes) => ({ every: 'minutes', minutes }) as const),
);

describe('any schedule', () => {
  it('is due once on every local day, whatever the clocks do, if it is daily', () => {
    fc.assert(
      fc.property(anyDaily, anyTime, ({ zone, hour, minute }, start) => {
        const schedule = daily(hour, minute, zone);
        let due = nextDue(schedule, start);
        for (let day = 0; day < 370; day++) {
          const next = nextDue(schedule, due);
          expect(Math.floor(localTime(next, zone) / DAY_MS)).toBe(Math.floor(localTime(due, zone) / DAY_MS) + 1);
          due = next;
        }
      }),
      { numRuns: 8 },
    );
  });

  it('is due later each time, and has no due in between', () => {
    fc.assert(
      fc.property(anyRecurrence, fc.constantFrom(...ZONES), anyTime, (recurrence, zone, start) => {
        const schedule = at(recurrence, zone);
        const next = nextDue(schedule, start);
        expect(next).toBeGreaterThan(start);
        expect(lastDue(schedule, next)).toBe(next);
        const last = lastDue(schedule, next - 1);
        expect(last).toBeLessThanOrEqual(start);
        expect(nextDue(schedule, last)).toBe(next);
      }),
      { numRuns: 500 },
    );
  });
});

it('says in words when it recurs', () => {
  expect(
    [
      { every: 'day', hour: 3, minute: 7 } as const,
      { every: 'hour', minute: 7 } as const,
      { every: 'minutes', minutes: 5 } as const,
      { every: 'minutes', minutes: 1 } as const,
    ].map(recurrenceText),
  ).toEqual(['every day at 03:07', 'every hour at minute 7', 'every 5 minutes', 'every minute']);
});

describe('schedules', () => {
  const task = () => Promise.resolve();

  it('are refused when one has no task, or two have the same name', () => {
    const schedule = daily(3, 10);

    expect(() => checkSchedules([schedule], { task })).not.toThrow();
    expect(() => checkSchedules([schedule, { ...schedule, name: 'constructor' }], { task })).toThrow(
      'no task for constructor',
    );
    expect(() => checkSchedules([schedule, schedule], { task })).toThrow('two schedules named task');
  });

  it.each([
    daily(24, 0),
    daily(3, 60),
    daily(3.5, 0),
    daily(3, 10, 'Europe/Hanau'),
    at({ every: 'hour', minute: -1 }),
    at({ every: 'minutes', minutes: 7 }),
    at({ every: 'minutes', minutes: 0 }),
    { ...daily(3, 10), name: 'a:b' },
  ])('are refused when there is no such time, zone or name: %j', (schedule) => {
    expect(() => checkSchedules([schedule], { [schedule.name]: task })).toThrow('no such time or zone');
  });
});
