import { describe, expect, it } from 'vitest';
import { leavesTime, quietUntil } from './quiet-hours.ts';
import type { WeeklyTimes } from './weekly-times.ts';

const HOUR = 3_600_000;
/** Nights from 20 to 6, and all of the weekend. */
const QUIET: WeeklyTimes = {
  zone: 'Europe/Berlin',
  holidaysOf: null,
  closed: new Set(),
  weekly: [
    ...[1, 2, 3, 4, 5].map((weekday) => ({ weekday, fromMs: 20 * HOUR, toMs: 30 * HOUR })),
    ...[6, 7].map((weekday) => ({ weekday, fromMs: 0, toMs: 24 * HOUR })),
    { weekday: 1, fromMs: 0, toMs: 6 * HOUR },
  ].sort((a, b) => a.weekday - b.weekday || a.fromMs - b.fromMs),
};
const iso = (time: number | null) => time && new Date(time).toISOString();

describe('quiet hours', () => {
  it.each([
    ['during the day', '2026-11-18T12:00+01:00', null],
    ['when they begin', '2026-11-18T20:00+01:00', '2026-11-19T05:00:00.000Z'],
    ['after midnight', '2026-11-19T03:00+01:00', '2026-11-19T05:00:00.000Z'],
    ['when they end', '2026-11-19T06:00+01:00', null],
    ['over the weekend to Monday morning', '2026-11-20T21:00+01:00', '2026-11-23T05:00:00.000Z'],
    ['through the night with the hour that is skipped', '2026-03-28T21:00+01:00', '2026-03-30T04:00:00.000Z'],
    ['through the night with the hour that comes twice', '2026-10-24T21:00+02:00', '2026-10-26T05:00:00.000Z'],
  ])('%s', (_name, at, until) => {
    expect(iso(quietUntil(QUIET, Date.parse(at)))).toBe(until);
  });

  it('leave some time of the week', () => {
    const always = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, fromMs: 0, toMs: 24 * HOUR }));

    expect(leavesTime(QUIET)).toBe(true);
    expect(leavesTime({ ...QUIET, weekly: always })).toBe(false);
    expect(leavesTime({ ...QUIET, weekly: always.with(3, { weekday: 4, fromMs: 0, toMs: 23 * HOUR }) })).toBe(true);
  });
});
