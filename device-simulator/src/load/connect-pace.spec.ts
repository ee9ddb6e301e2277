import { describe, expect, it } from 'vitest';
import { ConnectPace } from './connect-pace.ts';

describe('the pace of connections', () => {
  it('lets everybody wait for those before, and nobody for those who came long ago', () => {
    const pace = new ConnectPace(50);
    expect([0, 0, 5, 1_000, 1_000].map((now) => pace.delayMs(now))).toEqual([0, 20, 35, 0, 20]);
  });

  it('lets nobody wait where all may come at once', () => {
    const pace = new ConnectPace(Infinity);
    expect([7, 7, 7].map((now) => pace.delayMs(now))).toEqual([0, 0, 0]);
  });
});
