import { idFrom } from '@stadtfunk/kernel';
import { JobPlanner, type AlertChange, type JobDraft, type JobOccasion } from '@stadtfunk/maintenance';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from './database.ts';
import { PostgresMaintenanceStore } from './postgres-maintenance-store.ts';
import { PostgresRoutedJobs } from './postgres-routed-jobs.ts';
import { PostgresRulesRecords } from './postgres-rules-records.ts';
import { poolSessions } from './commit-batch.ts';
import { emptyTables, onEachDatabase } from './testing/each-database.ts';

const NOON = Date.UTC(2026, 10, 21, 12);

/** Sends everything to the crew that is named like the district, and remembers what it was asked. */
class ByDistrict extends JobPlanner {
  readonly asked: JobOccasion[] = [];

  override plan(draft: JobDraft, occasion: JobOccasion): JobDraft {
    this.asked.push(occasion);
    return { ...draft, department: 'lighting', crew: occasion.district ?? 'none', dueAt: NOON + 7 };
  }
}

function raised(
  name: string,
  differences: { readonly assetId?: string | null; readonly job?: null } = {},
): AlertChange {
  return {
    type: 'raise',
    alertId: idFrom('alert', name),
    ruleId: 'light.darkAtNight',
    ruleVersion: '1',
    severity: 'major',
    title: { de: 'Dunkel', en: 'Dark' },
    subject: `asset:${name}`,
    assetId: name,
    deviceId: `sensor-${name}`,
    raisedAt: NOON,
    evidence: { observedAt: NOON, receivedAt: NOON + 1, values: {} },
    job: {
      jobId: idFrom('job', name),
      kind: 'repair',
      title: { de: 'Reparieren', en: 'Repair' },
      department: 'iot',
      priority: 'normal',
      dueAt: NOON + 1,
    },
    ...differences,
  };
}

onEachDatabase((name, open) => {
  describe(`jobs that the organisation plans, on ${name}`, () => {
    let database: Database;
    let planner: ByDistrict;
    let sequence = 0;

    beforeAll(async () => (database = await open()));
    afterAll(() => database.close());
    beforeEach(async () => {
      await emptyTables(database.pool);
      sequence = 0;
      planner = new ByDistrict();
      await database.pool.query(
        `insert into assets (asset_id, type, location, district) values ('lamp', 'Streetlight', '{}', 'Nord')`,
      );
    });

    const commit = async (changes: readonly AlertChange[]) => {
      const records = new PostgresRulesRecords(database, poolSessions(database), planner);
      await records.positions('log', [0]);
      await records.commit({ logId: 'log', reached: [[0, ++sequence]], states: [], changes, at: NOON });
    };

    it('go where it says, and keep whom the rule named', async () => {
      await commit([raised('lamp'), raised('gone'), raised('free', { assetId: null }), raised('quiet', { job: null })]);

      expect(planner.asked).toEqual([
        { severity: 'major', raisedAt: NOON, type: 'Streetlight', district: 'Nord' },
        { severity: 'major', raisedAt: NOON, type: null, district: null },
        { severity: 'major', raisedAt: NOON, type: null, district: null },
      ]);
      const store = new PostgresMaintenanceStore(database);
      const { items } = await store.listJobs({ limit: 10 });
      expect(items).toHaveLength(3);
      for (const job of items) expect(job).toMatchObject({ department: 'lighting', dueAt: NOON + 7 });
      const routed = await new PostgresRoutedJobs(database).latest(10);
      expect(routed.find(({ type }) => type !== null)).toEqual({
        jobId: idFrom('job', 'lamp'),
        number: expect.any(Number) as number,
        kind: 'repair',
        priority: 'normal',
        department: 'lighting',
        crew: 'Nord',
        draftedFor: 'iot',
        severity: 'major',
        type: 'Streetlight',
        district: 'Nord',
        isDelegated: false,
      });
      expect(await new PostgresRoutedJobs(database).latest(2)).toHaveLength(2);

      const jobId = idFrom('job', 'lamp');
      const move = {
        jobId,
        action: 'delegate',
        actor: 'Erika Mustermann',
        at: NOON,
        note: 'Nicht unser Mast',
      } as const;
      await store.moveJob({ ...move, department: 'waste' });
      const delegated = (await new PostgresRoutedJobs(database).latest(10)).filter(({ isDelegated }) => isDelegated);
      expect(delegated).toMatchObject([{ jobId, department: 'waste' }]);
    });

    it('are the same after a batch is repeated', async () => {
      await commit([raised('lamp')]);
      const before = (await new PostgresMaintenanceStore(database).listJobs({ limit: 10 })).items;

      await commit([raised('lamp')]);

      expect((await new PostgresMaintenanceStore(database).listJobs({ limit: 10 })).items).toEqual(before);
    });

    it('know the departments that the organisation describes', async () => {
      const store = new PostgresMaintenanceStore(database);
      await store.putDepartments([{ departmentId: 'parks', name: { de: 'Grün', en: 'Parks' } }]);
      await store.putDepartments([
        { departmentId: 'parks', name: { de: 'Grünflächen', en: 'Parks' } },
        { departmentId: 'roads', name: { de: 'Straßen', en: 'Roads' } },
      ]);
      await store.putDepartments([]);

      const found = await store.listDepartments();
      expect(found.filter(({ departmentId }) => ['parks', 'roads'].includes(departmentId))).toEqual([
        { departmentId: 'parks', name: { de: 'Grünflächen', en: 'Parks' } },
        { departmentId: 'roads', name: { de: 'Straßen', en: 'Roads' } },
      ]);
    });
  });
});
