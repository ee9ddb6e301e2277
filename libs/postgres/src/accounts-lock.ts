import { sql } from 'drizzle-orm';
import type { Transaction } from './query.ts';

/** Key of the advisory lock of all changes to accounts. */
const ACCOUNTS_LOCK = 0x61636374;

/** One change at a time: who is the last administrator is counted over all accounts. */
export async function lockAccounts(tx: Transaction): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${ACCOUNTS_LOCK})`);
}
