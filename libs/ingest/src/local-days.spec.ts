import { describe, expect, it } from 'vitest';
import { LocalDays } from './local-days.ts';

describe('LocalDays', () => {
  it.each([
    ['2026-11-21T22:59:59.999Z', '2026-11-21'],
    ['2026-11-21T23:00:00.000Z', '2026-11-22'],
    // The day that has 23 hours, and the one that has 25.
    ['2026-03-28T23:00:00.000Z', '2026-03-29'],
    ['2026-03-29T21:59:59.999Z', '2026-03-29'],
    ['2026-03-29T22:00:00.000Z', '2026-03-30'],
    ['2026-10-24T22:00:00.000Z', '2026-10-25'],
    ['2026-10-25T22:59:59.999Z', '2026-10-25'],
    ['2026-10-25T23:00:00.000Z', '2026-10-26'],
  ])('%s is on %s in Berlin, whatever was asked before', (time, day) => {
    const days = new LocalDays('Europe/Berlin');
    for (const before of [0, Date.parse(time) - 1, Date.parse(time) + 1]) {
      days.dayOf(before);
      expect(days.dayOf(Date.parse(time))).toBe(day);
    }
  });
});
