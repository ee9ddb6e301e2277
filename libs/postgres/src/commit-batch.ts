import type { PoolClient } from 'pg';
import type { Database } from './database.ts';
import { faultOf } from './faults.ts';
import type { LogPositions } from './log-positions.ts';

interface Batch {
  readonly logId: string;
  readonly reached: readonly (readonly [partition: number, sequence: number])[];
}

/** What a batch came to and the positions that it reaches, in one transaction. Faults as in `faultOf('records')`. */
export async function commitBatch(
  database: Database,
  positions: LogPositions,
  { logId, reached }: Batch,
  write: (client: PoolClient) => Promise<void>,
): Promise<void> {
  let client: PoolClient | undefined;
  try {
    client = await database.pool.connect();
    await client.query('begin');
    await positions.move(client, logId, reached);
    await write(client);
    await client.query('commit');
    positions.keep(logId, reached);
  } catch (thrown) {
    positions.forget(logId, reached);
    throw faultOf('records', thrown);
  } finally {
    // The pool rolls back what was left open.
    client?.release();
  }
}
