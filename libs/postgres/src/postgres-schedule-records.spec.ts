import { describeScheduleRecords } from '@stadtfunk/maintenance/testing';
import { PostgresScheduleRecords } from './postgres-schedule-records.ts';
import { emptyTables, onEachDatabase } from './testing/each-database.ts';

onEachDatabase((name, open) => {
  describeScheduleRecords(`PostgresScheduleRecords on ${name}`, async () => {
    const database = await open();
    return {
      fresh: async () => {
        await emptyTables(database.pool);
        return new PostgresScheduleRecords(database);
      },
      pass: async (ms) => {
        await database.pool.query('select pg_sleep($1::float8 / 1000)', [ms]);
      },
      close: () => database.close(),
    };
  });
});
