import { createPostgresBackend, runMigrations, type PgPool } from 'bullmq';
import { Pool, type PoolConfig } from 'pg';
import { loggable, type BackendEvents, type BullBackend } from './bull-backend.ts';

/** The namespace that BullMQ keeps its tables in. */
const SCHEMA = 'bullmq';

/** Queues in tables of PostgreSQL or PGlite, behind a pool of their own. */
export async function openPostgresBackend(
  config: PoolConfig,
  maxConnections: number,
  events: BackendEvents,
): Promise<BullBackend> {
  const pool = new Pool({ ...config, max: maxConnections, options: `-c search_path=${SCHEMA}` });
  const onLost = (error: Error) => events.trouble(loggable(error), 'a connection of the work queue was lost');
  pool.on('error', onLost);
  // A connection that is in use when the server goes away tells only itself; unheard, that would end the process.
  pool.on('connect', (client) => client.on('error', onLost));
  try {
    await createTables(pool);
  } catch (thrown) {
    await pool.end();
    throw thrown;
  }
  return {
    create: (name, options, needs) => createPostgresBackend(name, { ...options, connection: asBullPool(pool) }, needs),
    // What is committed stays committed: there is nothing to tell when it is back.
    isAway: () => false,
    close: () => pool.end(),
  };
}

/** BullMQ's own type of a pool is what it says a `pg.Pool` fits, but its lists of parameters are read-only. */
function asBullPool(pool: Pool): PgPool {
  return pool as unknown as PgPool;
}

async function createTables(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client, SCHEMA);
  } finally {
    client.release();
  }
}
