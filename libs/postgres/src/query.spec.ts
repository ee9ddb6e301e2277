import { inspect } from 'node:util';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from './database.ts';
import { query, transaction } from './query.ts';
import { devices } from './schema.ts';
import { openInMemory } from './testing.ts';

describe('a query to the records', () => {
  let database: Database;

  beforeAll(async () => (database = await openInMemory()));
  afterAll(() => database.close());

  const faultOfQuery = (work: Parameters<typeof query>[1]) =>
    query(database, work).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );

  it('that fails keeps its parameters to itself', async () => {
    const device = { deviceId: 'd-1', model: 'm', passwordHash: '$scrypt$hidden' };
    await database.drizzle.insert(devices).values(device);

    const fault = await faultOfQuery((drizzle) => drizzle.insert(devices).values(device));

    expect(fault).toMatchObject({ code: 'records.failed', retryable: false });
    expect(inspect(fault, { depth: 10 })).not.toContain('hidden');
  });

  it('with text that cannot be stored is the mistake of who asks', async () => {
    for (const text of ['a\u0000', JSON.stringify({ text: '\u0000' }), JSON.stringify('\ud800')]) {
      const fault = await faultOfQuery((drizzle) => drizzle.execute(sql`select ${text}::text::jsonb, ${text}::text`));

      expect(fault).toMatchObject({ code: 'text.unstorable', retryable: false });
    }
  });

  it('inside of a transaction that fails has not happened', async () => {
    const failing = transaction(database, async (tx) => {
      await tx.insert(devices).values({ deviceId: 'd-2', model: 'm', passwordHash: 'x' });
      throw new Error('after the insert');
    });

    await expect(failing).rejects.toMatchObject({ code: 'records.failed', message: 'after the insert' });
    expect((await database.drizzle.select().from(devices)).map(({ deviceId }) => deviceId)).not.toContain('d-2');
  });
});
