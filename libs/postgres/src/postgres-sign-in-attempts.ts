import { SignInAttempts, type Failures } from '@stadtfunk/accounts';
import { eq, inArray, lt, sql } from 'drizzle-orm';
import { signInAttempts } from './account-tables.ts';
import type { Database } from './database.ts';
import { query } from './query.ts';

/** Failed attempts in a table, so that whoever guesses gains nothing by going to another process. */
export class PostgresSignInAttempts extends SignInAttempts {
  readonly #database: Database;

  constructor(database: Database) {
    super();
    this.#database = database;
  }

  override async failuresOf(keys: readonly string[]): Promise<ReadonlyMap<string, Failures>> {
    if (keys.length === 0) return new Map();
    const rows = await query(this.#database, (drizzle) =>
      drizzle
        .select()
        .from(signInAttempts)
        .where(inArray(signInAttempts.key, [...keys])),
    );
    return new Map(rows.map(({ key, count, lastAt }) => [key, { count, lastAt: lastAt.getTime() }]));
  }

  override async fail(key: string, time: number, forgetMs: number): Promise<void> {
    const lastAt = new Date(time);
    const isForgotten = lt(signInAttempts.lastAt, new Date(time - forgetMs + 1));
    await query(this.#database, (drizzle) =>
      drizzle
        .insert(signInAttempts)
        .values({ key, count: 1, lastAt })
        .onConflictDoUpdate({
          target: signInAttempts.key,
          set: { lastAt, count: sql`case when ${isForgotten} then 1 else ${signInAttempts.count} + 1 end` },
        }),
    );
  }

  override async forget(key: string): Promise<void> {
    await query(this.#database, (drizzle) => drizzle.delete(signInAttempts).where(eq(signInAttempts.key, key)));
  }

  override async purge(before: number, limit: number): Promise<number> {
    const gone = await query(this.#database, (drizzle) =>
      drizzle
        .delete(signInAttempts)
        .where(
          inArray(
            signInAttempts.key,
            drizzle
              .select({ key: signInAttempts.key })
              .from(signInAttempts)
              .where(lt(signInAttempts.lastAt, new Date(before)))
              .limit(limit),
          ),
        )
        .returning({ key: signInAttempts.key }),
    );
    return gone.length;
  }
}
