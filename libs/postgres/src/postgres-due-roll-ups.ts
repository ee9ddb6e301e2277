import { DueRollUps, type DueRollUp, type Grain } from '@stadtfunk/readings';
import type { PoolClient } from 'pg';
import type { Database } from './database.ts';
import { faultOf } from './faults.ts';
import { clampMs, msOf } from './reading-queries.ts';

/** Any number that nothing else locks. */
const ROLL_UP_LOCK = 0x57ad80;

type Client = Pick<PoolClient, 'query'>;

/**
 * Notes what is due, also inside of a transaction. Sorted, so that two commits that note the same hours wait for each other
 * in one order. A row that is there stays untouched, which costs next to nothing.
 */
export async function markDue(client: Client, grain: Grain, starts: readonly number[]): Promise<void> {
  if (starts.length === 0) return;
  await client.query(
    `insert into due_roll_ups (grain, start)
     select $1, to_timestamp(s / 1000) from unnest($2::float8[]) as s order by s on conflict do nothing`,
    [grain, starts],
  );
}

/** What is due, in a table. */
export class PostgresDueRollUps extends DueRollUps {
  readonly #database: Database;
  /** In PGlite all connections share one session, and with it the lock. */
  #isBusy = false;

  constructor(database: Database) {
    super();
    this.#database = database;
  }

  override async mark(grain: Grain, starts: readonly number[]): Promise<void> {
    await markDue(this.#database.pool, grain, starts).catch(fail);
  }

  override async within(from: number, to: number): Promise<readonly DueRollUp[]> {
    const { rows } = await this.#database.pool
      .query<DueRollUp>(
        `select distinct grain, ${msOf('start')} as start from due_roll_ups
         where start >= to_timestamp($1::float8 / 1000) and start < to_timestamp($2::float8 / 1000) order by 2`,
        [clampMs(from), clampMs(to)],
      )
      .catch(fail);
    return rows;
  }

  override async claim(grain: Grain, before: number, limit: number): Promise<readonly number[]> {
    // A commit that notes an hour while its row goes away waits for this statement, and then adds the row again.
    await this.#database.pool
      .query(
        `with due as (
           select start from due_roll_ups
           where grain = $1 and not claimed and start < to_timestamp($2::float8 / 1000) order by start
           limit greatest(0, $3::int - (select count(*)::int from due_roll_ups where grain = $1 and claimed)) for update
         ), gone as (
           delete from due_roll_ups d using due where d.grain = $1 and not d.claimed and d.start = due.start
         )
         insert into due_roll_ups (grain, start, claimed) select $1, start, true from due on conflict do nothing`,
        [grain, clampMs(before), limit],
      )
      .catch(fail);
    const { rows } = await this.#database.pool
      .query<{ at: number }>(
        `select ${msOf('start')} as at from due_roll_ups
         where grain = $1 and claimed and start < to_timestamp($2::float8 / 1000) order by start limit $3`,
        [grain, clampMs(before), limit],
      )
      .catch(fail);
    return rows.map(({ at }) => at);
  }

  override async finish(grain: Grain, starts: readonly number[], days: readonly number[]): Promise<void> {
    await this.#database.pool
      .query(
        `with gone as (
           delete from due_roll_ups where grain = $1 and claimed
             and start in (select to_timestamp(s / 1000) from unnest($2::float8[]) as s)
         )
         insert into due_roll_ups (grain, start)
         select 'day', to_timestamp(s / 1000) from unnest($3::float8[]) as s order by s on conflict do nothing`,
        [grain, starts, days],
      )
      .catch(fail);
  }

  override async exclusively<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.#isBusy) return undefined;
    this.#isBusy = true;
    try {
      const client = await this.#database.pool.connect().catch(fail);
      let isBroken = true;
      try {
        const { rows } = await client
          .query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [ROLL_UP_LOCK])
          .catch(fail);
        isBroken = false;
        if (!rows[0]?.locked) return undefined;
        try {
          return await work();
        } finally {
          // Whoever comes next, also after a failure of the work, finds it free. If it cannot be said, the session ends, and the lock with it.
          await client.query('select pg_advisory_unlock($1)', [ROLL_UP_LOCK]).catch(() => (isBroken = true));
        }
      } finally {
        client.release(isBroken);
      }
    } finally {
      this.#isBusy = false;
    }
  }
}

function fail(thrown: unknown): never {
  throw faultOf('records', thrown);
}
