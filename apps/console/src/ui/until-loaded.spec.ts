import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { untilLoaded } from './until-loaded.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('window', globalThis);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('gives a part of the console once it can be loaded, and does not hurry', async () => {
  let failures = 4;
  const load = vi.fn(async () => {
    if (failures-- > 0) throw new TypeError('Failed to fetch dynamically imported module');
    return 'map';
  });
  const part = untilLoaded(load);
  await vi.advanceTimersByTimeAsync(2_000 + 4_000 + 8_000 + 15_000);
  expect(load).toHaveBeenCalledTimes(4);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await part).toBe('map');
});
