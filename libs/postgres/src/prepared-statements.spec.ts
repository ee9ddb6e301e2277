import { once } from 'node:events';
import { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { prepareStatements } from './prepared-statements.ts';
import { startPostgres } from './testing/postgres-server.ts';

const ENOUGH = 30;

describe('a pool that prepares statements', () => {
  let server: Awaited<ReturnType<typeof startPostgres>>;
  let pool: Pool;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    pool = new Pool({ connectionString: server.url, max: 1 });
    prepareStatements(pool);
    await pool.query('create table things (id int primary key, name text)');
    await pool.query("insert into things values (1, 'one'), (2, 'two')");
  });
  afterEach(async () => {
    await pool.query('drop table things');
    // `end` is through before the connection is closed, and a server that stops meanwhile would tell it so.
    const closed = once(pool, 'remove');
    await pool.end();
    await closed;
  });

  const prepared = async () => {
    const { rows } = await pool.query<{ statement: string }>('select statement from pg_prepared_statements');
    return rows.map(({ statement }) => statement);
  };
  const times = async (count: number, act: (index: number) => Promise<unknown>) => {
    for (let index = 0; index < count; index++) await act(index);
  };

  it('prepares what is asked again and again, and answers as before', async () => {
    const asked = 'select name from things where id = $1';
    await times(ENOUGH, async (index) => {
      expect((await pool.query(asked, [1 + (index % 2)])).rows).toEqual([{ name: index % 2 ? 'two' : 'one' }]);
    });
    expect(await prepared()).toEqual([asked]);
  });

  it('prepares what is asked on a connection, and keeps the form that was asked for', async () => {
    const client = await pool.connect();
    const asked = { text: 'select id, name from things where id = $1', rowMode: 'array' as const };
    await times(ENOUGH, async () => expect((await client.query(asked, [2])).rows).toEqual([[2, 'two']]));
    await times(ENOUGH, async () => {
      const answer = await new Promise((resolve, reject) =>
        client.query('select $1::int as one', [1], (error, result) => (error ? reject(error) : resolve(result.rows))),
      );
      expect(answer).toEqual([{ one: 1 }]);
    });
    client.release();
    expect(await prepared()).toEqual([asked.text, 'select $1::int as one']);
  });

  it('leaves alone what is asked seldom, what has no parameters, and what has a name', async () => {
    await times(5, () => pool.query('select name from things where id = $1', [1]));
    await times(ENOUGH, () => pool.query('select name from things'));
    await times(ENOUGH, () => pool.query('select 1; select 2'));
    await times(ENOUGH, () => pool.query({ name: 'mine', text: 'select $1::int', values: [1] }));
    expect(await prepared()).toEqual(['select $1::int']);
  });

  it('fills neither its own memory nor that of the server with statements that are all different', async () => {
    await times(150, (index) => times(ENOUGH, () => pool.query(`select $1::int + ${index}`, [1])));
    expect(await prepared()).toHaveLength(100);
  });

  it('goes on after a failure, inside and outside of a transaction', async () => {
    const asked = 'insert into things values ($1, $2)';
    await times(ENOUGH, (index) => pool.query(asked, [100 + index, 'x']));
    await expect(pool.query(asked, [1, 'again'])).rejects.toMatchObject({ code: '23505' });
    const client = await pool.connect();
    await client.query('begin');
    await expect(client.query(asked, [1, 'again'])).rejects.toMatchObject({ code: '23505' });
    await expect(client.query(asked, [3, 'three'])).rejects.toMatchObject({ code: '25P02' });
    await client.query('rollback');
    await client.query(asked, [3, 'three']);
    client.release();
    expect((await pool.query('select id from things where id = $1', [3])).rows).toHaveLength(1);
  });

  it('asks anew what it has prepared for tables that are others since', async () => {
    const asked = 'select id, name from things where id = $1';
    const client = await pool.connect();
    await times(ENOUGH, () => client.query(asked, [1]));
    await client.query('alter table things alter column id type bigint');
    await expect(client.query(asked, [1])).rejects.toMatchObject({ code: '0A000' });
    expect((await client.query(asked, [1])).rows).toEqual([{ id: '1', name: 'one' }]);
    client.release();
  });
});
