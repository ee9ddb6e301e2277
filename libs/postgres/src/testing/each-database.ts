import type { Pool } from 'pg';
import { openDatabase, type Database, type DatabaseLog } from '../database.ts';
import { startPostgres } from './postgres-server.ts';

/** A log for tests that say themselves what they expect. */
export const quiet: DatabaseLog = { info: () => {}, warn: () => {} };

/** Runs a suite on PGlite in memory, and on a PostgreSQL server of its own. */
export function onEachDatabase(suite: (name: string, open: () => Promise<Database>) => void): void {
  suite('PGlite', () => openDatabase({ memory: true }, quiet));
  suite('PostgreSQL', async () => {
    const server = await startPostgres();
    const database = await openDatabase({ url: server.url }, quiet);
    return { ...database, close: () => database.close().then(() => server.stop()) };
  });
}

/** Empties all tables but those that a migration fills. */
export async function emptyTables(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ names: string | null }>(
    `select string_agg(quote_ident(tablename), ', ') as names from pg_tables
     where schemaname = 'public' and tablename <> 'departments'`,
  );
  if (rows[0]?.names) await pool.query(`truncate ${rows[0].names} restart identity`);
}
