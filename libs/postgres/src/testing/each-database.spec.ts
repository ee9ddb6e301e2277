import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import { emptyTables, onEachDatabase } from './each-database.ts';

onEachDatabase((name, open) => {
  describe(`emptyTables on ${name}`, () => {
    let database: Database;
    beforeAll(async () => (database = await open()));
    afterAll(() => database.close());

    const ask = async (query: string) => (await database.pool.query<Record<string, string>>(query)).rows;
    const write = (count: number) =>
      ask(`
        with events as (
          insert into outbox (type, at, data)
          select 'job.changed', now(), to_jsonb(repeat('x', 500)) from generate_series(1, ${count}) returning event_id
        ) select event_id from events order by event_id`);

    it.each([3, 5_000])(
      'leaves nothing of %i rows and what refers to them, and counts from the beginning',
      async (count) => {
        await write(count);
        await ask(`insert into deliveries (event_id, channel) select event_id, 'webhook' from outbox`);

        await emptyTables(database.pool);

        expect(
          await ask('select (select count(*) from outbox) as events, (select count(*) from deliveries) as deliveries'),
        ).toEqual([{ events: '0', deliveries: '0' }]);
        expect(await write(1)).toEqual([{ event_id: '1' }]);
        expect(await ask('select count(*) from departments')).toEqual([{ count: '4' }]);
        await emptyTables(database.pool);
      },
    );

    it('still has references looked at afterwards', async () => {
      await expect(ask(`insert into deliveries (event_id, channel) values (7, 'webhook')`)).rejects.toMatchObject({
        code: '23503',
      });
    });
  });
});
