import { describeHandoverRecords } from '@stadtfunk/maintenance/testing';
import { PostgresHandoverRecords } from './postgres-handover-records.ts';
import { emptyTables, onEachDatabase } from './testing/each-database.ts';

onEachDatabase((name, open) => {
  describeHandoverRecords(`PostgresHandoverRecords on ${name}`, async () => {
    const database = await open();
    return {
      fresh: async () => {
        await emptyTables(database.pool);
        return new PostgresHandoverRecords(database);
      },
      pass: async (ms) => {
        await database.pool.query('select pg_sleep($1::float8 / 1000)', [ms]);
      },
      close: () => database.close(),
    };
  });
});
