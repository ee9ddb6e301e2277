import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@stadtfunk/kernel/testing';
import { eq, sql } from 'drizzle-orm';
import { Client, Pool, type Notification } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres, type PostgresServer } from './testing/postgres-server.ts';
import { openDatabase, type Database } from './database.ts';
import { constraintOf, sqlStateOf } from './faults.ts';
import { migrationsFolder } from './files.ts';
import { departments } from './schema.ts';
import { quiet } from './testing.ts';

const MIGRATIONS = (
  JSON.parse(readFileSync(join(migrationsFolder(), 'meta/_journal.json'), 'utf8')) as { entries: unknown[] }
).entries.length;

function describeDatabase(name: string, open: () => Promise<Database>): void {
  describe(`a database on ${name}`, () => {
    let database: Database;

    beforeAll(async () => {
      database = await open();
      await database.pool.query('create table things (id int primary key, name text)');
    });

    afterAll(() => database.close());

    it('knows the departments after the migration', async () => {
      const rows = await database.drizzle.select().from(departments).orderBy(departments.departmentId);

      expect(rows.map((row) => `${row.departmentId}: ${row.nameDe}`)).toEqual([
        'iot: IoT-Betrieb',
        'lighting: Straßenbeleuchtung',
        'parking: Verkehr und Parken',
        'waste: Abfallwirtschaft',
      ]);
    });

    it('gives values in the types that pg gives', async () => {
      const { rows, rowCount, fields } = await database.pool.query(
        `select 9007199254740993::int8 as big, 7::int4 as small, 1.5::float8 as real, true as yes, null as nothing, $1::jsonb as doc,
                '2026-11-21T12:00:00.123Z'::timestamptz as moment, $2::bytea as bytes, '{1,2}'::int[] as list`,
        [JSON.stringify({ a: 'ä' }), Buffer.from([0, 255])],
      );

      expect(rows).toEqual([
        {
          big: '9007199254740993',
          small: 7,
          real: 1.5,
          yes: true,
          nothing: null,
          doc: { a: 'ä' },
          moment: new Date('2026-11-21T12:00:00.123Z'),
          bytes: Buffer.from([0, 255]),
          list: [1, 2],
        },
      ]);
      expect(rowCount).toBe(1);
      expect(fields[0]?.name).toBe('big');
    });

    it('names the SQLSTATE and the constraint of an error, and works on', async () => {
      const insert = () => database.drizzle.insert(departments).values({ departmentId: 'iot', nameDe: '', nameEn: '' });

      const thrown = await insert().catch((error: unknown) => error);

      expect(sqlStateOf(thrown)).toBe('23505');
      expect(constraintOf(thrown)).toBe('departments_pkey');
      await expect(database.pool.query('select 1/0')).rejects.toMatchObject({ code: '22012' });
      await expect(database.pool.query('select 1 as one')).resolves.toMatchObject({ rows: [{ one: 1 }] });
    });

    it('keeps transactions that run at the same time apart', async () => {
      const one = await database.pool.connect();
      await one.query('begin');
      await one.query("insert into things values (1, 'one')");
      const seen = database.pool.query('select count(*)::int as n from things');
      await one.query("update things set name = 'uno' where id = 1");
      await one.query('rollback');
      one.release();

      expect((await seen).rows).toEqual([{ n: 0 }]);
    });

    it('rolls back what Drizzle runs in a transaction that fails', async () => {
      await expect(
        database.drizzle.transaction(async (tx) => {
          await tx.update(departments).set({ nameEn: 'x' }).where(eq(departments.departmentId, 'iot'));
          throw new Error('no');
        }),
      ).rejects.toThrow('no');

      const [row] = await database.drizzle.select().from(departments).where(eq(departments.departmentId, 'iot'));
      expect(row?.nameEn).toBe('IoT operations');
    });

    it('rolls back a client that is released inside of its transaction', async () => {
      const client = await database.pool.connect();
      await client.query('begin');
      await client.query("insert into things values (2, 'two')");
      client.release();

      const { rows } = await database.pool.query('select count(*)::int as n from things');
      expect(rows).toEqual([{ n: 0 }]);
    });

    it('rolls back a client that goes away inside of its transaction', async () => {
      const client = await database.pool.connect();
      await client.query('begin');
      await client.query("insert into things values (3, 'three')");
      client.release(true);

      await eventually('the row is gone', async () => {
        const { rows } = await database.pool.query<{ n: number }>('select count(*)::int as n from things');
        return rows[0]?.n === 0;
      });
    });

    it('tells those who listen, and only those, after the commit', async () => {
      const listener = await database.pool.connect();
      const other = await database.pool.connect();
      const heard: string[] = [];
      const note = (who: string) => (message: Notification) =>
        heard.push(`${who} ${message.channel} ${message.payload}`);
      listener.on('notification', note('listener'));
      other.on('notification', note('other'));
      await listener.query('-- with a comment\nLISTEN first_channel');
      await other.query('listen second_channel');
      await other.query('listen first_channel');
      await other.query('unlisten first_channel');

      await database.drizzle.transaction(async (tx) => {
        await tx.execute(sql`select pg_notify('first_channel', 'hello')`);
        await tx.execute(sql`select pg_notify('second_channel', 'there')`);
      });

      await eventually('both heard', () => heard.length === 2);
      expect(heard.sort()).toEqual(['listener first_channel hello', 'other second_channel there']);
      listener.release(true);
      other.release(true);
    });

    it('serves more work at once than it has connections', async () => {
      const sums = await Promise.all(
        Array.from({ length: 100 }, async (_, index) => {
          const { rows } = await database.pool.query<{ sum: number }>('select $1::int + 1 as sum', [index]);
          return rows[0]!.sum;
        }),
      );

      expect(sums).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    });

    it('lets a pool of its own have its own search path', async () => {
      const pool = new Pool({ ...database.poolConfig, options: '-c search_path="elsewhere"' });
      await database.pool.query('create schema elsewhere; create table elsewhere.things (place text)');
      await pool.query("insert into things values ('there')");

      expect((await pool.query('select * from things')).rows).toEqual([{ place: 'there' }]);
      expect((await database.pool.query('select * from things')).rows).toEqual([]);
      const closed = once(pool, 'remove');
      await pool.end();
      await closed;
    });

    it('takes a batch of many megabytes', async () => {
      const rows = Array.from({ length: 50_000 }, (_, index) => ({ id: index, name: 'ü'.repeat(50) }));
      const { rows: counted } = await database.pool.query(
        `select count(*)::int as n, sum(length(name))::int as letters
           from jsonb_to_recordset($1::jsonb) as r(id int, name text)`,
        [JSON.stringify(rows)],
      );

      expect(counted).toEqual([{ n: 50_000, letters: 2_500_000 }]);
    });

    it('serves a client outside of the pool', async () => {
      const client = new Client(database.poolConfig);
      await client.connect();

      expect((await client.query('select 2 as two')).rows).toEqual([{ two: 2 }]);
      await client.end();
    });
  });
}

describeDatabase('PGlite in memory', () => openDatabase({ memory: true }, quiet));

describe('on a server', () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres();
  });

  afterAll(() => server.stop());

  describeDatabase('PostgreSQL', () => openDatabase({ url: server.url }, quiet));

  it('migrates once, however many processes open it', async () => {
    const open = await Promise.all([1, 2, 3].map(() => openDatabase({ url: server.url }, quiet)));

    const { rows } = await open[0]!.pool.query<{ n: number }>(
      'select count(*)::int as n from drizzle.__drizzle_migrations',
    );
    expect(rows[0]!.n).toBe(MIGRATIONS);
    await Promise.all(open.map((database) => database.close()));
  });

  it('goes on after a connection was lost between two queries of a transaction', async () => {
    const warnings: string[] = [];
    const log = { ...quiet, warn: (_fields: object, message: string) => void warnings.push(message) };
    const database = await openDatabase({ url: server.url }, log);
    const client = await database.pool.connect();
    await client.query('begin');
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');

    await database.pool.query('select pg_terminate_backend($1)', [rows[0]!.pid]);

    await eventually('the loss is logged', () => warnings.includes('a database connection was lost'));
    await expect(client.query('select 1')).rejects.toThrow();
    client.release(true);
    expect((await database.pool.query<{ one: number }>('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await database.close();
  });
});

it('says that nobody answers, after the deadline', async () => {
  const away = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none' }, quiet, { connectDeadlineMs: 300 });

  await expect(away).rejects.toMatchObject({ code: 'database.unavailable', retryable: true });
});

describe('a data folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stadtfunk-records-'));
  const dataDir = join(folder, 'records');

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has one user at a time, and keeps what was written', async () => {
    const progress: string[] = [];
    const first = await openDatabase({ dataDir }, quiet, { onProgress: (step) => progress.push(step) });
    await expect(openDatabase({ dataDir }, quiet)).rejects.toMatchObject({ code: 'database.inUse' });
    await first.pool.query("update departments set name_en = 'kept' where department_id = 'iot'");
    const { rows: settings } = await first.pool.query<{ text: string }>(
      "select name || '=' || setting as text from pg_settings where name in ('fsync', 'wal_sync_method', 'synchronous_commit') order by name",
    );
    await first.close();

    const again = await openDatabase({ dataDir }, quiet);
    const { rows } = await again.pool.query("select name_en from departments where department_id = 'iot'");
    await again.close();

    expect(rows).toEqual([{ name_en: 'kept' }]);
    expect(progress).toEqual(['creating', 'opening', 'migrating', 'ready']);
    expect(settings.map((row) => row.text)).toEqual([
      'fsync=on',
      'synchronous_commit=on',
      'wal_sync_method=open_datasync',
    ]);
  }, 120_000);
});
