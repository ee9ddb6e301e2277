import { describe, expect, it } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const NOW = Date.UTC(2026, 10, 21, 12);

describe('Retry-After', () => {
  it.each([
    ['90', 90_000],
    ['0', 0],
    ['999999999', 7_200_000],
    ['Sat, 21 Nov 2026 12:00:30 GMT', 30_000],
    ['Sat, 21 Nov 2026 11:00:00 GMT', 0],
    ['-1', undefined],
    ['soon', undefined],
    ['2026', 2_026_000],
  ])('of %s is %s ms', (text, expected) => {
    expect(retryAfterMs({ 'retry-after': text }, NOW)).toBe(expected);
  });

  it('is read by the clock of whoever answered', () => {
    const headers = { 'retry-after': 'Sat, 21 Nov 2026 15:00:30 GMT', date: 'Sat, 21 Nov 2026 15:00:00 GMT' };

    expect(retryAfterMs(headers, NOW)).toBe(30_000);
  });

  it('may be missing', () => {
    expect(retryAfterMs({}, NOW)).toBeUndefined();
  });
});
