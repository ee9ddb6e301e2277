import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readAnew } from './read-anew.ts';

const KEY = ['alerts', 'counts', ''];

describe('What has changed', () => {
  let client: QueryClient;
  let asked: number;
  /** Answers what was asked, in order, with the number of the question. */
  let answer: () => void;
  let stop: () => void;
  const present = () => client.getQueryData(KEY);

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('window', globalThis);
    client = new QueryClient();
    asked = 0;
    const waiting: (() => void)[] = [];
    answer = () => waiting.shift()?.();
    const queryFn = () => {
      const number = ++asked;
      return new Promise<number>((resolve) => waiting.push(() => resolve(number)));
    };
    stop = new QueryObserver(client, { queryKey: KEY, queryFn }).subscribe(() => undefined);
  });
  afterEach(() => {
    stop();
    client.clear();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
  const settled = () => vi.advanceTimersByTimeAsync(1);

  it('is read again after the first answer, which may be from before', async () => {
    readAnew(client, ['alerts']);
    expect(asked).toBe(1);
    answer();
    await settled();
    expect([present(), asked]).toEqual([1, 2]);
    answer();
    await settled();
    expect([present(), asked]).toEqual([2, 2]);
  });

  it('comes to an end of reading however often it changes', async () => {
    answer();
    await settled();
    readAnew(client, ['alerts']);
    await settled();
    for (let count = 0; count < 20; count++) readAnew(client, ['alerts']);
    await settled();
    expect(asked).toBe(2);
    answer();
    await settled();
    expect([present(), asked]).toEqual([2, 3]);
    answer();
    await settled();
    expect([present(), asked]).toEqual([3, 3]);
  });

  it('is left until it is shown again where nobody looks', async () => {
    answer();
    await settled();
    stop();
    readAnew(client, ['alerts']);
    await settled();
    expect([asked, client.getQueryState(KEY)?.isInvalidated]).toEqual([1, true]);
  });
});
