import { expect, it } from 'vitest';
import { startOfLocalDay } from './local-day.ts';

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
