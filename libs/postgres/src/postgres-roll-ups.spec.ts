import { describeDueRollUps, describeRollUps } from '@stadtfunk/readings/testing';
import { afterAll, beforeAll, describe } from 'vitest';
import type { Database } from './database.ts';
import { PostgresDueRollUps } from './postgres-due-roll-ups.ts';
import { PostgresRollUps } from './postgres-roll-ups.ts';
import { PostgresTelemetryStore } from './postgres-telemetry-store.ts';
import { emptyTables, onEachDatabase } from './testing/each-database.ts';

onEachDatabase((name, open) => {
  describe(name, () => {
    let database: Database;

    beforeAll(async () => {
      database = await open();
    });

    afterAll(() => database.close());

    describeDueRollUps(name, async () => {
      await emptyTables(database.pool);
      return new PostgresDueRollUps(database);
    });

    describeRollUps(name, async () => {
      await emptyTables(database.pool);
      const rollUps = new PostgresRollUps(database);
      return {
        telemetry: new PostgresTelemetryStore(database),
        rollUps,
        due: new PostgresDueRollUps(database),
        expireReadings: async (before) => void (await rollUps.purge('reading', before, 100_000)),
      };
    });
  });
});
