import type { Asset } from '@stadtfunk/devices';
import type { Alert, Job } from '@stadtfunk/maintenance';
import {
  aJob,
  describeAlertList,
  describeEscalation,
  describeJobLife,
  describeJobList,
  describeMaintenanceStore,
} from '@stadtfunk/maintenance/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from './database.ts';
import { emptyTables, onEachDatabase } from './testing/each-database.ts';
import { PostgresMaintenanceStore } from './postgres-maintenance-store.ts';
import type { Transaction } from './query.ts';
import { alerts, assets, jobAlerts, jobs, outbox } from './schema.ts';

onEachDatabase((name, open) => {
  describe(name, () => {
    let database: Database;
    beforeAll(async () => (database = await open()));
    afterAll(() => database.close());

    const make = async () => {
      return {
        fresh: async () => {
          await emptyTables(database.pool);
          return new PostgresMaintenanceStore(database);
        },
        raise: (raised: readonly Alert[], created: readonly Omit<Job, 'number'>[], owned: readonly Asset[] = []) =>
          database.drizzle.transaction(async (tx) => {
            if (owned.length > 0) await tx.insert(assets).values([...owned]);
            for (const alert of raised) await insertAlert(tx, alert);
            for (const job of created) await insertJob(tx, job);
          }),
        close: () => Promise.resolve(),
      };
    };
    describeMaintenanceStore(`PostgresMaintenanceStore on ${name}`, make);
    describeJobLife(`PostgresMaintenanceStore on ${name}`, make);
    describeEscalation(`PostgresMaintenanceStore on ${name}`, make);
    describeAlertList(`PostgresMaintenanceStore on ${name}`, make);
    describeJobList(`PostgresMaintenanceStore on ${name}`, make);

    describe(`events of transactions that overlap on ${name}`, () => {
      beforeAll(() => emptyTables(database.pool));

      it('wait for an older transaction that has not committed', async () => {
        // PGlite has one session: there a second transaction cannot begin before the first has ended.
        if (database.kind === 'pglite') return;
        const store = new PostgresMaintenanceStore(database);
        const slow = await database.pool.connect();
        await slow.query('begin');
        await slow.query('select pg_current_xact_id()');
        await database.drizzle.transaction((tx) => insertJob(tx, aJob('fast')));

        const early = await store.events(null, 10);
        const lastEarly = await store.lastEvent();
        await slow.query(`insert into outbox (type, at, data) values ('job.created', now(), '"slow"')`);
        await slow.query('commit');
        slow.release();
        const late = await store.events(null, 10);

        expect(early).toEqual([]);
        expect(lastEarly).toBeNull();
        expect(late.map(({ data }) => (typeof data === 'string' ? data : (data as Job).assetId))).toEqual([
          'slow',
          'fast',
        ]);
      });
    });
  });
});

async function insertAlert(tx: Transaction, alert: Alert): Promise<void> {
  const { suppression, ...same } = alert;
  await tx.insert(alerts).values({
    ...same,
    suppression: suppression?.kind ?? null,
    suppressedUntil: suppression?.until ? new Date(suppression.until) : null,
    raisedAt: new Date(alert.raisedAt),
    acknowledgedAt: alert.acknowledgedAt === null ? null : new Date(alert.acknowledgedAt),
    clearedAt: alert.clearedAt === null ? null : new Date(alert.clearedAt),
  });
  await tx.insert(outbox).values({ type: 'alert.raised', at: new Date(alert.raisedAt), data: alert });
}

async function insertJob(tx: Transaction, { alertIds, ...job }: Omit<Job, 'number'>): Promise<void> {
  const time = (ms: number | null) => (ms === null ? null : new Date(ms));
  await tx.insert(jobs).values({
    ...job,
    tags: [...job.tags],
    createdAt: new Date(job.createdAt),
    dueAt: time(job.dueAt),
    overdueAt: time(job.overdueAt),
    closedAt: time(job.closedAt),
    unprovenAt: time(job.unprovenAt),
  });
  if (alertIds.length > 0)
    await tx.insert(jobAlerts).values(alertIds.map((alertId) => ({ jobId: job.jobId, alertId })));
  await tx.insert(outbox).values({ type: 'job.created', at: new Date(job.createdAt), data: { ...job, alertIds } });
}
