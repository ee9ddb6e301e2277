import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { ScheduleRecords } from '../schedule-records.ts';

export interface ScheduleRecordsHarness {
  fresh(): Promise<ScheduleRecords>;
  /** Lets a time pass on the clock of the records. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

const DUE = Date.UTC(2026, 10, 21, 2, 10);
const LATER = DUE + 24 * 3_600_000;
const NOW = LATER + 5_000;
const LEASE_MS = 60_000;

/** What all records of scheduled runs do. */
export function describeScheduleRecords(name: string, make: () => Promise<ScheduleRecordsHarness>): void {
  describe(`${name} as records of scheduled runs`, () => {
    let harness: ScheduleRecordsHarness | undefined;
    let records: ScheduleRecords;

    beforeEach(async () => {
      harness ??= await make();
      records = await harness.fresh();
    });
    afterAll(() => harness?.close());

    const first = { name: 'sweep', dueAt: DUE };
    const run = { name: 'sweep', dueAt: LATER };
    const waiting = async () => {
      await records.add(first);
      await records.takeUp(first, LATER);
    };
    const kept = async () => (await records.list())[0];

    it('keep a schedule when it is first seen, with nothing to do, and as it is from then on', async () => {
      await records.add(first);
      await records.add({ name: 'sweep', dueAt: LATER });

      expect(await records.list()).toEqual([
        {
          ...first,
          doneAt: DUE,
          attempts: 0,
          lastError: null,
          lastRunAt: null,
          retryAt: null,
          isHeld: false,
        },
      ]);
      expect(await records.claim(first, 'a', LEASE_MS)).toBe('over');
    });

    it('have a run taken up once, however many try', async () => {
      await records.add(first);

      const taken = await Promise.all(Array.from({ length: 8 }, () => records.takeUp(first, LATER)));

      expect(taken.filter(Boolean)).toHaveLength(1);
      expect(await kept()).toMatchObject({ dueAt: LATER, doneAt: null });
      expect(await records.takeUp({ name: 'unknown', dueAt: DUE }, LATER)).toBe(false);
    });

    it('give a run to one of many, who ends it', async () => {
      await waiting();
      const people = Array.from({ length: 8 }, (_, index) => `process-${index}`);

      const claims = await Promise.all(people.map((holder) => records.claim(run, holder, LEASE_MS)));

      expect(claims.filter((claim) => claim === 'held')).toHaveLength(7);
      const holder = people[claims.findIndex((claim) => typeof claim === 'object')]!;
      expect(await kept()).toMatchObject({ isHeld: true });
      expect(await records.renew(run, holder, LEASE_MS)).toBe(true);
      expect(await records.complete(run, holder, NOW)).toBe(true);
      expect(await kept()).toMatchObject({ dueAt: LATER, doneAt: NOW, lastRunAt: NOW, isHeld: false });
      expect(await records.claim(run, 'late', LEASE_MS)).toBe('over');
      expect(await records.complete(run, holder, NOW + 1)).toBe(false);
    });

    it('count failures until it goes well', async () => {
      await waiting();
      for (const attempt of [1, 2]) {
        expect(await records.claim(run, 'a', LEASE_MS)).toEqual({ attempt });
        const failure = { at: NOW + attempt, error: `failure ${attempt}`, retryAt: NOW + 10 * attempt };
        expect(await records.fail(run, 'a', failure)).toBe(true);
      }
      expect(await kept()).toMatchObject({
        doneAt: null,
        attempts: 2,
        lastError: 'failure 2',
        lastRunAt: NOW + 2,
        retryAt: NOW + 20,
        isHeld: false,
      });

      expect(await records.claim(run, 'b', LEASE_MS)).toEqual({ attempt: 3 });
      await records.complete(run, 'b', NOW + 9);

      expect(await kept()).toMatchObject({ doneAt: NOW + 9, attempts: 0, lastError: null, retryAt: null });
    });

    it('let a later due time take the place of one that was not run, with its failures', async () => {
      await waiting();
      await records.claim(run, 'a', LEASE_MS);
      expect(await records.takeUp(run, LATER + 1)).toBe(false);
      await records.fail(run, 'a', { at: NOW, error: 'x', retryAt: NOW + 1 });

      expect(await records.takeUp(run, LATER + 1)).toBe(true);

      expect(await kept()).toMatchObject({ dueAt: LATER + 1, doneAt: null, attempts: 1, retryAt: NOW + 1 });
      expect(await records.claim(run, 'a', LEASE_MS)).toBe('over');
    });

    it('free the run of one who does not renew it, and take nothing from him any more', async () => {
      await waiting();
      await records.claim(run, 'paused', 200);
      expect(await records.claim(run, 'other', LEASE_MS)).toBe('held');

      await harness!.pass(300);

      expect(await kept()).toMatchObject({ isHeld: false });
      expect(await records.claim(run, 'other', LEASE_MS)).toEqual({ attempt: 1 });
      expect(await records.renew(run, 'paused', LEASE_MS)).toBe(false);
      expect(await records.fail(run, 'paused', { at: NOW, error: 'x', retryAt: NOW })).toBe(false);
      expect(await records.complete(run, 'paused', NOW)).toBe(false);
      expect(await kept()).toMatchObject({ doneAt: null, isHeld: true, attempts: 0 });
    });

    it('are not renewed by one who was paused for too long, even if nobody else came', async () => {
      await waiting();
      await records.claim(run, 'paused', 200);
      await harness!.pass(300);

      expect(await records.takeUp(run, LATER + 1)).toBe(true);
      expect(await records.complete(run, 'paused', NOW)).toBe(false);
    });
  });
}
