// What a server does in processes of its own (checkpointer, autovacuum), and a single-user PostgreSQL never does:
// without it the write-ahead log grows for ever, and so does every table whose rows are updated.

const LONGEST_BETWEEN_CHECKPOINTS_MS = 300_000;

const WAL_BYTES = `
  select (pg_current_wal_lsn() - redo_lsn)::float8 as bytes,
    extract(epoch from now() - checkpoint_time)::float8 * 1000 as ms
  from pg_control_checkpoint()`;

/** The table that needs it most, by the measures of autovacuum. */
const UNTIDY_TABLE = `
  select format('%I.%I', schemaname, relname) as name from pg_stat_user_tables
  where n_dead_tup > 1000 + 0.2 * n_live_tup or n_mod_since_analyze > 1000 + 0.2 * n_live_tup
  order by n_dead_tup desc limit 1`;

/** One round, to be called when no transaction is open. At most one table: others wait meanwhile. */
export async function tidy(database, checkpointBytes) {
  const { rows: tables } = await database.query(UNTIDY_TABLE);
  if (tables.length > 0) await database.exec(`vacuum (analyze, truncate false) ${tables[0].name}`);
  const { rows } = await database.query(WAL_BYTES);
  const { bytes, ms } = rows[0];
  // An idle database writes some bytes by itself.
  if (bytes > checkpointBytes || (bytes > 100_000 && ms > LONGEST_BETWEEN_CHECKPOINTS_MS)) {
    await database.exec('checkpoint');
  }
}
