import { describe, expect, it } from 'vitest';
import { RateLimit } from './rate-limit.ts';

describe('a rate limit', () => {
  it('lets so many through in any span, and says when the next may go', () => {
    const limit = new RateLimit({ count: 2, withinMs: 1_000 });

    expect([0, 400, 500, 999, 1_000, 1_100, 1_400].map((now) => limit.waitMs(now))).toEqual([0, 0, 500, 1, 0, 300, 0]);
  });

  it('opens again after the clock was set back', () => {
    const limit = new RateLimit({ count: 1, withinMs: 1_000 });

    expect([5_000_000, 100, 200].map((now) => limit.waitMs(now))).toEqual([0, 0, 900]);
  });
});
