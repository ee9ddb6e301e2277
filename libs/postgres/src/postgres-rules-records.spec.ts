import { describeRulesRecords } from '@stadtfunk/rules/testing';
import { afterAll, beforeAll, describe } from 'vitest';
import type { Database } from './database.ts';
import { emptyTables, onEachDatabase } from './testing/each-database.ts';
import { PostgresMaintenanceStore } from './postgres-maintenance-store.ts';
import { PostgresRulesRecords } from './postgres-rules-records.ts';
import { PostgresShadowAlerts } from './postgres-shadow-alerts.ts';

const ALL = { limit: 2_000 };

onEachDatabase((name, open) => {
  describe(name, () => {
    let database: Database;

    beforeAll(async () => {
      database = await open();
    });

    afterAll(() => database.close());

    describeRulesRecords(name, async () => {
      await emptyTables(database.pool);
      const store = new PostgresMaintenanceStore(database);
      return {
        records: new PostgresRulesRecords(database),
        another: async () => new PostgresRulesRecords(database),
        say: async (jobId, action, at) => {
          await store.moveJob({ jobId, action, actor: 'Erika Mustermann', at });
        },
        // What a list says besides, of the place and the job, is no part of an alert.
        alerts: async () =>
          (await store.listAlerts(ALL)).items.map(({ place: _place, departments: _of, job: _job, ...alert }) => alert),
        jobs: async () => (await store.listJobs(ALL)).items,
        shadows: async () => (await new PostgresShadowAlerts(database).list(ALL)).items,
        history: (jobId) => store.jobHistory(jobId),
        events: async () =>
          (await store.events(null, 10_000)).flatMap(({ type, data }) =>
            'windowId' in data || 'left' in data ? [] : [{ type, data }],
          ),
      };
    });
  });
});
