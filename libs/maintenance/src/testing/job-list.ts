import { idFrom } from '@stadtfunk/kernel';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../job.ts';
import type { JobFilter, JobMove, MaintenanceStore, NewJob } from '../maintenance-store.ts';
import { aJob, anAlert, type MaintenanceStoreHarness } from '../testing.ts';

const NOON = Date.UTC(2026, 10, 21, 12);
const HOUR = 3_600_000;

function asked(name: string, differences: Partial<NewJob> = {}): NewJob {
  return {
    jobId: idFrom('asked', name),
    kind: 'repair',
    title: { de: 'Bank ist zerbrochen', en: 'Bench is broken' },
    description: 'Die zweite von links',
    department: 'waste',
    crew: 'emptying',
    draftedFor: 'waste',
    assignee: null,
    assetId: null,
    deviceId: null,
    place: { name: 'Spielplatz Süd', district: 'Wolfgang', position: { longitude: 8.91, latitude: 50.13 } },
    priority: 'high',
    dueAt: NOON + HOUR,
    alertId: null,
    actor: 'Anna Weber',
    at: NOON,
    ...differences,
  };
}

/** What every store of jobs does with those that people ask for, with requests that come twice, and in lists. */
export function describeJobList(name: string, make: () => Promise<MaintenanceStoreHarness>): void {
  describe(`jobs that people ask for in ${name}`, () => {
    let harness: MaintenanceStoreHarness | undefined;
    let store: MaintenanceStore;

    beforeEach(async () => {
      harness ??= await make();
      store = await harness.fresh();
    });
    afterAll(() => harness?.close());

    const told = async () => (await store.events(null, 1_000)).map(({ type, data }) => [type, (data as Job).version]);
    const open = async (jobName: string, differences: Partial<Job> = {}) => {
      await harness!.raise([], [aJob(jobName, differences)]);
      return aJob(jobName).jobId;
    };

    /** What was done to it since it is there. */
    const deeds = async (jobId: string) => {
      const history = await store.jobHistory(jobId);
      return history.map(({ action }) => action).filter((action) => action !== 'create');
    };

    it('are open with all that was said, a history and an event', async () => {
      const job = (await store.createJob(asked('a'))) as Job;

      expect(job).toEqual({
        ...aJob('a', { assetId: null, deviceId: null, kind: 'repair', priority: 'high', crew: 'emptying' }),
        jobId: asked('a').jobId,
        number: expect.any(Number) as number,
        title: asked('a').title,
        description: 'Die zweite von links',
        place: asked('a').place,
      });
      expect(await store.findJob(job.jobId)).toEqual(job);
      expect(await store.jobHistory(job.jobId)).toEqual([
        { at: NOON, actor: 'Anna Weber', action: 'create', from: null, to: 'open', note: null },
      ]);
      const [event] = await store.events(null, 10);
      expect(event).toMatchObject({ type: 'job.created', at: NOON, data: job });
      expect(await store.createJob(asked('b', { description: null, place: null }))).not.toHaveProperty('place');
    });

    it('are assigned at once to whom the person names', async () => {
      const job = (await store.createJob(asked('a', { assignee: 'Bernd Kraus' }))) as Job;

      expect(job).toMatchObject({ state: 'assigned', assignee: 'Bernd Kraus' });
      expect(await store.jobHistory(job.jobId)).toMatchObject([
        { to: 'assigned', changes: { assignee: 'Bernd Kraus' } },
      ]);
    });

    it('are one job where the same request comes again, even at once', async () => {
      const [first, ...others] = await Promise.all([1, 2, 3, 4].map(() => store.createJob(asked('a'))));
      await store.moveJob({ jobId: asked('a').jobId, action: 'start', actor: 'Bernd', at: NOON + 1 });
      const later = await store.createJob(asked('a', { at: NOON + HOUR }));

      expect(others).toEqual([first, first, first]);
      expect(later).toMatchObject({ jobId: (first as Job).jobId, state: 'inProgress', version: 2 });
      expect((await store.listJobs({ limit: 10 })).items).toHaveLength(1);
      expect(await told()).toEqual([
        ['job.created', 1],
        ['job.changed', 2],
      ]);
    });

    it('are refused where there is no such department, or the alert is over', async () => {
      await harness!.raise([anAlert('over', { clearedAt: NOON, clearReason: 'measured' })], []);

      expect(await store.createJob(asked('a', { department: 'opera' }))).toMatchObject({ code: 'department.unknown' });
      for (const alertId of [anAlert('over').alertId, idFrom('none'), 'none']) {
        expect(await store.createJob(asked('a', { alertId }))).toMatchObject({ code: 'alert.closed' });
      }
      expect((await store.listJobs({ limit: 10 })).items).toEqual([]);
    });

    it('cover the open alert that they were asked for', async () => {
      const { alertId } = anAlert('bin-1');
      await harness!.raise([anAlert('bin-1')], []);

      expect(await store.createJob(asked('a', { alertId, assetId: 'bin-1' }))).toMatchObject({ alertIds: [alertId] });
    });

    describe('a request with a key', () => {
      const moves = (jobId: string, differences: Partial<JobMove> = {}) =>
        store.moveJob({ jobId, action: 'start', actor: 'Anna', at: NOON, requestKey: 'key-1', ...differences });

      it('moves a job once, whatever became of the job since', async () => {
        const jobId = await open('a');

        expect(await moves(jobId, { version: 1 })).toMatchObject({ state: 'inProgress', version: 2 });
        expect(await moves(jobId, { version: 1 })).toMatchObject({ state: 'inProgress', version: 2 });
        await store.moveJob({ jobId, action: 'done', actor: 'Bernd', at: NOON });
        expect(await moves(jobId, { version: 1 })).toMatchObject({ state: 'done', version: 3 });
        expect(await moves(jobId, { requestKey: 'key-2', version: 1 })).toMatchObject({ code: 'job.conflict' });

        expect(await deeds(jobId)).toEqual(['start', 'done']);
      });

      it('moves a job once where it comes many times at once', async () => {
        const jobId = await open('a');

        const outcomes = await Promise.all(Array.from({ length: 6 }, () => moves(jobId)));

        expect(outcomes.map((outcome) => (outcome as Job).version)).toEqual([2, 2, 2, 2, 2, 2]);
        expect(await deeds(jobId)).toEqual(['start']);
      });

      it('that was refused may be made again', async () => {
        const jobId = await open('a', { state: 'done', closedAt: NOON });

        expect(await moves(jobId)).toMatchObject({ code: 'job.wrongState' });
        await store.moveJob({ jobId, action: 'reopen', actor: 'Bernd', at: NOON });
        expect(await moves(jobId)).toMatchObject({ state: 'inProgress' });
      });

      it('comments and edits once, and another job has keys of its own', async () => {
        const [a, b] = [await open('a'), await open('b')];
        const comment = (jobId: string) => store.commentJob(jobId, 'Anna', NOON, 'Schlüssel fehlt', 'key-1');
        const edit = () =>
          store.editJob({ jobId: a, actor: 'Anna', at: NOON, note: 'eilt', priority: 'urgent', requestKey: 'key-3' });

        expect(await comment(a)).toMatchObject({ version: 1 });
        expect(await comment(a)).toMatchObject({ version: 1 });
        await comment(b);
        await edit();
        await edit();

        expect(await deeds(a)).toEqual(['comment', 'edit']);
        expect(await deeds(b)).toEqual(['comment']);
      });
    });

    describe('lists', () => {
      const listed = async (filter: Partial<JobFilter>) => {
        const { items } = await store.listJobs({ limit: 20, ...filter });
        return items.map(({ assetId, place }) => assetId ?? place?.name).join(' ');
      };

      beforeEach(async () => {
        await harness!.raise(
          [],
          [],
          [
            {
              ...{ assetId: 'lamp', type: 'Streetlight', name: 'Leuchte am Markt', district: 'Innenstadt' },
              location: { type: 'Point', coordinates: [8.92, 50.13] },
              address: { streetAddress: 'Am Markt 1' },
              department: null,
              attributes: { streetPoleNum: 'M-4711' },
            },
          ],
        );
        await open('bin', { createdAt: NOON, assignee: 'Anna', state: 'assigned', dueAt: NOON + 2 * HOUR });
        await open('lamp', { createdAt: NOON + 1, department: 'lighting', crew: 'north', dueAt: NOON - HOUR });
        await open('tree', { createdAt: NOON + 2, dueAt: null });
        await open('old', { createdAt: NOON - 9, state: 'done', closedAt: NOON, dueAt: NOON - 5 });
        await store.createJob(asked('a', { at: NOON + 3, dueAt: NOON + HOUR }));
      });

      it('are of what fits, all of it', async () => {
        expect(await listed({})).toBe('Spielplatz Süd tree lamp bin old');
        expect(await listed({ departments: ['lighting'] })).toBe('lamp');
        expect(await listed({ departments: ['lighting'], department: 'waste' })).toBe('');
        expect(await listed({ departments: [] })).toBe('');
        expect(await listed({ states: [] })).toBe('');
        expect(await listed({ assignee: 'Anna' })).toBe('bin');
        expect(await listed({ crew: 'north' })).toBe('lamp');
        expect(await listed({ dueBefore: NOON })).toBe('lamp old');
        expect(await listed({ dueBefore: NOON, states: ['open'] })).toBe('lamp');
        expect(await listed({ district: 'Innenstadt' })).toBe('lamp');
        expect(await listed({ district: 'Wolfgang' })).toBe('Spielplatz Süd');
        expect(await listed({ district: "' or true" })).toBe('');
      });

      it('find text in what people know of a job', async () => {
        const { number } = (await store.findJob(asked('a').jobId))!;

        expect(await listed({ text: `#${number}` })).toBe('Spielplatz Süd');
        expect(await listed({ text: 'ZERBROCHEN' })).toBe('Spielplatz Süd');
        expect(await listed({ text: 'zweite von' })).toBe('Spielplatz Süd');
        expect(await listed({ text: 'SPIELPLATZ SÜD' })).toBe('Spielplatz Süd');
        expect(await listed({ text: 'm-4711' })).toBe('lamp');
        expect(await listed({ text: 'am markt 1' })).toBe('lamp');
        expect(await listed({ text: 'leuchte am' })).toBe('lamp');
        expect(await listed({ text: 'device-tree' })).toBe('tree');
        expect(await listed({ text: 'anna' })).toBe('bin');
        for (const text of ['%', '_', '\\', "' or true --", '\u0000', '99999999999']) {
          expect([text, await listed({ text })]).toEqual([text, '']);
        }
      });

      it('begin with what is due first where that is asked for, in pages', async () => {
        const whole = 'lamp old Spielplatz Süd bin tree';
        expect(await listed({ order: 'due' })).toBe(whole);

        const seen: (string | null | undefined)[] = [];
        let after: string | undefined;
        do {
          const page = await store.listJobs({ order: 'due', limit: 2, ...(after !== undefined && { after }) });
          seen.push(...page.items.map(({ assetId, place }) => assetId ?? place?.name));
          after = page.next ?? undefined;
        } while (after !== undefined);
        expect(seen.join(' ')).toBe(whole);
      });

      it('are counted by state, with what is overdue', async () => {
        const { states, overdue } = await store.countJobs({}, NOON);

        expect(states).toEqual({
          open: 3,
          assigned: 1,
          inProgress: 0,
          waiting: 0,
          done: 1,
          verified: 0,
          cancelled: 0,
        });
        expect(overdue).toBe(1);
        expect((await store.countJobs({ department: 'waste' }, NOON + 3 * HOUR)).overdue).toBe(2);
        expect((await store.countJobs({ departments: [] }, NOON)).states.open).toBe(0);
      });
    });
  });
}
