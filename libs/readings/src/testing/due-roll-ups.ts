import { beforeEach, describe, expect, test } from 'vitest';
import type { DueRollUps } from '../due-roll-ups.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 21, 12);
const AFTER = NOON + 100 * HOUR;

/** What every list of due roll-ups promises. `make` gives an empty one. */
export function describeDueRollUps(name: string, make: () => Promise<DueRollUps>): void {
  describe(`due roll-ups: ${name}`, () => {
    let due: DueRollUps;
    const hours = (...numbers: readonly number[]) => numbers.map((hour) => NOON + hour * HOUR);
    const allDue = async () =>
      (await due.within(-Infinity, Infinity)).map(({ grain, start }) => [grain, (start - NOON) / HOUR]);

    beforeEach(async () => {
      due = await make();
    });

    test('names each hour once, however often it is marked', async () => {
      await due.mark('hour', hours(2, 1));
      await due.mark('hour', hours(1, 2, 0));
      await due.mark('hour', []);

      expect(await allDue()).toEqual([
        ['hour', 0],
        ['hour', 1],
        ['hour', 2],
      ]);
    });

    test('tells what is due in a range, from its start to before its end', async () => {
      await due.mark('hour', hours(0, 1, 2));
      await due.mark('day', hours(1));

      const found = await due.within(NOON + HOUR, NOON + 2 * HOUR);
      expect(found.map(({ grain }) => grain).sort()).toEqual(['day', 'hour']);
    });

    test('gives out the oldest first, as many as asked for, and only what started before a moment', async () => {
      await due.mark('hour', hours(3, 0, 1, 2));

      expect(await due.claim('hour', NOON + 3 * HOUR, 2)).toEqual(hours(0, 1));
      await due.finish('hour', hours(0, 1), []);
      expect(await due.claim('hour', NOON + 3 * HOUR, 9)).toEqual(hours(2));
      expect(await due.claim('day', AFTER, 9)).toEqual([]);
    });

    test('gives out again what was claimed and not finished', async () => {
      await due.mark('hour', hours(0, 1, 2));
      await due.claim('hour', AFTER, 2);

      expect(await due.claim('hour', AFTER, 2)).toEqual(hours(0, 1));
      expect(await due.claim('hour', AFTER, 9)).toEqual(hours(0, 1, 2));
      expect(await allDue()).toHaveLength(3);
    });

    test('keeps what is marked while it is claimed, beyond the end of the claim', async () => {
      await due.mark('hour', hours(0));
      await due.claim('hour', AFTER, 9);
      await due.mark('hour', hours(0));
      expect(await allDue()).toEqual([['hour', 0]]);

      await due.finish('hour', hours(0), []);
      expect(await due.claim('hour', AFTER, 9)).toEqual(hours(0));
      await due.finish('hour', hours(0), []);
      expect(await allDue()).toEqual([]);
    });

    test('makes one claim of a claim that was not finished and a new mark', async () => {
      await due.mark('hour', hours(0));
      await due.claim('hour', AFTER, 9);
      await due.mark('hour', hours(0));

      expect(await due.claim('hour', AFTER, 9)).toEqual(hours(0));
      await due.finish('hour', hours(0), []);
      expect(await due.claim('hour', AFTER, 9)).toEqual([]);
    });

    test('marks the days that an hour made due when the hour is finished', async () => {
      await due.mark('hour', hours(0, 1));
      await due.claim('hour', AFTER, 9);
      await due.finish('hour', hours(0), hours(-13));
      await due.finish('hour', hours(1), hours(-13, 11));

      expect(await allDue()).toEqual([
        ['day', -13],
        ['day', 11],
      ]);
    });

    test('lets one do the work at a time, also after work that failed', async () => {
      const inner = await due.exclusively(async () => ({ second: await due.exclusively(async () => 'both') }));
      expect(inner).toEqual({ second: undefined });

      await expect(due.exclusively(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
      expect(await due.exclusively(async () => 'again')).toBe('again');
    });
  });
}
