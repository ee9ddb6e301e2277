import { sql } from 'drizzle-orm';
import type { Transaction } from './query.ts';

/** Key of the advisory lock of all writes to the registry. */
const REGISTRY_LOCK = 0x72656769;

/**
 * One writer at a time, over all processes, until the transaction ends: a revision taken first is then also seen first, and a
 * directory that has come to a revision has missed nothing before it. Writes are rare.
 */
export async function lockRegistry(tx: Transaction): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${REGISTRY_LOCK})`);
}
