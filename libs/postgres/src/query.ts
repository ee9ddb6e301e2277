import { Fault } from '@stadtfunk/kernel';
import { DrizzleQueryError } from 'drizzle-orm';
import { auditScope } from './audit-scope.ts';
import type { Database } from './database.ts';
import { faultOf, sqlStateOf } from './faults.ts';

export type Drizzle = Database['drizzle'];
export type Transaction = Parameters<Parameters<Drizzle['transaction']>[0]>[0];

/** What somebody threw who was asked to decide within a transaction: it undoes the transaction, and says nothing of the records. */
class Refusal extends Error {
  constructor(readonly thrown: unknown) {
    super('refused');
  }
}

/** Lets others decide in the middle of a transaction: what they throw is thrown on as it is. */
export async function decided<T>(decide: () => T | Promise<T>): Promise<T> {
  try {
    return await decide();
  } catch (thrown) {
    throw new Refusal(thrown);
  }
}

/**
 * Asks the records. Faults: `records.unavailable` and `records.conflict` (retryable), `records.failed`, and
 * `text.unstorable` for text that PostgreSQL cannot hold (NUL, a lone surrogate in JSON), which is the caller's mistake.
 */
export async function query<T>(database: Database, work: (drizzle: Drizzle) => Promise<T>): Promise<T> {
  try {
    return await work(database.drizzle);
  } catch (thrown) {
    if (thrown instanceof Refusal) throw thrown.thrown;
    // What Drizzle wraps around it says all parameters, password hashes and people's notes among them.
    const cause = thrown instanceof DrizzleQueryError ? thrown.cause : thrown;
    // 22021 character_not_in_repertoire, 22P05 untranslatable_character, 22P02 invalid_text_representation (of JSON).
    if (/^22(?:021|P05|P02)$/.test(sqlStateOf(cause) ?? '')) {
      throw new Fault('text.unstorable', 'a text holds a character that cannot be stored', false, cause);
    }
    throw faultOf('records', cause);
  }
}

/** All or nothing; what is to be written down of a change goes with it. */
export async function transaction<T>(database: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const scope = auditScope.getStore();
  if (!scope) return query(database, (drizzle) => drizzle.transaction(work));
  const { done, isWritten } = await query(database, (drizzle) => drizzle.transaction((tx) => scope.run(tx, work)));
  scope.isWritten ||= isWritten;
  return done;
}
