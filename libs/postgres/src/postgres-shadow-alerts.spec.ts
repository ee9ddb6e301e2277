import { clearOf, raiseOf } from '@stadtfunk/rules/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from './database.ts';
import { PostgresRulesRecords } from './postgres-rules-records.ts';
import { PostgresShadowAlerts } from './postgres-shadow-alerts.ts';
import { onEachDatabase } from './testing/each-database.ts';

onEachDatabase((name, open) => {
  let database: Database;

  beforeAll(async () => (database = await open()));
  afterAll(() => database.close());

  it(`shadow alerts that are over long ago are forgotten, some at a time, on ${name}`, async () => {
    const records = new PostgresRulesRecords(database);
    await records.positions('log-1', [0]);
    const names = ['bin-1', 'bin-2', 'bin-3', 'bin-4'];
    const { clearedAt } = clearOf('bin-1');
    const shadowChanges = [
      ...names.map((each) => raiseOf(each)),
      clearOf('bin-1'),
      clearOf('bin-2'),
      clearOf('bin-3', { clearedAt: clearedAt + 1 }),
    ];
    const batch = { logId: 'log-1', reached: [[0, 1]] as const, states: [], changes: [] };
    await records.commit({ ...batch, shadowChanges, at: clearedAt });
    const shadows = new PostgresShadowAlerts(database);

    expect(await shadows.purge(clearedAt, 10)).toBe(0);
    expect(await shadows.purge(clearedAt + 1, 1)).toBe(1);
    expect(await shadows.purge(clearedAt + 1, 10)).toBe(1);
    const left = (await shadows.list({ limit: 10 })).items.map(({ assetId }) => assetId);
    expect(left.sort()).toEqual(['bin-3', 'bin-4']);
  });
});
