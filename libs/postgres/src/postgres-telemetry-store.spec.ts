import { describeTelemetryStore, readingOf } from '@stadtfunk/readings/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres } from './testing/postgres-server.ts';
import { openDatabase, type Database } from './database.ts';
import { emptyTables, onEachDatabase } from './testing/each-database.ts';
import { PostgresTelemetryStore } from './postgres-telemetry-store.ts';
import { quiet } from './testing.ts';

onEachDatabase((name, open) => {
  describe(name, () => {
    let database: Database;

    beforeAll(async () => {
      database = await open();
    });

    afterAll(() => database.close());

    describeTelemetryStore(name, async () => {
      await emptyTables(database.pool);
      return new PostgresTelemetryStore(database);
    });

    it('stores readings of ids that no text column takes as they are', async () => {
      const store = new PostgresTelemetryStore(database);
      await store.write([readingOf({ deviceId: 'a\u0000b\ud800\\u0000' })]);

      const { rows } = await database.pool.query("select device_id from readings where device_id like 'a%'");
      expect(rows).toEqual([{ device_id: 'a\ufffdb\ufffd\\u0000' }]);
    });
  });
});

it('says that the store is away when its server has stopped, so that the batch is tried again', async () => {
  const server = await startPostgres();
  const database = await openDatabase({ url: server.url }, quiet);
  await server.stop();

  const write = new PostgresTelemetryStore(database).write([readingOf()]);
  await expect(write).rejects.toMatchObject({ code: 'telemetry.unavailable', retryable: true });
  await database.close();
});
