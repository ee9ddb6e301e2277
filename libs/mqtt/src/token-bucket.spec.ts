import { describe, expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

describe('a token bucket', () => {
  it('gives its burst at once, then its rate, and never saves more than the burst', () => {
    const bucket = new TokenBucket(10, 3, 0);
    const taken = (nowMs: number) => Array.from({ length: 5 }, () => bucket.take(nowMs)).filter(Boolean).length;
    expect(taken(0)).toBe(3);
    expect(taken(99)).toBe(0);
    expect(taken(100)).toBe(1);
    expect(taken(300)).toBe(2);
    expect(taken(60_000)).toBe(3);
  });
});
