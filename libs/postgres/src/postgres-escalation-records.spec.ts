import {
  escalateAlerts,
  EscalationPlan,
  type Alert,
  type EscalatedAlert,
  type EscalationReach,
  type Job,
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

/** After 15 and after 30 minutes, critical alerts only. */
class TwoSteps extends EscalationPlan {
  override reach(): readonly EscalationReach[] {
    return [{ severity: 'critical', afterMs: 15 * MINUTE, steps: 2 }];
  }

  override due({ alert, department, toldAt }: UnacknowledgedAlert, now: number) {
    const afterMs = (toldAt.length + 1) * 15 * MINUTE;
    return now < alert.raisedAt + afterMs ? null : { step: toldAt.length + 1, afterMs, department, to: [ANNA] };
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
  });
});
