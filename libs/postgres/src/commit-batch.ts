import type { PoolClient } from 'pg';
import type { Database } from './database.ts';
import { faultOf } from './faults.ts';
import type { LogPositions } from './log-positions.ts';

interface Batch {
  readonly logId: string;
  readonly reached: readonly (readonly [partition: number, sequence: number])[];
}

/** Where transactions get their connection from. */
export interface Sessions {
  begin(): Promise<PoolClient>;
  /** Takes it back. What was left open is rolled back before anybody else's query. */
  end(client: PoolClient): void;
}

/** Any connection of the pool will do. */
export function poolSessions({ pool }: Database): Sessions {
  return { begin: () => pool.connect(), end: (client) => client.release() };
}

/** What a batch came to and the positions that it reaches, in one transaction. Faults as in `faultOf('records')`. */
export async function commitBatch(
  sessions: Sessions,
  positions: LogPositions,
  { logId, reached }: Batch,
  write: (client: PoolClient) => Promise<void>,
): Promise<void> {
  let client: PoolClient | undefined;
  try {
    client = await sessions.begin();
    await client.query('begin');
    await positions.move(client, logId, reached);
    await write(client);
    await client.query('commit');
    positions.keep(logId, reached);
  } catch (thrown) {
    positions.forget(logId, reached);
    throw faultOf('records', thrown);
  } finally {
    if (client) sessions.end(client);
  }
}
