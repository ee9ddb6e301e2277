import { expect, it } from 'vitest';
import { endOfLocalDay, localHourOf, startOfLocalDay } from './local-day.ts';

const utc = (text: string) => Date.parse(text);

it.each([
  ['a winter day', '2026-01-15T12:00:00.5Z', '2026-01-14T23:00:00Z'],
  ['a summer day', '2026-07-15T23:30:00Z', '2026-07-15T22:00:00Z'],
  ['the short day, after the change', '2026-03-29T20:00:00Z', '2026-03-28T23:00:00Z'],
  ['the long day, after the change', '2026-10-25T22:59:59.999Z', '2026-10-24T22:00:00Z'],
  ['midnight itself', '2026-10-25T23:00:00Z', '2026-10-25T23:00:00Z'],
])('finds the start of %s in Berlin', (_name, time, start) => {
  expect(startOfLocalDay(utc(time), 'Europe/Berlin')).toBe(utc(start));
});

it('works before 1970 and west of Greenwich', () => {
  expect(startOfLocalDay(utc('1969-12-31T03:00:00.250Z'), 'America/New_York')).toBe(utc('1969-12-30T05:00:00Z'));
});

it.each([
  ['2026-03-29T12:00:00Z', 23],
  ['2026-10-25T12:00:00Z', 25],
  ['2026-06-01T21:59:59.999Z', 24],
])('fills the day of %s in Berlin with %i hours', (time, count) => {
  const [start, end] = [startOfLocalDay(utc(time), 'Europe/Berlin'), endOfLocalDay(utc(time), 'Europe/Berlin')];
  const hours: (readonly [number, number])[] = [];
  for (let at = start; at < end && hours.length < 30; at = hours.at(-1)![1]) {
    hours.push(localHourOf(at + 1, 'Europe/Berlin'));
  }
  expect(hours).toHaveLength(count);
  expect(hours.map(([from]) => from)).toEqual(hours.map((_, hour) => start + hour * 3_600_000));
});

it('knows hours of clocks that are off by half an hour, and the half hour that a change of clocks leaves', () => {
  const noon = utc('2026-06-01T12:00:00Z');
  expect(localHourOf(noon, 'Asia/Kolkata')).toEqual([noon - 1_800_000, noon + 1_800_000]);
  // Lord Howe turns its clocks back by half an hour on 2026-04-05: the day has 24.5 hours.
  const end = endOfLocalDay(utc('2026-04-05T03:00:00Z'), 'Australia/Lord_Howe');
  expect(localHourOf(end - 1, 'Australia/Lord_Howe')).toEqual([end - 1_800_000, end]);
});
