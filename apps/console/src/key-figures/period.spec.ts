import { describe, expect, it } from 'vitest';
import { lastMonths } from './period.ts';

describe('the last months', () => {
  const iso = (count: number, now: string) => {
    const { from, to } = lastMonths(count, Date.parse(now), 'Europe/Berlin');
    return [from, to].map((time) => new Date(time).toISOString());
  };

  it('begin and end at midnight of the city, whatever its clocks do between', () => {
    expect(iso(3, '2026-11-22T15:00:00Z')).toEqual(['2026-08-31T22:00:00.000Z', '2026-11-30T23:00:00.000Z']);
    expect(iso(1, '2026-10-31T22:59:59Z')).toEqual(['2026-09-30T22:00:00.000Z', '2026-10-31T23:00:00.000Z']);
    expect(iso(1, '2026-10-31T23:00:00Z')).toEqual(['2026-10-31T23:00:00.000Z', '2026-11-30T23:00:00.000Z']);
    expect(iso(12, '2026-01-05T00:00:00Z')).toEqual(['2025-01-31T23:00:00.000Z', '2026-01-31T23:00:00.000Z']);
  });
});
