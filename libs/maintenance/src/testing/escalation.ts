import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../job.ts';
import type { MaintenanceStore } from '../maintenance-store.ts';
import { aJob, type MaintenanceStoreHarness } from '../testing.ts';

const NOON = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;
const DUE = NOON + 60 * MINUTE;

/** What every store of jobs says of those that are past their due time. */
export function describeEscalation(name: string, make: () => Promise<MaintenanceStoreHarness>): void {
  describe(`the escalation of ${name}`, () => {
    let harness: MaintenanceStoreHarness | undefined;
    let store: MaintenanceStore;

    beforeEach(async () => {
      harness ??= await make();
      store = await harness.fresh();
    });
    afterAll(() => harness?.close());

    const open = async (jobName: string, differences: Partial<Job> = {}) => {
      await harness!.raise([], [aJob(jobName, { dueAt: DUE, ...differences })]);
      return aJob(jobName).jobId;
    };
    const overdue = async () => (await store.events(null, 1_000)).filter(({ type }) => type === 'job.overdue');

    it('says once of a job that it is overdue, in its history and to the outside', async () => {
      const jobId = await open('a', { state: 'assigned', assignee: 'Anna Weber' });
      expect(await store.escalateOverdue(DUE - 1, 10)).toBe(0);

      expect(await store.escalateOverdue(DUE, 10)).toBe(1);
      expect(await store.escalateOverdue(DUE + MINUTE, 10)).toBe(0);

      const job = await store.findJob(jobId);
      expect(job).toMatchObject({ state: 'assigned', version: 1, overdueAt: DUE });
      expect(await overdue()).toMatchObject([{ at: DUE, data: job }]);
      expect(await store.jobHistory(jobId)).toContainEqual({
        at: DUE,
        actor: 'schedule:escalate-overdue',
        action: 'escalate',
        from: 'assigned',
        to: 'assigned',
        note: null,
      });
    });

    it('leaves jobs that nobody has to do any more, and those without a due time', async () => {
      await open('done', { state: 'done', closedAt: NOON });
      await open('verified', { state: 'verified', closedAt: NOON });
      await open('cancelled', { state: 'cancelled', closedAt: NOON });
      await open('some day', { dueAt: null });

      expect(await store.escalateOverdue(DUE + MINUTE, 10)).toBe(0);
      expect(await overdue()).toEqual([]);
    });

    it('takes those that are overdue longest first, so many at a time', async () => {
      for (const [index, jobName] of ['d', 'b', 'a', 'c'].entries()) await open(jobName, { dueAt: DUE + (index % 3) });
      await open('later', { dueAt: DUE + 100 });

      const counts = [];
      for (let round = 0; round < 3; round++) counts.push(await store.escalateOverdue(DUE + 10, 2));

      expect(counts).toEqual([2, 2, 0]);
      const dues = (await overdue()).map(({ data }) => (data as Job).dueAt! - DUE);
      expect(dues).toEqual([0, 0, 1, 2]);
    });

    it('says it once though several processes look at the same time', async () => {
      for (let index = 0; index < 20; index++) await open(`job-${index}`);

      const counts = await Promise.all(Array.from({ length: 6 }, () => store.escalateOverdue(DUE, 100)));

      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(20);
      expect(new Set((await overdue()).map(({ data }) => (data as Job).jobId)).size).toBe(20);
      expect(await overdue()).toHaveLength(20);
    });

    it('says it again of a job that was reopened', async () => {
      const jobId = await open('a');
      await store.escalateOverdue(DUE, 10);
      await store.moveJob({ jobId, action: 'done', actor: 'Anna Weber', at: DUE + 1 });
      expect(await store.escalateOverdue(DUE + 2, 10)).toBe(0);

      await store.moveJob({ jobId, action: 'reopen', actor: 'Anna Weber', at: DUE + 3 });

      expect(await store.escalateOverdue(DUE + 4, 10)).toBe(1);
      expect(await store.escalateOverdue(DUE + 5, 10)).toBe(0);
    });

    it('says it again of a job that got a later due time, when that has passed', async () => {
      const jobId = await open('a');
      await store.escalateOverdue(DUE, 10);

      await store.editJob({ jobId, actor: 'Anna Weber', at: DUE + 1, dueAt: DUE + MINUTE });
      expect(await store.findJob(jobId)).toMatchObject({ dueAt: DUE + MINUTE, overdueAt: null });

      expect(await store.escalateOverdue(DUE + MINUTE - 1, 10)).toBe(0);
      expect(await store.escalateOverdue(DUE + MINUTE, 10)).toBe(1);
      expect(await store.escalateOverdue(DUE + 2 * MINUTE, 10)).toBe(0);
    });
  });
}
