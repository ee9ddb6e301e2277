import {
  escalateAlerts,
  escalateJobs,
  EscalationPlan,
  type Alert,
  type EscalatedAlert,
  type EscalatedJob,
  type EscalationReach,
  type Job,
  type OverdueJob,
  type OverdueReach,
  type UnacknowledgedAlert,
} from '@stadtfunk/maintenance';
import { aJob, anAlert } from '@stadtfunk/maintenance/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from './database.ts';
import { PostgresEscalationRecords } from './postgres-escalation-records.ts';
import { PostgresMaintenanceStore } from './postgres-maintenance-store.ts';
import { alerts, jobAlerts } from './schema.ts';
import { emptyTables, onEachDatabase } from './testing/each-database.ts';
import { putJob } from './testing/put-job.ts';

const NOON = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;
const ANNA = { role: 'onCall', personId: 'anna', name: 'Anna Weber', mail: null } as const;

/** After 15 and after 30 minutes; of alerts critical ones only, of jobs high ones. */
class TwoSteps extends EscalationPlan {
  override reach(): readonly EscalationReach[] {
    return [{ severity: 'critical', afterMs: 15 * MINUTE, steps: 2 }];
  }

  override due({ alert, department, toldAt }: UnacknowledgedAlert, now: number) {
    const afterMs = (toldAt.length + 1) * 15 * MINUTE;
    return now < alert.raisedAt + afterMs ? null : { step: toldAt.length + 1, afterMs, department, to: [ANNA] };
  }

  override overdueReach(): readonly OverdueReach[] {
    return [{ priority: 'high', afterMs: 15 * MINUTE, steps: 2 }];
  }

  override overdueDue({ job, toldAt }: OverdueJob, now: number) {
    const [step, department] = [toldAt.length + 1, job.department];
    const afterMs = step * 15 * MINUTE;
    return now < (job.dueAt ?? Infinity) + afterMs ? null : { step, afterMs, department, to: [ANNA] };
  }
}

onEachDatabase((name, open) => {
  describe(`escalations on ${name}`, () => {
    let database: Database;
    let records: PostgresEscalationRecords;
    let store: PostgresMaintenanceStore;

    beforeAll(async () => (database = await open()));
    afterAll(() => database.close());
    beforeEach(async () => {
      await emptyTables(database.pool);
      records = new PostgresEscalationRecords(database);
      store = new PostgresMaintenanceStore(database);
    });

    const put = async (alert: Alert, job?: Omit<Job, 'number'>) => {
      const { suppression: _suppression, ...row } = alert;
      const time = (ms: number | null) => (ms === null ? null : new Date(ms));
      await database.drizzle.insert(alerts).values({
        ...row,
        raisedAt: new Date(alert.raisedAt),
        acknowledgedAt: time(alert.acknowledgedAt),
        clearedAt: time(alert.clearedAt),
      });
      if (!job) return;
      await putJob(database, job);
      await database.drizzle.insert(jobAlerts).values({ jobId: job.jobId, alertId: alert.alertId });
    };
    const critical = (what: string, differences: Partial<Alert> = {}) =>
      anAlert(what, { severity: 'critical', ...differences });
    const escalate = (minutes: number, limit = 100) =>
      escalateAlerts(new TwoSteps(), records, NOON + minutes * MINUTE, { limit, isAborted: () => false });
    const told = async () => (await store.events(null, 1_000)).filter(({ type }) => type === 'alert.escalated');

    it('tells each step once, in time, to the outside and in the history of the job', async () => {
      const alert = critical('a');
      await put(alert, aJob('a', { department: 'lighting' }));

      expect([await escalate(14), await escalate(15), await escalate(16)]).toEqual([0, 1, 0]);
      expect([await escalate(30), await escalate(31), await escalate(999)]).toEqual([1, 0, 0]);

      const events = await told();
      expect(events.map(({ at }) => (at - NOON) / MINUTE)).toEqual([15, 30]);
      const { escalation, ...same } = events[0]!.data as EscalatedAlert;
      expect(same).toEqual(await store.findAlert(alert.alertId));
      expect(escalation).toEqual({ step: 1, afterMs: 15 * MINUTE, department: 'lighting', to: [ANNA] });
      expect(await records.told(alert.alertId)).toEqual([
        { step: 1, severity: 'critical', at: NOON + 15 * MINUTE, department: 'lighting', to: [ANNA] },
        { step: 2, severity: 'critical', at: NOON + 30 * MINUTE, department: 'lighting', to: [ANNA] },
      ]);
      expect((await store.jobHistory(aJob('a').jobId)).map(({ actor, action, note }) => [actor, action, note])).toEqual(
        [
          ['schedule:escalate-alerts', 'escalate', 'step 1: Anna Weber (onCall)'],
          ['schedule:escalate-alerts', 'escalate', 'step 2: Anna Weber (onCall)'],
        ],
      );
      expect(await records.told('no id')).toEqual([]);
    });

    it('leaves alerts that somebody looks after, that are over, held back, told in a group, or less severe', async () => {
      await put(critical('acknowledged', { acknowledgedAt: NOON, acknowledgedBy: 'Anna' }));
      await put(critical('over', { clearedAt: NOON + 1, clearReason: 'measured' }));
      await put(critical('taken'), aJob('taken', { state: 'assigned', assignee: 'Anna' }));
      await put(anAlert('minor', { severity: 'minor' }));
      for (const held of ['shelved', 'member']) await put(critical(held));
      const set = (what: string, column: string) =>
        database.pool.query(`update alerts set ${column} where asset_id = $1`, [what]);
      await set('shelved', "suppression = 'shelved'");
      await put(critical('group'));
      await set('member', `group_alert_id = '${critical('group').alertId}'`);

      expect(await escalate(15)).toBe(1);
      expect((await told()).map(({ data }) => (data as Alert).assetId)).toEqual(['group']);
    });

    it('knows the department of the job, else of the asset, else of its type', async () => {
      await database.pool.query(
        `insert into assets (asset_id, type, location, department) values
         ('own', 'Streetlight', '{}', 'iot'), ('typed', 'Streetlight', '{}', null)`,
      );
      for (const what of ['own', 'typed', 'nobody']) await put(critical(what));
      await escalate(15);

      const departments = (await told()).map(({ data }) => {
        return [(data as Alert).assetId, (data as EscalatedAlert).escalation.department];
      });
      expect(new Map(departments as [string, string | null][])).toEqual(
        new Map([
          ['own', 'iot'],
          ['typed', 'lighting'],
          ['nobody', null],
        ]),
      );
    });

    it('finds all of many, in pages', async () => {
      for (let index = 0; index < 7; index++) await put(critical(`a${index}`, { raisedAt: NOON + (index % 2) }));

      expect([await escalate(16, 2), await escalate(31, 3), await escalate(60, 2)]).toEqual([7, 7, 0]);
    });

    it('tells each step once though several processes look at the same time, and survives a start anew', async () => {
      for (let index = 0; index < 5; index++) await put(critical(`a${index}`));

      const counts = await Promise.all(Array.from({ length: 4 }, () => escalate(15)));
      records = new PostgresEscalationRecords(database);
      counts.push(await escalate(16));

      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(5);
      expect(await told()).toHaveLength(5);
    });

    it('begins anew when an alert becomes more severe, and tells nothing that an acknowledgement has overtaken', async () => {
      const alert = critical('a', { severity: 'major' });
      await put(alert);
      await records.tell(alert, { step: 1, afterMs: 0, department: null, to: [] }, NOON);
      await database.pool.query(`update alerts set severity = 'critical'`);

      const [found] = await records.unacknowledged(new TwoSteps().reach(), NOON + 15 * MINUTE, 10, null);
      expect(found).toMatchObject({ toldAt: [] });
      await store.acknowledgeAlert(alert.alertId, 'Anna', NOON + 16 * MINUTE);

      const step = new TwoSteps().due(found!, NOON + 17 * MINUTE)!;
      expect(await records.tell(found!.alert, step, NOON + 17 * MINUTE)).toBe(false);
      expect(await told()).toHaveLength(1);
    });

    describe('of jobs', () => {
      /** Due at noon. */
      const late = async (what: string, differences: Partial<Job> = {}) => {
        const job = aJob(what, { priority: 'high', dueAt: NOON, ...differences });
        await putJob(database, job);
        return job.jobId;
      };
      const look = async (minutes: number, limit = 100) => {
        const now = NOON + minutes * MINUTE;
        await store.escalateOverdue(now, 100);
        return escalateJobs(new TwoSteps(), records, now, { limit, isAborted: () => false });
      };
      const escalated = async () => (await store.events(null, 1_000)).filter(({ type }) => type === 'job.escalated');

      it('tells each step once, in time, to the outside and in the history, whoever works on the job', async () => {
        const jobId = await late('a', { state: 'inProgress', assignee: 'Bernd', department: 'lighting' });

        expect([await look(14), await look(15), await look(16)]).toEqual([0, 1, 0]);
        records = new PostgresEscalationRecords(database);
        expect([await look(29), await look(30), await look(999)]).toEqual([0, 1, 0]);

        const { escalation, ...same } = (await escalated())[0]!.data as EscalatedJob;
        expect(same).toEqual(await store.findJob(jobId));
        expect(same.version).toBe(1);
        expect(escalation).toEqual({ step: 1, afterMs: 15 * MINUTE, department: 'lighting', to: [ANNA] });
        expect((await escalated()).map(({ at }) => (at - NOON) / MINUTE)).toEqual([15, 30]);
        const overdueAt = NOON + 14 * MINUTE;
        expect(await records.toldOverdue(jobId)).toEqual([
          { step: 1, overdueAt, at: NOON + 15 * MINUTE, department: 'lighting', to: [ANNA] },
          { step: 2, overdueAt, at: NOON + 30 * MINUTE, department: 'lighting', to: [ANNA] },
        ]);
        const history = await store.jobHistory(jobId);
        expect(history.map(({ actor, action, to, note }) => [actor, action, to, note])).toEqual([
          ['schedule:escalate-overdue', 'escalate', 'inProgress', null],
          ['schedule:escalate-overdue', 'escalate', 'inProgress', 'step 1: Anna Weber (onCall)'],
          ['schedule:escalate-overdue', 'escalate', 'inProgress', 'step 2: Anna Weber (onCall)'],
        ]);
        expect(await records.toldOverdue('no id')).toEqual([]);
      });

      it('leaves jobs that are over, that are due some day, later, or less urgent', async () => {
        for (const state of ['done', 'verified', 'cancelled'] as const) await late(state, { state, closedAt: NOON });
        await late('some day', { dueAt: null });
        await late('later', { dueAt: NOON + MINUTE });
        await late('less urgent', { priority: 'normal' });

        expect(await look(15)).toBe(0);
        expect(await look(16)).toBe(1);
      });

      it('begins anew after a later due time, and tells nothing that somebody was faster to put right', async () => {
        const jobId = await late('a');
        expect(await look(15)).toBe(1);
        const [found] = await records.overdue(new TwoSteps().overdueReach(), NOON + 30 * MINUTE, 10, null);
        const edit = { jobId, actor: 'Anna', at: NOON + 16 * MINUTE };

        await store.editJob({ ...edit, dueAt: NOON + 60 * MINUTE });

        const step = new TwoSteps().overdueDue(found!, NOON + 30 * MINUTE)!;
        expect(await records.tellOverdue(found!.job, step, NOON + 30 * MINUTE)).toBe(false);
        expect([await look(74), await look(75), await look(90)]).toEqual([0, 1, 1]);
        await store.moveJob({ ...edit, action: 'done' });
        expect(await look(999)).toBe(0);
        expect((await records.toldOverdue(jobId)).map((told) => told.step)).toEqual([1, 1, 2]);
      });

      it('finds all of many, in pages, and tells each step once though several processes look at the same time', async () => {
        for (let index = 0; index < 7; index++) await late(`a${index}`, { dueAt: NOON + (index % 2) });
        await store.escalateOverdue(NOON + 16 * MINUTE, 100);

        const counts = await Promise.all(Array.from({ length: 4 }, (_, index) => look(16, 2 + index)));

        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(7);
        expect(await look(31, 3)).toBe(7);
        expect(await look(60, 2)).toBe(0);
        expect(await escalated()).toHaveLength(14);
      });
    });
  });
});
