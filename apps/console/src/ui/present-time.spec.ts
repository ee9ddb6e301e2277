import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { followTime, presentFor, presentTime } from './present-time.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000_000_000 });
  vi.stubGlobal('window', globalThis);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('is right at once for who follows it after hours in which nobody did', () => {
  followTime(() => undefined)();
  vi.setSystemTime(Date.now() + 5 * 3_600_000);
  const stop = followTime(() => undefined);
  expect(presentTime()).toBe(Date.now());
  stop();
});

it('goes on while it is followed, and rests when nobody does', () => {
  const told = vi.fn();
  const stop = followTime(told);
  vi.advanceTimersByTime(30_000);
  expect([told.mock.calls.length, presentTime()]).toEqual([2, Date.now()]);
  stop();
  vi.advanceTimersByTime(60_000);
  expect([told.mock.calls.length, vi.getTimerCount()]).toEqual([2, 0]);
});

it('is not behind what has just happened, and far enough behind what is due', () => {
  expect([presentFor(1_004_000, 1_000_000), presentFor(900_000, 1_000_000), presentFor(1_060_000, 1_000_000)]).toEqual([
    ...[1_004_000, 1_000_000, 1_000_000],
  ]);
});
