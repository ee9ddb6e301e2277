import { setFlagsFromString } from 'node:v8';
import type { Pool } from 'pg';
import { openDatabase, type Database, type DatabaseLog } from '../database.ts';
import { openInMemory } from './prepared-records.ts';
import { startPostgres } from './postgres-server.ts';

/** A log for tests that say themselves what they expect. */
export const quiet: DatabaseLog = { info: () => {}, warn: () => {} };

/** Runs a suite on PGlite in memory, and on a PostgreSQL server of its own. */
export function onEachDatabase(suite: (name: string, open: () => Promise<Database>) => void): void {
  // To compile the best code for PGlite takes longer than what a suite asks of it.
  setFlagsFromString('--liftoff-only');
  suite('PGlite', openInMemory);
  suite('PostgreSQL', async () => {
    const server = await startPostgres();
    const database = await openDatabase({ url: server.url }, quiet);
    return { ...database, close: () => database.close().then(() => server.stop()) };
  });
}

/** Where a table is larger than this it takes longer to delete its rows than to begin it anew. */
const LARGE_BYTES = 1_000_000;

/**
 * Empties all tables but the one that a migration fills, and waits before for transactions that still write. Where rows are few they
 * are deleted, without a look at references: to truncate a table makes new files for it and its indexes.
 */
export async function emptyTables(pool: Pool, schema = 'public', filled = 'departments'): Promise<void> {
  await pool.query(`
    do $$
    declare
      written text[];
      large text[];
      name text;
    begin
      perform set_config('session_replication_role', 'replica', true);
      select array_agg(format('%I.%I', '${schema}', relname)),
        array_agg(format('%I.%I', '${schema}', relname)) filter (where pg_relation_size(pg_class.oid) > ${LARGE_BYTES})
      into written, large from pg_class join pg_namespace on pg_namespace.oid = relnamespace
      where nspname = '${schema}' and relkind = 'r' and relname <> '${filled}' and pg_relation_size(pg_class.oid) > 0;
      if written is not null then
        execute 'lock table ' || array_to_string(written, ', ') || ' in access exclusive mode';
        if large is not null then
          execute 'truncate ' || array_to_string(large, ', ') || ' cascade';
        end if;
        foreach name in array written loop
          execute 'delete from ' || name;
        end loop;
      end if;
      perform setval(format('%I.%I', schemaname, sequencename), start_value, false) from pg_sequences
      where schemaname = '${schema}' and last_value is not null;
    end $$`);
}
