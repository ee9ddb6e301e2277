import { idFrom } from '@stadtfunk/kernel';
import { eventually } from '@stadtfunk/kernel/testing';
import { describeRuleVersions, raiseOf, versionOf } from '@stadtfunk/rules/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DatabaseNotices } from './database-notices.ts';
import type { Database } from './database.ts';
import { PostgresRuleVersions } from './postgres-rule-versions.ts';
import { alerts, shadowAlerts } from './schema.ts';
import { emptyTables, onEachDatabase, quiet } from './testing/each-database.ts';

onEachDatabase((name, open) => {
  describeRuleVersions(`on ${name}`, async () => {
    const database = await open();
    let count = 0;
    return {
      fresh: async () => {
        await emptyTables(database.pool);
        return new PostgresRuleVersions(database);
      },
      putAlerts: async (more, isShadow) => {
        const rows = more.map(({ ruleId, raisedAt, clearedAt }) => {
          const { severity, title, assetId, deviceId, evidence } = raiseOf(`bin-${count}`);
          return {
            alertId: idFrom('alert', String(count)),
            subject: `asset:bin-${count++}`,
            ruleId,
            ruleVersion: '1',
            raisedAt: new Date(raisedAt),
            clearedAt: clearedAt === null ? null : new Date(clearedAt),
            ...{ severity, title, assetId, deviceId, raisedBy: evidence },
          };
        });
        if (isShadow) await database.drizzle.insert(shadowAlerts).values(rows);
        else await database.drizzle.insert(alerts).values(rows);
      },
      close: () => database.close(),
    };
  });

  describe(`a version of a rule on ${name}`, () => {
    let database: Database;
    beforeAll(async () => (database = await open()));
    afterAll(() => database.close());

    it('is announced to every process when it is saved, and only then', async () => {
      const versions = new PostgresRuleVersions(database);
      const notices = new DatabaseNotices(database, quiet);
      let [rules, events] = [0, 0];
      notices.onRules(() => rules++);
      notices.onEvents(() => events++);
      await notices.start();
      [rules, events] = [0, 0];
      await versions.save(versionOf('waste.full', 0));
      await eventually('the notice', () => rules === 1);
      await versions.save(versionOf('waste.full', 0));
      await versions.save(versionOf('waste.full', 1));
      await eventually('the second notice', () => rules === 2);
      expect(events).toBe(0);
      await notices.stop();
    });

    it('that holds what no record can hold is refused and not half there', async () => {
      const versions = new PostgresRuleVersions(database);
      const before = await versions.count();
      const broken = versionOf('nul.byte', 0, { yaml: 'a\0b' });
      await expect(versions.save(broken)).rejects.toMatchObject({ code: 'text.unstorable' });
      expect(await versions.count()).toBe(before);
    });
  });
});
