import { eventually } from '@stadtfunk/kernel/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from './database.ts';
import { PostgresPartitionOwnership } from './postgres-partition-ownership.ts';
import { PostgresRulesRecords } from './postgres-rules-records.ts';
import { quiet, startPostgres, type PostgresServer } from './testing.ts';

const PARTITIONS = 8;

// On a server only: PGlite has one session, and one owner.
describe('PostgresPartitionOwnership', () => {
  let server: PostgresServer;
  let database: Database;
  let members: PostgresPartitionOwnership[] = [];
  let logs = 0;

  beforeAll(async () => {
    server = await startPostgres();
    database = await openDatabase({ url: server.url }, quiet);
  });
  afterEach(async () => {
    await Promise.all(members.map((member) => member.release()));
    members = [];
    logs++;
  });
  afterAll(async () => {
    await database.close();
    await server.stop();
  });

  const join = (group: 'store' | 'rules' = 'rules') => {
    const member = new PostgresPartitionOwnership(database, group, `log-${logs}`, PARTITIONS);
    members.push(member);
    return member;
  };
  const countOf = (owned: readonly boolean[]) => owned.filter(Boolean).length;

  it('gives everything to the only process, in each group', async () => {
    expect(countOf(await join('rules').settle())).toBe(PARTITIONS);
    expect(countOf(await join('store').settle())).toBe(PARTITIONS);
  });

  it('shares between processes, and never gives a partition to two', async () => {
    const [first, second, third] = [join(), join(), join()];
    await first.settle();
    await second.settle();
    await third.settle();
    // Whoever has too much gives it up at its next turn; then the others find it free.
    await first.settle();
    const shares = [await second.settle(), await third.settle(), await first.settle()];
    for (let partition = 0; partition < PARTITIONS; partition++) {
      expect(shares.filter((owned) => owned[partition])).toHaveLength(1);
    }
    expect(shares.map(countOf).sort()).toEqual([2, 3, 3]);
  });

  it('hands over when an owner dies', async () => {
    const [first, second] = [join(), join()];
    await first.settle();
    expect(countOf(await second.settle())).toBe(0);
    const { rows } = await database.pool.query<{ pid: number }>(
      `select pid from pg_locks where locktype = 'advisory' and granted group by pid order by count(*) desc limit 1`,
    );
    await database.pool.query('select pg_terminate_backend($1)', [rows[0]!.pid]);
    await eventually('the partitions of the dead', async () => countOf(await second.settle()) === PARTITIONS);
  });

  it('lets a process that has lost its partitions commit nothing', async () => {
    const owner = join();
    await owner.settle();
    const records = new PostgresRulesRecords(database, owner);
    const log = `log-${logs}`;
    await records.positions(
      log,
      Array.from({ length: PARTITIONS }, () => 0),
    );
    const commit = {
      logId: log,
      reached: [],
      states: [{ deviceId: 'd', partition: 0, state: '{}' }],
      changes: [],
      at: 0,
    };
    await records.commit(commit);

    const session = await owner.begin();
    const { rows } = await session.query<{ pid: number }>('select pg_backend_pid() as pid');
    await database.pool.query('select pg_terminate_backend($1)', [rows[0]!.pid]);
    await expect(
      records.commit({ ...commit, states: [{ deviceId: 'd', partition: 0, state: '{"late":1}' }] }),
    ).rejects.toMatchObject({
      retryable: true,
    });
    expect(await records.states([0])).toEqual([{ deviceId: 'd', state: '{}' }]);
    await eventually('owning again', async () => countOf(await owner.settle().catch(() => [])) === PARTITIONS);
    await records.commit(commit);
  });

  it('rolls back what a failing batch left open, and goes on with the same session', async () => {
    const owner = join();
    await owner.settle();
    const client = await owner.begin();
    await client.query('begin');
    await client.query('select 1/0').catch(() => undefined);
    owner.end(client);
    const again = await owner.begin();
    expect((await again.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });
});
