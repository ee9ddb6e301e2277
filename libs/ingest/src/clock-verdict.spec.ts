import { describe, expect, it } from 'vitest';
import { judgeTime } from './clock-verdict.ts';

const ARRIVAL = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const periodic = (deviceTime?: number) =>
  ({ kind: 'periodic', values: {}, ...(deviceTime !== undefined && { deviceTime }) }) as const;
const history = (deviceTime: number) => ({ kind: 'history', values: {}, deviceTime }) as const;

describe('judgeTime', () => {
  it('believes a device time around the arrival', () => {
    for (const offset of [-29 * DAY, -30_000, 0, 9 * MINUTE]) {
      expect(judgeTime(periodic(ARRIVAL + offset), ARRIVAL)).toEqual({ observedAt: ARRIVAL + offset, clock: 'ok' });
    }
  });

  it.each([
    ['a clock at zero', 0],
    ['a clock of 1970', Date.UTC(1970, 0, 2)],
    ['a clock of 2000', Date.UTC(2000, 0, 1, 0, 54, 34)],
    ['a clock of 2061', Date.UTC(2061, 5, 28, 1, 4)],
    ['a clock nine days ahead', ARRIVAL + 9 * DAY],
    ['a clock eleven minutes ahead', ARRIVAL + 11 * MINUTE],
  ])('puts the sample that made the device send at its arrival: %s', (_, time) => {
    expect(judgeTime(periodic(time), ARRIVAL)).toEqual({ observedAt: ARRIVAL, clock: 'repaired' });
  });

  it.each([
    ['clock.unset', 0],
    ['clock.unset', Date.UTC(2000, 0, 1, 7, 14, 11)],
    ['clock.ahead', Date.UTC(2061, 5, 28, 1, 4)],
    ['clock.ahead', ARRIVAL + 10 * 60 * MINUTE],
    ['clock.tooOld', ARRIVAL - 401 * DAY],
  ])('refuses a history row as %s, because it could lie anywhere', (refused, time) => {
    expect(judgeTime(history(time), ARRIVAL)).toEqual({ refused });
  });

  it('believes history rows of up to 400 days', () => {
    expect(judgeTime(history(ARRIVAL - 399 * DAY), ARRIVAL)).toMatchObject({ clock: 'ok' });
  });

  it('repairs milliseconds sent for seconds, and seconds sent for milliseconds', () => {
    const time = ARRIVAL - MINUTE;
    expect(judgeTime(periodic(time * 1000), ARRIVAL)).toEqual({ observedAt: time, clock: 'repaired' });
    expect(judgeTime(history(time / 1000), ARRIVAL)).toEqual({ observedAt: time, clock: 'repaired' });
  });

  it('reckons from the arrival where the device gives no time', () => {
    expect(judgeTime(periodic(), ARRIVAL)).toEqual({ observedAt: ARRIVAL, clock: 'unknown' });
    const older = { kind: 'history', ageMs: 30 * MINUTE, values: {} } as const;
    expect(judgeTime(older, ARRIVAL)).toEqual({ observedAt: ARRIVAL - 30 * MINUTE, clock: 'unknown' });
  });

  it('never places a sample outside of the window, whatever the number', () => {
    for (const time of [NaN, Infinity, -Infinity, -1, 1e300, Number.MAX_SAFE_INTEGER]) {
      expect(judgeTime(periodic(time), ARRIVAL)).toEqual({ observedAt: ARRIVAL, clock: 'repaired' });
      expect(judgeTime(history(time), ARRIVAL)).toHaveProperty('refused');
    }
  });
});
