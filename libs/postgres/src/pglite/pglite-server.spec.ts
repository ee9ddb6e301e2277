import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@stadtfunk/kernel/testing';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { prepareRecords } from '../testing.ts';
import { PgliteServer, type PgliteLimits } from './pglite-server.ts';

/** A program that acknowledges on its standard output what it has committed. */
const WRITER = `
  import { PGlite } from '@electric-sql/pglite';
  const [dataDir, startParams] = [process.argv[1], JSON.parse(process.argv[2])];
  const database = await PGlite.create({ dataDir, startParams });
  await database.exec('create table if not exists written (n int primary key, text text)');
  const { rows } = await database.query('select coalesce(max(n), 0) as n from written');
  for (let n = rows[0].n + 1; ; n++) {
    await database.query('insert into written values ($1, $2)', [n, 'x'.repeat(500)]);
    process.stdout.write(n + '\\n');
    await new Promise((resume) => setImmediate(resume));
  }`;

describe('PGlite in its thread', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stadtfunk-pglite-'));
  const dataDir = join(folder, 'records');
  let server: PgliteServer | undefined;
  const crashes: Error[] = [];

  async function start(limits: PgliteLimits = {}): Promise<PgliteServer> {
    server = await PgliteServer.start(dataDir, (error) => crashes.push(error), limits);
    return server;
  }

  async function connect(): Promise<Client> {
    const client = new Client({ stream: () => server!.openStream() });
    client.on('error', () => {});
    await client.connect();
    return client;
  }

  beforeAll(() => prepareRecords(dataDir));
  afterEach(() => server?.close());
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('does not stop the thread that calls it', async () => {
    await start();
    const client = await connect();
    let longest = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    const started = performance.now();
    await client.query('select count(*) from generate_series(1, 3000000) as n where n % 7 = 0');
    clearInterval(timer);

    expect(longest).toBeLessThan((performance.now() - started) / 2);
    await client.end();
  });

  it('ends a session that leaves its transaction open, so that others can go on', async () => {
    await start({ idleInTransactionMs: 100 });
    const idle = await connect();
    const errors: Error[] = [];
    idle.on('error', (error) => errors.push(error));
    await idle.query('begin');
    const other = await connect();

    expect((await other.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    expect(errors[0]).toMatchObject({ code: '25P03' });
    await other.end();
  });

  it('keeps its log and its tables small by itself', async () => {
    await start({ tidyEveryMs: 20, checkpointBytes: 1_000_000 });
    const client = await connect();
    await client.query('create table busy (n int primary key, text text)');
    const redo = async () => {
      const { rows } = await client.query<{ redo_lsn: string }>('select redo_lsn::text from pg_control_checkpoint()');
      return rows[0]!.redo_lsn;
    };
    const before = await redo();
    for (let round = 0; round < 3; round++) {
      await client.query(
        `insert into busy select n, repeat($1, 500) from generate_series(1, 3000) n
         on conflict (n) do update set text = excluded.text`,
        [String(round)],
      );
    }

    await eventually('a checkpoint', async () => (await redo()) !== before);
    await eventually('the table is vacuumed', async () => {
      const { rows } = await client.query<{ dead: number }>(
        "select n_dead_tup::int as dead from pg_stat_user_tables where relname = 'busy'",
      );
      return rows[0]!.dead === 0;
    });
    await client.end();
  });

  it('fails what was asked when its thread dies, and says so', async () => {
    const dying = await start();
    const client = await connect();
    const asked = client.query('select count(*) from generate_series(1, 100000000)').catch((error: unknown) => error);
    await dying.abort();

    expect(await asked).toBeInstanceOf(Error);
    expect(crashes).toHaveLength(1);
    await expect(connect()).rejects.toThrow();
  });

  it('has everything that was acknowledged before its process was killed', async () => {
    for (let round = 0; round < 3; round++) {
      const child = spawn(
        process.execPath,
        ['--input-type=module', '-e', WRITER, dataDir, JSON.stringify(PgliteServer.durableParams)],
        { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'inherit'] },
      );
      let acknowledged = 0;
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        acknowledged = Number(text.trimEnd().split('\n').at(-1));
      });
      const before = acknowledged;
      await eventually('some commits', () => acknowledged > before + 100);
      const gone = new Promise((done) => child.once('exit', done));
      child.kill('SIGKILL');
      await gone;

      await start();
      const client = await connect();
      const { rows } = await client.query<{ count: number; last: number }>(
        'select count(*)::int as count, max(n) as last from written',
      );
      expect(rows[0]!.last).toBeGreaterThanOrEqual(acknowledged);
      expect(rows[0]!.count).toBe(rows[0]!.last);
      await client.end();
      await server?.close();
    }
  }, 120_000);
});
