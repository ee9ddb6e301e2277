import { describeRegistryBatch, describeRegistrySearch } from '@stadtfunk/devices/testing';
import { describeDataQuality } from '@stadtfunk/ingest/testing';
import { emptyTables, onEachDatabase } from './testing/each-database.ts';
import { PostgresDataQuality } from './postgres-data-quality.ts';
import { PostgresDeviceRegistry } from './postgres-device-registry.ts';
import { PostgresIngestArchive } from './postgres-ingest-archive.ts';
import { PostgresIngestRecords } from './postgres-ingest-records.ts';
import { PostgresRegistryBatch } from './postgres-registry-batch.ts';
import { PostgresRegistrySearch } from './postgres-registry-search.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from './database.ts';

onEachDatabase((name, open) => {
  describe(name, () => {
    let database: Database;
    beforeAll(async () => {
      database = await open();
    });
    afterAll(() => database.close());
    const registry = () => new PostgresDeviceRegistry(database);
    const close = () => Promise.resolve();

    describeRegistrySearch('PostgresRegistrySearch', async () => ({
      fresh: async () => {
        await emptyTables(database.pool);
        return { registry: registry(), search: new PostgresRegistrySearch(database) };
      },
      close,
    }));

    describeRegistryBatch('PostgresRegistryBatch', async () => ({
      fresh: async () => {
        await emptyTables(database.pool);
        return { registry: registry(), batch: new PostgresRegistryBatch(database) };
      },
      close,
    }));

    it('puts counts of dead letters together that are in many parts', async () => {
      await emptyTables(database.pool);
      const parts = () => database.pool.query('select from dead_letter_counts').then(({ rowCount }) => rowCount);
      await database.pool.query(
        `insert into dead_letter_counts select 'x.y', case when n % 2 = 0 then 'open' else 'retry' end, 1
         from generate_series(1, 1002) n`,
      );
      await database.pool.query(`insert into dead_letter_counts values ('z', 'open', 1), ('z', 'open', -1)`);
      const counts = [
        { code: 'x.y', state: 'open', count: 501 },
        { code: 'x.y', state: 'retry', count: 501 },
      ];
      const quality = new PostgresDataQuality(database);

      expect(await Promise.all([1, 2, 3].map(() => quality.letters()))).toEqual([counts, counts, counts]);
      expect(await parts()).toBe(2);
      expect(await quality.letters()).toEqual(counts);
    });

    describeDataQuality(name, async () => {
      await emptyTables(database.pool);
      return {
        quality: new PostgresDataQuality(database),
        records: new PostgresIngestRecords(database),
        archive: new PostgresIngestArchive(database),
        endLetters: async () => {
          await database.pool.query("update dead_letters set state = 'discarded'");
        },
        register: async ({ deviceId, model, lifecycle = 'active' }) => {
          const rest = { imei: null, iccid: null, uplinkTopic: null, reportingIntervalMs: null };
          await registry().createDevice({ deviceId, model, lifecycle, ...rest }, 'hash', null);
        },
      };
    });
  });
});
