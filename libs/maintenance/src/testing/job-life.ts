import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { idFrom } from '@stadtfunk/kernel';
import { MOST_TAGS, type Job, type JobAction } from '../job.ts';
import type { JobEdit, JobMove, MaintenanceStore } from '../maintenance-store.ts';
import { aJob, anAlert, type MaintenanceStoreHarness } from '../testing.ts';

const NOON = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

/** What every store of jobs keeps of their life. */
export function describeJobLife(name: string, make: () => Promise<MaintenanceStoreHarness>): void {
  describe(`the life of jobs in ${name}`, () => {
    let harness: MaintenanceStoreHarness | undefined;
    let store: MaintenanceStore;

    beforeEach(async () => {
      harness ??= await make();
      store = await harness.fresh();
    });
    afterAll(() => harness?.close());

    const open = async (jobName: string, differences: Partial<Job> = {}) => {
      await harness!.raise([], [aJob(jobName, differences)]);
      return aJob(jobName).jobId;
    };
    const move = (jobId: string, action: JobAction, differences: Partial<JobMove> = {}) =>
      store.moveJob({ jobId, action, actor: 'Anna Weber', at: NOON + MINUTE, ...differences });
    const edit = (jobId: string, differences: Partial<JobEdit>) =>
      store.editJob({ jobId, actor: 'Anna Weber', at: NOON + MINUTE, ...differences });
    const last = async (jobId: string) => (await store.jobHistory(jobId)).at(-1);
    const told = async (type: string) => (await store.events(null, 1_000)).filter((event) => event.type === type);

    it('is handed over to another crew, department or person for a reason, and has yet to be begun there', async () => {
      const jobId = await open('a', { state: 'inProgress', assignee: 'Bernd Kraus', crew: 'emptying' });

      expect(await move(jobId, 'delegate', { department: 'lighting' })).toMatchObject({ code: 'job.reasonMissing' });
      expect(await move(jobId, 'delegate', { note: 'warum' })).toMatchObject({ code: 'job.targetMissing' });
      expect(await move(jobId, 'delegate', { note: 'x', crew: 'emptying' })).toMatchObject({
        code: 'job.targetMissing',
      });
      expect(await move(jobId, 'delegate', { note: 'x', department: 'opera' })).toMatchObject({
        code: 'department.unknown',
      });
      const note = 'hängt am Lichtmast';
      const moved = await move(jobId, 'delegate', { department: 'lighting', crew: 'north', note });

      expect(moved).toMatchObject({ state: 'open', department: 'lighting', crew: 'north', assignee: null, version: 2 });
      expect(await store.findJob(jobId)).toEqual(moved);
      expect(await last(jobId)).toEqual({
        at: NOON + MINUTE,
        actor: 'Anna Weber',
        action: 'delegate',
        from: 'inProgress',
        to: 'open',
        note,
        changes: { department: 'lighting', crew: 'north', assignee: null },
      });
      expect((await told('job.changed')).at(-1)?.data).toEqual(moved);
      expect((await store.listJobs({ limit: 9, crew: 'north' })).items).toEqual([moved]);
      expect((await store.listJobs({ limit: 9, crew: 'south' })).items).toEqual([]);

      const person = await move(jobId, 'delegate', { assignee: 'Clara Neu', note: 'Urlaub' });
      expect(person).toMatchObject({ state: 'assigned', department: 'lighting', crew: 'north', assignee: 'Clara Neu' });
      const back = await move(jobId, 'delegate', { department: 'waste', note: 'zurück' });
      expect(back).toMatchObject({ state: 'open', department: 'waste', crew: null, assignee: null });
      expect((await told('job.left')).map(({ data }) => data)).toEqual([
        { jobId, left: 'waste' },
        { jobId, left: 'lighting' },
      ]);
      await move(jobId, 'done');
      expect(await move(jobId, 'delegate', { crew: 'north', note: 'x' })).toMatchObject({ code: 'job.wrongState' });
    });

    it('waits for a reason, which it gives until it goes on', async () => {
      const jobId = await open('a', { state: 'assigned', assignee: 'Bernd Kraus' });

      expect(await move(jobId, 'wait')).toMatchObject({ code: 'job.reasonMissing' });
      const waiting = await move(jobId, 'wait', { note: 'Ersatzteil bestellt' });

      expect(waiting).toMatchObject({ state: 'waiting', waitingFor: 'Ersatzteil bestellt', version: 2 });
      expect(await store.findJob(jobId)).toEqual(waiting);
      expect(await last(jobId)).toMatchObject({ action: 'wait', from: 'assigned', to: 'waiting' });
      expect(await move(jobId, 'wait', { note: 'x' })).toMatchObject({ code: 'job.wrongState' });
      const started = await move(jobId, 'start');
      expect(started).toMatchObject({ state: 'inProgress', waitingFor: null, assignee: 'Bernd Kraus' });
      expect((await store.listJobs({ states: ['waiting'], limit: 5 })).items).toEqual([]);
    });

    it('is overdue also while it waits', async () => {
      await open('a', { state: 'waiting', waitingFor: 'Frost', dueAt: NOON });

      expect(await store.escalateOverdue(NOON, 5)).toBe(1);
    });

    it.each(['done', 'verified', 'cancelled'] as const)(
      'is open again when somebody reopens it (%s)',
      async (state) => {
        const evidence = state === 'verified' ? anAlert('a').raisedBy : null;
        const closed = { state, assignee: 'Bernd Kraus', closedAt: NOON, overdueAt: NOON, unprovenAt: NOON, evidence };
        const jobId = await open('a', closed);

        const job = await move(jobId, 'reopen', { note: 'wieder dunkel' });

        const fresh = { assignee: null, closedAt: null, overdueAt: null, unprovenAt: null, evidence: null };
        expect(job).toMatchObject({ state: 'open', version: 2, ...fresh });
        expect(await store.findJob(jobId)).toEqual(job);
        expect(await last(jobId)).toEqual({
          at: NOON + MINUTE,
          actor: 'Anna Weber',
          action: 'reopen',
          from: state,
          to: 'open',
          note: 'wieder dunkel',
          changes: { assignee: null },
        });
      },
    );

    it('gets another priority and due time, with history and event', async () => {
      const jobId = await open('a', { state: 'assigned' });

      const job = await edit(jobId, { priority: 'urgent', dueAt: NOON + DAY, note: 'Stadtfest', version: 1 });

      expect(job).toMatchObject({ state: 'assigned', priority: 'urgent', dueAt: NOON + DAY, version: 2 });
      expect(await store.findJob(jobId)).toEqual(job);
      expect(await last(jobId)).toEqual({
        at: NOON + MINUTE,
        actor: 'Anna Weber',
        action: 'edit',
        from: 'assigned',
        to: 'assigned',
        note: 'Stadtfest',
        changes: { priority: 'urgent', dueAt: NOON + DAY },
      });
      expect((await told('job.changed')).at(-1)).toMatchObject({ at: NOON + MINUTE, data: job });
      expect(await edit(jobId, { dueAt: null })).toMatchObject({ dueAt: null, priority: 'urgent', version: 3 });
      expect((await last(jobId))?.changes).toEqual({ dueAt: null });
    });

    it('leaves no trace of an edit that changes nothing', async () => {
      const jobId = await open('a', { tags: ['glas'] });
      const history = await store.jobHistory(jobId);

      const job = await edit(jobId, { priority: 'normal', setTags: ['glas'], unsetTags: ['holz'] });

      expect(job).toMatchObject({ version: 1 });
      expect(await store.jobHistory(jobId)).toEqual(history);
      expect(await told('job.changed')).toEqual([]);
    });

    it('refuses an edit on a version that is gone, of a job that is none, and of when a closed job is due', async () => {
      const jobId = await open('a', { state: 'done', closedAt: NOON });
      await edit(jobId, { setTags: ['glas'] });

      expect(await edit(jobId, { setTags: ['holz'], version: 1 })).toMatchObject({ code: 'job.conflict' });
      expect(await edit(idFrom('another'), { setTags: ['holz'] })).toMatchObject({ code: 'job.unknown' });
      expect(await edit('not an id', { setTags: ['holz'] })).toMatchObject({ code: 'job.unknown' });
      expect(await edit(jobId, { priority: 'low' })).toMatchObject({ code: 'job.wrongState' });
      expect(await edit(jobId, { dueAt: NOON })).toMatchObject({ code: 'job.wrongState' });
      expect(await store.findJob(jobId)).toMatchObject({ tags: ['glas'], version: 2 });
    });

    it('keeps tags sorted and each once, whoever sets them at the same time', async () => {
      const jobId = await open('a');
      const tags = ['übergabe', 'a"b', "x'; drop", '{glas}', 'a,b', '\\', '日本', 'NULL'];

      await Promise.all(tags.map((tag) => edit(jobId, { setTags: [tag, tag] })));
      const job = await edit(jobId, { setTags: ['neu'], unsetTags: ['\\', 'unbekannt'] });

      const left = [...tags.filter((tag) => tag !== '\\'), 'neu'].sort();
      expect(job).toMatchObject({ tags: left, version: tags.length + 2 });
      expect(await store.findJob(jobId)).toEqual(job);
      expect((await last(jobId))?.changes).toEqual({ setTags: ['neu'], unsetTags: ['\\'] });
    });

    it('refuses more tags than a job can have', async () => {
      const jobId = await open('a');
      const many = Array.from({ length: MOST_TAGS }, (_, index) => `tag-${index}`);
      await edit(jobId, { setTags: many });

      expect(await edit(jobId, { setTags: ['one more'] })).toMatchObject({ code: 'job.tagsInvalid' });
      expect(await edit(jobId, { setTags: ['one more'], unsetTags: ['tag-3'] })).toMatchObject({ version: 3 });
      expect(await edit(jobId, { unsetTags: many, setTags: ['x'.repeat(41)] })).toMatchObject({
        code: 'job.tagsInvalid',
      });
    });

    it('says once of a job that was done that no sensor has confirmed it, longest first', async () => {
      const jobId = await open('a', { state: 'done', closedAt: NOON });
      await open('later', { state: 'done', closedAt: NOON + 1 });
      await open('verified', { state: 'verified', closedAt: NOON, evidence: anAlert('a').raisedBy });
      await open('cancelled', { state: 'cancelled', closedAt: NOON });
      await open('open');
      expect(await store.flagUnproven(NOON - 1, NOON + DAY - 1, 5)).toBe(0);

      expect(await store.flagUnproven(NOON + 1, NOON + DAY, 1)).toBe(1);
      expect(await store.findJob(jobId)).toMatchObject({ state: 'done', unprovenAt: NOON + DAY, version: 1 });
      expect(await store.flagUnproven(NOON + 1, NOON + DAY + 1, 5)).toBe(1);
      expect(await store.flagUnproven(NOON + 1, NOON + DAY + 2, 5)).toBe(0);

      const flags = await told('job.unproven');
      expect(flags.map(({ at, data }) => [at, (data as Job).assetId])).toEqual([
        [NOON + DAY, 'a'],
        [NOON + DAY + 1, 'later'],
      ]);
      expect(flags[0]?.data).toEqual(await store.findJob(jobId));
      expect(await last(jobId)).toEqual({
        at: NOON + DAY,
        actor: 'schedule:flag-unproven',
        action: 'unproven',
        from: 'done',
        to: 'done',
        note: null,
      });
    });

    it('says it again of a job that was reopened and done again', async () => {
      const jobId = await open('a', { state: 'done', closedAt: NOON });
      await store.flagUnproven(NOON, NOON + DAY, 5);
      await move(jobId, 'reopen', { at: NOON + DAY + 1 });
      await move(jobId, 'done', { at: NOON + DAY + 2 });

      expect(await store.flagUnproven(NOON + DAY + 1, NOON + 2 * DAY, 5)).toBe(0);
      expect(await store.flagUnproven(NOON + DAY + 2, NOON + 2 * DAY, 5)).toBe(1);
    });
  });
}
