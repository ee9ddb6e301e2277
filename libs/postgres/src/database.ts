import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { Fault, messageOf } from '@stadtfunk/kernel';
import { Pool, type PoolClient, type PoolConfig } from 'pg';
import { isAway } from './faults.ts';
import { migrate } from './migrate.ts';
import { createDataFolder, lockDataFolder } from './pglite/data-folder.ts';
import type { PgliteServer } from './pglite/pglite-server.ts';
import { prepareStatements } from './prepared-statements.ts';
import * as schema from './schema.ts';

/** In memory (tests); `from` is a tar file of a data folder to begin with. */
export interface InMemory {
  readonly memory: true;
  readonly from?: string;
}

/** Where the records are: a PostgreSQL server, a folder for PGlite, or PGlite in memory. */
export type DatabaseLocation = { readonly url: string } | { readonly dataDir: string } | InMemory;

export interface DatabaseLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export type DatabaseProgress = 'creating' | 'opening' | 'migrating' | 'ready';

export interface DatabaseOptions {
  /** Connections to a server. PGlite has one session; its connections only queue. */
  readonly maxConnections?: number;
  /** How long to try to reach a server. */
  readonly connectDeadlineMs?: number;
  /** How long to wait for the answer to a statement. */
  readonly answerWithinMs?: number;
  readonly onProgress?: (progress: DatabaseProgress) => void;
  /** The embedded database died under the running process, which cannot go on without it. */
  readonly onCrash?: (error: Error) => void;
}

export interface Database {
  readonly kind: 'postgres' | 'pglite';
  /** A real `pg.Pool` either way. A client that is released inside of a transaction is rolled back. */
  readonly pool: Pool;
  /** What `pool` was made from, for those who make pools of their own (`new Pool(config)`), as BullMQ does. */
  readonly poolConfig: PoolConfig;
  readonly drizzle: NodePgDatabase<typeof schema>;
  close(): Promise<void>;
}

const OLDEST_VERSION = 150_000;
/**
 * A server that has not answered by then is given up: where a network swallows a connection without a word, whoever waits
 * would hang until the kernel gives up, or for ever behind a proxy. Migrations alone may take longer.
 */
const ANSWER_WITHIN_MS = 60_000;
const RETRY_MS = { first: 250, most: 5_000 };

/**
 * Opens the records and brings them to the present version.
 * Faults: `database.unavailable` (retryable), `database.refused`, `database.tooOld`, `database.inUse`, `database.folder`.
 */
export async function openDatabase(
  location: DatabaseLocation,
  log: DatabaseLog,
  options: DatabaseOptions = {},
): Promise<Database> {
  return 'url' in location ? openServer(location.url, log, options) : openPglite(location, log, options);
}

async function openServer(url: string, log: DatabaseLog, options: DatabaseOptions): Promise<Database> {
  const config: PoolConfig = {
    connectionString: url,
    max: options.maxConnections ?? 10,
    application_name: 'stadtfunk',
    keepAlive: true,
    query_timeout: options.answerWithinMs ?? ANSWER_WITHIN_MS,
    connectionTimeoutMillis: 10_000,
    idle_in_transaction_session_timeout: 60_000,
  };
  const pool = createPool(config, log);
  prepareStatements(pool);
  try {
    options.onProgress?.('opening');
    await reach(pool, log, options.connectDeadlineMs ?? 60_000);
    return await finish('postgres', pool, config, options, log, () => Promise.resolve());
  } catch (thrown) {
    await pool.end();
    throw thrown;
  }
}

async function openPglite(
  location: { readonly dataDir: string } | InMemory,
  log: DatabaseLog,
  options: DatabaseOptions,
): Promise<Database> {
  const dataDir = 'dataDir' in location ? location.dataDir : undefined;
  const unlock = dataDir === undefined ? () => {} : lockDataFolder(dataDir);
  let server: PgliteServer | undefined;
  try {
    options.onProgress?.('creating');
    if (dataDir !== undefined) await createDataFolder(dataDir);
    options.onProgress?.('opening');
    const onCrash = (error: Error) => {
      log.warn({ err: error }, 'the embedded database has died');
      options.onCrash?.(error);
    };
    // Half a megabyte of code that a server of one's own has no use for.
    const { PgliteServer } = await import('./pglite/pglite-server.ts');
    const running = await PgliteServer.start(dataDir, onCrash, {}, 'memory' in location ? location.from : undefined);
    server = running;
    const config: PoolConfig = { max: options.maxConnections ?? 20, stream: () => running.openStream() };
    return await finish('pglite', createPool(config, log), config, options, log, async () => {
      await running.close();
      unlock();
    });
  } catch (thrown) {
    await server?.close();
    unlock();
    throw thrown;
  }
}

function createPool(config: PoolConfig, log: DatabaseLog): Pool {
  const pool = new Pool(config);
  // The pool listens to idle clients only: one that loses its connection while it is in use would end the process.
  pool.on('connect', (client) => {
    client.on('error', (error) => log.warn({ err: error }, 'a database connection was lost'));
  });
  // Of idle clients the pool says it again.
  pool.on('error', () => undefined);
  pool.on('release', (_error: Error, client: PoolClient) => {
    const status = client.getTransactionStatus();
    if (status !== 'T' && status !== 'E') return;
    // Runs before whatever the next user of this connection asks.
    client.query('ROLLBACK').catch((error: unknown) => {
      log.warn({ err: error }, 'a forgotten transaction could not be rolled back');
      void client.end().catch(() => undefined); // Dead, or as good as dead: nobody shall get it again.
    });
  });
  return pool;
}

async function finish(
  kind: Database['kind'],
  pool: Pool,
  poolConfig: PoolConfig,
  options: DatabaseOptions,
  log: DatabaseLog,
  stop: () => Promise<void>,
): Promise<Database> {
  options.onProgress?.('migrating');
  const patient = kind === 'postgres' ? createPool({ ...poolConfig, query_timeout: 0, max: 1 }, log) : pool;
  try {
    await migrate(patient);
  } finally {
    if (patient !== pool) await patient.end();
  }
  options.onProgress?.('ready');
  let closing: Promise<void> | undefined;
  return {
    kind,
    pool,
    poolConfig,
    drizzle: drizzle(pool, { schema }),
    close: () => (closing ??= pool.end().then(stop)),
  };
}

/** Waits until the server answers. A server that is there but refuses is not asked again. */
async function reach(pool: Pool, log: DatabaseLog, deadlineMs: number): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  for (let pause = RETRY_MS.first; ; pause = Math.min(pause * 2, RETRY_MS.most)) {
    try {
      const { rows } = await pool.query<{ version: number; name: string }>(
        "select current_setting('server_version_num')::int as version, current_setting('server_version') as name",
      );
      if (rows[0]!.version >= OLDEST_VERSION) return;
      throw new Fault('database.tooOld', `PostgreSQL ${rows[0]!.name}; 15 or newer is needed`, false);
    } catch (thrown) {
      if (thrown instanceof Fault) throw thrown;
      if (!isAway(thrown)) throw new Fault('database.refused', messageOf(thrown), false, thrown);
      if (performance.now() + pause > deadline) {
        throw new Fault('database.unavailable', `no answer in ${deadlineMs} ms: ${messageOf(thrown)}`, true, thrown);
      }
      log.warn({ err: thrown, retryInMs: pause }, 'the database does not answer yet');
      await new Promise((wake) => setTimeout(wake, pause));
    }
  }
}
