import { Fault } from '@stadtfunk/kernel';
import type { ConsumerGroup, Positions } from '@stadtfunk/uplinks';
import type { Pool, PoolClient } from 'pg';
import { bulkRows } from './bulk-rows.ts';
import type { Database } from './database.ts';
import { faultOf } from './faults.ts';

type Reached = readonly (readonly [partition: number, sequence: number])[];

/** How far a consumer group has come in a log, for who only looks on: 0 where it has not begun. */
export async function groupPositions(
  { pool }: Database,
  group: ConsumerGroup,
  logId: string,
  partitions: number,
): Promise<Positions> {
  const { rows } = await pool
    .query<{ sequence: string }>(
      `select coalesce(sequence, 0) as sequence from generate_series(0, $3::int - 1) as n
       left join log_positions on log_id = $1 and consumer_group = $2 and partition = n order by n`,
      [logId, group, partitions],
    )
    .catch((thrown: unknown) => {
      throw faultOf('records', thrown);
    });
  return rows.map(({ sequence }) => Number(sequence));
}

/**
 * How far a consumer group has come. Remembers where it left each partition itself: a commit that does not go on from
 * there, because somebody else has moved the partition, is refused, so that two owners cannot both count an uplink.
 */
export class LogPositions {
  readonly #left = new Map<string, number>();

  constructor(private readonly group: ConsumerGroup) {}

  async read(pool: Pool, logId: string, floors: Positions): Promise<Positions> {
    await pool.query(
      `insert into log_positions (log_id, consumer_group, partition, start, sequence)
       select $1, $2, ordinality - 1, floor, floor from unnest($3::bigint[]) with ordinality as f(floor, ordinality)
       on conflict do nothing`,
      [logId, this.group, floors],
    );
    const { rows } = await pool.query<{ partition: number; sequence: string }>(
      `select partition, sequence from log_positions
       where log_id = $1 and consumer_group = $2 and partition < $3 order by partition`,
      [logId, this.group, floors.length],
    );
    const positions = rows.map(({ sequence }) => Number(sequence));
    // A commit may have passed this read on its way.
    for (const [partition, sequence] of positions.entries()) {
      const key = keyOf(logId, partition);
      this.#left.set(key, Math.max(sequence, this.#left.get(key) ?? 0));
    }
    return positions;
  }

  /** Moves the positions inside of a transaction. Fault `records.conflict`: read the positions again. */
  async move(client: PoolClient, logId: string, reached: Reached): Promise<void> {
    if (reached.length === 0) return;
    const moves = reached.map(([p, to]) => ({ p, to, left: this.#left.get(keyOf(logId, p)) }));
    const { rowCount } = await client.query(
      `update log_positions set sequence = m."to"
       from json_to_recordset($3::json) as m(p int, "to" bigint, "left" bigint)
       where log_id = $1 and consumer_group = $2 and partition = m.p
         and sequence < m."to" and sequence = coalesce(m."left", sequence)`,
      [logId, this.group, bulkRows(moves)],
    );
    if (rowCount !== reached.length) {
      throw new Fault('records.conflict', `group ${this.group}: somebody else has moved a partition`, true);
    }
  }

  /** After a commit. */
  keep(logId: string, reached: Reached): void {
    for (const [partition, sequence] of reached) this.#left.set(keyOf(logId, partition), sequence);
  }

  /** After a commit that failed, or whose end is not known. */
  forget(logId: string, reached: Reached): void {
    for (const [partition] of reached) this.#left.delete(keyOf(logId, partition));
  }
}

const keyOf = (logId: string, partition: number): string => `${logId}/${partition}`;
