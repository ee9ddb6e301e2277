import { describeIngestRecords } from '@stadtfunk/ingest/testing';
import { afterAll, beforeAll, describe } from 'vitest';
import type { Database } from './database.ts';
import { emptyTables, onEachDatabase } from './testing/each-database.ts';
import { PostgresDueRollUps } from './postgres-due-roll-ups.ts';
import { PostgresIngestRecords } from './postgres-ingest-records.ts';

onEachDatabase((name, open) => {
  describe(name, () => {
    let database: Database;

    beforeAll(async () => {
      database = await open();
    });

    afterAll(() => database.close());

    describeIngestRecords(name, async () => {
      await emptyTables(database.pool);
      return {
        records: new PostgresIngestRecords(database),
        due: new PostgresDueRollUps(database),
        another: async () => new PostgresIngestRecords(database),
        askForRetry: async () => {
          await database.pool.query("update dead_letters set state = 'retry' where state = 'open'");
        },
      };
    });
  });
});
