export { describeAlertList } from './testing/alert-list.ts';
export { describeEscalation } from './testing/escalation.ts';
export { describeHandoverRecords, type HandoverRecordsHarness } from './testing/handover-records.ts';
export { describeJobLife } from './testing/job-life.ts';
export { MemoryHandoverRecords } from './testing/memory-handover-records.ts';
export { describeJobList } from './testing/job-list.ts';
export { describePhotoStore, type PhotoStoreHarness } from './testing/photo-store.ts';
export { plainKeyFigures, type JobStory } from './testing/plain-key-figures.ts';
export { MemoryScheduleRecords } from './testing/memory-schedule-records.ts';
export { describeScheduleRecords, type ScheduleRecordsHarness } from './testing/schedule-records.ts';
import type { Asset } from '@stadtfunk/devices';
import { idFrom } from '@stadtfunk/kernel';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from './alert.ts';
import type { Job, JobAction, JobState } from './job.ts';
import type { JobMove, JobRefusal, MaintenanceStore } from './maintenance-store.ts';

/** An empty store that knows the departments of the default rules, and a way to put in what the rules would. */
export interface MaintenanceStoreHarness {
  fresh(): Promise<MaintenanceStore>;
  /** Registers the assets, writes the alerts, then the jobs that cover them, with an event `alert.raised` or `job.created` for each. */
  raise(alerts: readonly Alert[], jobs: readonly Omit<Job, 'number'>[], assets?: readonly Asset[]): Promise<void>;
  close(): Promise<void>;
}

const NOON = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;

export function anAlert(name: string, differences: Partial<Alert> = {}): Alert {
  return {
    alertId: idFrom('alert', name),
    ruleId: 'bin-full',
    ruleVersion: '1',
    severity: 'minor',
    title: { de: 'Behälter voll', en: 'Container full' },
    subject: `asset:${name}`,
    assetId: name,
    deviceId: `device-${name}`,
    raisedAt: NOON,
    acknowledgedAt: null,
    acknowledgedBy: null,
    clearedAt: null,
    clearReason: null,
    raisedBy: { observedAt: NOON, receivedAt: NOON + 1_500, values: { fillingLevel: 0.93 } },
    clearedBy: null,
    ...differences,
  };
}

export function aJob(name: string, differences: Partial<Job> = {}): Omit<Job, 'number'> {
  return {
    jobId: idFrom('job', name),
    kind: 'empty',
    title: { de: 'Behälter leeren', en: 'Empty the container' },
    department: 'waste',
    crew: null,
    assetId: name,
    deviceId: `device-${name}`,
    priority: 'normal',
    state: 'open',
    assignee: null,
    waitingFor: null,
    tags: [],
    createdAt: NOON,
    dueAt: NOON + 60 * MINUTE,
    overdueAt: null,
    closedAt: null,
    evidence: null,
    unprovenAt: null,
    alertIds: [],
    version: 1,
    ...differences,
  };
}

/** What every store of alerts and jobs does. */
export function describeMaintenanceStore(name: string, make: () => Promise<MaintenanceStoreHarness>): void {
  describe(`${name} as a maintenance store`, () => {
    let harness: MaintenanceStoreHarness | undefined;
    let store: MaintenanceStore;

    beforeEach(async () => {
      harness ??= await make();
      store = await harness.fresh();
    });
    afterAll(() => harness?.close());

    const raise = (alerts: readonly Alert[], jobs: readonly Omit<Job, 'number'>[] = []) => harness!.raise(alerts, jobs);
    const open = async (jobName: string, differences: Partial<Job> = {}) => {
      await raise([], [aJob(jobName, differences)]);
      return aJob(jobName).jobId;
    };
    const move = (jobId: string, action: JobAction, differences: Partial<JobMove> = {}) =>
      store.moveJob({ jobId, action, actor: 'Anna Weber', at: NOON + MINUTE, ...differences });
    const eventTypes = async () => (await store.events(null, 1_000)).map(({ type }) => type);

    describe('alerts', () => {
      it('gives an alert back as it was raised', async () => {
        const alert = anAlert('bin-1', {
          clearedAt: NOON + 5,
          clearReason: 'measured',
          clearedBy: anAlert('x').raisedBy,
        });
        await raise([alert]);

        expect(await store.findAlert(alert.alertId)).toEqual(alert);
        expect(await store.findAlert(idFrom('another'))).toBeUndefined();
        expect(await store.findAlert("' or true")).toBeUndefined();
      });

      it('lists the alerts that fit, newest first', async () => {
        await raise([
          anAlert('a', { raisedAt: NOON }),
          anAlert('b', { raisedAt: NOON + 2, severity: 'critical', ruleId: 'bin-fire' }),
          anAlert('c', { raisedAt: NOON + 1, clearedAt: NOON + 9, clearReason: 'measured' }),
          anAlert('d', { raisedAt: NOON + 3, subject: 'device:d', assetId: null }),
          anAlert('e', { raisedAt: NOON - 1, groupAlertId: anAlert('a').alertId }),
          anAlert('f', { raisedAt: NOON - 2, groupAlertId: anAlert('b').alertId }),
        ]);
        const listed = async (filter: Partial<Parameters<typeof store.listAlerts>[0]>) =>
          (await store.listAlerts({ limit: 10, ...filter })).items.map(({ deviceId }) => deviceId.slice(-1)).join('');

        expect(await listed({})).toBe('dbcaef');
        expect(await listed({ open: true })).toBe('dbaef');
        expect(await listed({ open: false })).toBe('c');
        expect(await listed({ severities: ['critical'] })).toBe('b');
        expect(await listed({ ruleId: 'bin-fire' })).toBe('b');
        expect(await listed({ assetId: 'a' })).toBe('a');
        expect(await listed({ deviceId: 'device-d' })).toBe('d');
        expect(await listed({ open: true, assetId: 'c' })).toBe('');
        expect(await listed({ groupAlertId: anAlert('a').alertId })).toBe('e');
        expect(await listed({ groupAlertId: "' or true" })).toBe('');
      });

      it('pages through alerts of the same moment while newer ones come', async () => {
        const old = Array.from({ length: 7 }, (_, index) => anAlert(`old-${index}`));
        await raise(old);
        const seen: string[] = [];
        let after: string | undefined;
        for (let page = 0; page < 4; page++) {
          const { items, next } = await store.listAlerts({ limit: 2, ...(after !== undefined && { after }) });
          seen.push(...items.map(({ alertId }) => alertId));
          await raise([anAlert(`new-${page}`, { raisedAt: NOON + 1 + page })]);
          after = next ?? undefined;
        }

        expect(after).toBeUndefined();
        expect([...seen].sort()).toEqual(old.map(({ alertId }) => alertId).sort());
      });

      it('refuses cursors that it did not give out', async () => {
        await raise([anAlert('a'), anAlert('b')]);
        const { next } = await store.listAlerts({ limit: 1 });
        const forged = [
          ['alerts', -1, idFrom('a')],
          ['alerts', 1e300, idFrom('a')],
          ['alerts', NOON, 'x'],
          ['alerts', NOON],
        ];

        for (const after of ['', 'x', next!.slice(0, -6), ...forged.map((keys) => base64Url(JSON.stringify(keys)))]) {
          await expect(store.listAlerts({ limit: 1, after })).rejects.toMatchObject({ code: 'cursor.invalid' });
        }
        await expect(store.listJobs({ limit: 1, after: next! })).rejects.toMatchObject({ code: 'cursor.invalid' });
      });

      it('is acknowledged once, by the first who does, and says so once', async () => {
        const { alertId } = anAlert('a');
        await raise([anAlert('a')]);

        const first = await store.acknowledgeAlert(alertId, 'Anna Weber', NOON + 1);
        const second = await store.acknowledgeAlert(alertId, 'Bernd Kraus', NOON + 2);

        expect(first).toEqual(anAlert('a', { acknowledgedAt: NOON + 1, acknowledgedBy: 'Anna Weber' }));
        expect(second).toEqual(first);
        expect(await store.findAlert(alertId)).toEqual(first);
        const events = await store.events(null, 10);
        expect(events.map(({ type }) => type)).toEqual(['alert.raised', 'alert.acknowledged']);
        expect(events[1]).toMatchObject({ at: NOON + 1, data: first });
        expect(await store.acknowledgeAlert(idFrom('another'), 'Anna Weber', NOON)).toBeUndefined();
      });
    });

    describe('jobs', () => {
      it('gives a job back with its number and the alerts that it covers', async () => {
        const alerts = [anAlert('lamp-1'), anAlert('lamp-2')];
        const job = aJob('cabinet', { alertIds: alerts.map(({ alertId }) => alertId).sort() });
        await raise(alerts, [job]);
        await open('other');

        expect(await store.findJob(job.jobId)).toEqual({ ...job, number: expect.any(Number) as number });
        expect((await store.findJob(aJob('other').jobId))?.alertIds).toEqual([]);
        expect(await store.findJob(idFrom('another'))).toBeUndefined();
        expect(await store.findJob('42')).toBeUndefined();
      });

      it('lists the jobs that fit, newest first, in pages', async () => {
        await open('a', { createdAt: NOON });
        await open('b', { createdAt: NOON + 2, department: 'lighting' });
        await open('c', { createdAt: NOON + 1, state: 'done', closedAt: NOON + 3 });
        const listed = async (filter: Partial<Parameters<typeof store.listJobs>[0]>) =>
          (await store.listJobs({ limit: 10, ...filter })).items.map(({ assetId }) => assetId).join('');

        expect(await listed({})).toBe('bca');
        expect(await listed({ states: ['open', 'assigned'] })).toBe('ba');
        expect(await listed({ states: ['done'], department: 'waste' })).toBe('c');
        expect(await listed({ department: 'lighting' })).toBe('b');
        expect(await listed({ assetId: 'a' })).toBe('a');
        const first = await store.listJobs({ limit: 2 });
        expect(first.items.map(({ assetId }) => assetId).join('')).toBe('bc');
        expect(await listed({ limit: 2, after: first.next! })).toBe('a');
      });

      it('is assigned, started and done, each with history and event', async () => {
        const jobId = await open('a');

        await move(jobId, 'assign', { assignee: 'Bernd Kraus', note: 'bitte heute' });
        await move(jobId, 'start', { actor: 'Bernd Kraus', at: NOON + 2 * MINUTE });
        const done = await move(jobId, 'done', { actor: 'Bernd Kraus', at: NOON + 3 * MINUTE });

        expect(done).toMatchObject({
          state: 'done',
          assignee: 'Bernd Kraus',
          closedAt: NOON + 3 * MINUTE,
          evidence: null,
          version: 4,
        });
        expect(await store.findJob(jobId)).toEqual(done);
        expect(await store.jobHistory(jobId)).toEqual([
          {
            at: NOON + MINUTE,
            actor: 'Anna Weber',
            action: 'assign',
            from: 'open',
            to: 'assigned',
            note: 'bitte heute',
            changes: { assignee: 'Bernd Kraus' },
          },
          {
            at: NOON + 2 * MINUTE,
            actor: 'Bernd Kraus',
            action: 'start',
            from: 'assigned',
            to: 'inProgress',
            note: null,
          },
          { at: NOON + 3 * MINUTE, actor: 'Bernd Kraus', action: 'done', from: 'inProgress', to: 'done', note: null },
        ]);
        const events = await store.events(null, 10);
        expect(events.map(({ type }) => type)).toEqual(['job.created', 'job.changed', 'job.changed', 'job.changed']);
        expect(events.map(({ data }) => (data as Job).state)).toEqual(['open', 'assigned', 'inProgress', 'done']);
        expect(events.at(-1)?.data).toEqual(done);
      });

      it('takes whoever assigns without a name as the assignee', async () => {
        const jobId = await open('a');

        expect(await move(jobId, 'assign')).toMatchObject({ state: 'assigned', assignee: 'Anna Weber' });
      });

      it('is open again after a reopening, as if it had never been closed', async () => {
        const jobId = await open('a');
        await move(jobId, 'assign');
        expect(await move(jobId, 'cancel')).toMatchObject({ state: 'cancelled', closedAt: NOON + MINUTE });

        expect(await move(jobId, 'reopen')).toMatchObject({
          state: 'open',
          closedAt: null,
          evidence: null,
          assignee: null,
        });
      });

      it('refuses what its state does not allow, and changes nothing', async () => {
        const jobId = await open('a', { state: 'done', closedAt: NOON });

        expect(await move(jobId, 'start')).toMatchObject({ code: 'job.wrongState' });
        expect(await move(idFrom('another'), 'start')).toMatchObject({ code: 'job.unknown' });
        expect(await move('not an id', 'start')).toMatchObject({ code: 'job.unknown' });

        expect(await store.findJob(jobId)).toMatchObject({ state: 'done', version: 1 });
        expect(await store.jobHistory(jobId)).toEqual([]);
        expect(await eventTypes()).toEqual(['job.created']);
      });

      it('refuses a move on a version that is gone', async () => {
        const jobId = await open('a');
        await move(jobId, 'assign', { version: 1 });

        expect(await move(jobId, 'start', { version: 1 })).toMatchObject({ code: 'job.conflict' });
        expect(await move(jobId, 'start', { version: 2 })).toMatchObject({ state: 'inProgress', version: 3 });
      });

      it('lets one of many win who move the same version', async () => {
        const jobId = await open('a');
        const people = Array.from({ length: 8 }, (_, index) => `person-${index}`);

        const outcomes = await Promise.all(
          people.map((assignee) => move(jobId, 'assign', { actor: assignee, assignee, version: 1 })),
        );

        const winners = outcomes.filter((outcome): outcome is Job => 'jobId' in outcome);
        const losers = outcomes.filter((outcome): outcome is JobRefusal => 'code' in outcome);
        expect(winners).toHaveLength(1);
        expect(new Set(losers.map(({ code }) => code))).toEqual(new Set(['job.conflict']));
        expect(await store.findJob(jobId)).toEqual(winners[0]);
        expect(await store.jobHistory(jobId)).toHaveLength(1);
        expect(await eventTypes()).toEqual(['job.created', 'job.changed']);
      });

      it('keeps every move of many who do not say which version they saw', async () => {
        const jobId = await open('a');

        const outcomes = await Promise.all(
          Array.from({ length: 8 }, (_, index) => move(jobId, 'assign', { assignee: `person-${index}` })),
        );

        expect(outcomes.map((outcome) => (outcome as Job).version).sort((a, b) => a - b)).toEqual([
          2, 3, 4, 5, 6, 7, 8, 9,
        ]);
        const states: (JobState | null)[] = (await store.jobHistory(jobId)).map(({ from }) => from);
        expect(states).toEqual(['open', ...Array.from({ length: 7 }, () => 'assigned')]);
      });

      it('takes comments in every state, without a new version', async () => {
        const jobId = await open('a', { state: 'verified', closedAt: NOON });

        const job = await store.commentJob(jobId, 'Anna Weber', NOON + MINUTE, 'Schlüssel liegt beim Pförtner');

        expect(job).toMatchObject({ state: 'verified', version: 1 });
        expect(await store.jobHistory(jobId)).toEqual([
          {
            at: NOON + MINUTE,
            actor: 'Anna Weber',
            action: 'comment',
            from: 'verified',
            to: 'verified',
            note: 'Schlüssel liegt beim Pförtner',
          },
        ]);
        expect(await eventTypes()).toEqual(['job.created', 'job.changed']);
        expect(await store.commentJob(idFrom('another'), 'Anna Weber', NOON, 'x')).toBeUndefined();
      });

      it('refuses text that cannot be stored, whole', async () => {
        const jobId = await open('a');

        await expect(move(jobId, 'assign', { assignee: 'A\u0000' })).rejects.toMatchObject({
          code: 'text.unstorable',
          retryable: false,
        });
        await expect(store.commentJob(jobId, 'Anna', NOON, '\u0000')).rejects.toMatchObject({
          code: 'text.unstorable',
        });

        expect(await store.findJob(jobId)).toMatchObject({ state: 'open', version: 1 });
        expect(await store.jobHistory(jobId)).toEqual([]);
      });
    });

    describe('events', () => {
      it('go on behind a cursor without missing or repeating one', async () => {
        expect(await store.lastEvent()).toBeNull();
        for (const jobName of ['a', 'b', 'c', 'd', 'e']) await open(jobName);
        const all = await store.events(null, 100);

        const first = await store.events(null, 2);
        const rest = await store.events(first.at(-1)!.cursor, 100);

        expect([...first, ...rest]).toEqual(all);
        expect(all.map(({ data }) => (data as Job).assetId)).toEqual(['a', 'b', 'c', 'd', 'e']);
        const cursors = all.map(({ cursor }) => cursor);
        expect([...cursors].sort()).toEqual(cursors);
        expect(await store.lastEvent()).toBe(cursors.at(-1));
        expect(await store.events(cursors.at(-1)!, 100)).toEqual([]);
      });

      it('are all seen, once and in order, by one who reads along while many write', async () => {
        const jobIds = await Promise.all(['a', 'b', 'c', 'd'].map((jobName) => open(jobName)));
        const seen: { cursor: string }[] = [];
        const read = async () => {
          const more = await store.events(seen.at(-1)?.cursor ?? null, 3);
          seen.push(...more);
          return more.length;
        };
        let isWriting = true;
        const reading = (async () => {
          while (isWriting) await read();
        })();

        await Promise.all(
          jobIds.flatMap((jobId) => Array.from({ length: 15 }, () => store.commentJob(jobId, 'Anna', NOON, 'x'))),
        );
        isWriting = false;
        await reading;
        while ((await read()) > 0);

        expect(seen).toHaveLength(64);
        expect(seen).toEqual(await store.events(null, 1_000));
      });

      it('refuses a cursor that is none', async () => {
        const huge = `${'9'.repeat(20)}-${'0'.repeat(19)}`;

        for (const cursor of ['', '1', huge, 'x'.repeat(40), "0' or true"]) {
          await expect(store.events(cursor, 1)).rejects.toMatchObject({ code: 'cursor.invalid' });
        }
      });
    });

    it('knows the departments', async () => {
      expect(await store.listDepartments()).toContainEqual({
        departmentId: 'waste',
        name: { de: 'Abfallwirtschaft', en: 'Waste management' },
      });
    });
  });
}

function base64Url(text: string): string {
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
