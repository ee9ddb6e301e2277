import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from './database.ts';
import { PostgresLogSources } from './postgres-log-sources.ts';
import { onEachDatabase } from './testing/each-database.ts';

onEachDatabase((name, open) => {
  describe(`PostgresLogSources on ${name}`, () => {
    let database: Database;
    beforeAll(async () => {
      database = await open();
    });
    afterAll(() => database.close());

    it('keeps the last word of every source', async () => {
      const sources = new PostgresLogSources(database);
      expect(await sources.list()).toEqual([]);
      await sources.report({ sourceId: 'b', taken: 10, forwarded: 4, problem: 'log.io: away' }, 1_000);
      await sources.report({ sourceId: 'a', taken: 2 ** 40, forwarded: 0, problem: null }, 2_000);
      await sources.report({ sourceId: 'b', taken: 12, forwarded: 12, problem: null }, 3_000);
      expect(await sources.list()).toEqual([
        { sourceId: 'a', taken: 2 ** 40, forwarded: 0, problem: null },
        { sourceId: 'b', taken: 12, forwarded: 12, problem: null },
      ]);
    });
  });
});
