import { describe, expect, it } from 'vitest';
import { backoffMs, QUEUES } from './work-queue.ts';

describe('the pause before another attempt', () => {
  const policy = { attempts: 10, backoffMs: 1_000, maxBackoffMs: 60_000, concurrency: 1 };

  it('doubles up to its longest', () => {
    expect([1, 2, 3, 6, 7, 8, 1_000].map((attempt) => backoffMs(policy, attempt, 0))).toEqual([
      1_000, 2_000, 4_000, 32_000, 60_000, 60_000, 60_000,
    ]);
  });

  it('is shortened by chance, by half at most', () => {
    expect(backoffMs(policy, 1, 0.5)).toBe(750);
    expect(backoffMs(policy, 1, 1)).toBe(500);
  });

  it('lets a receiver be away for hours', () => {
    const { attempts } = QUEUES.notify;
    const shortest = Array.from({ length: attempts - 1 }, (_, index) => backoffMs(QUEUES.notify, index + 1, 1));

    expect(shortest.reduce((sum, pause) => sum + pause, 0)).toBeGreaterThan(2 * 3_600_000);
  });
});
