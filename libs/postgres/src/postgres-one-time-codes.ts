import { OneTimeCodes, type CodePurpose, type OneTimeCode } from '@stadtfunk/accounts';
import { and, eq, gt, inArray, isNull, lt } from 'drizzle-orm';
import { oneTimeCodes } from './account-tables.ts';
import { noteChange } from './audit-scope.ts';
import type { Database } from './database.ts';
import { isStorable } from './page-cursor.ts';
import { query, transaction } from './query.ts';

/** Codes in a table: a link that one process gave out is good at every other. */
export class PostgresOneTimeCodes extends OneTimeCodes {
  readonly #database: Database;

  constructor(database: Database) {
    super();
    this.#database = database;
  }

  override async issue({ codeHash, purpose, accountId, expiresAt }: OneTimeCode): Promise<void> {
    const isOfAccount = accountId === null ? isNull(oneTimeCodes.accountId) : eq(oneTimeCodes.accountId, accountId);
    await transaction(this.#database, async (tx) => {
      if (purpose === 'setPassword') {
        await tx.delete(oneTimeCodes).where(and(isOfAccount, eq(oneTimeCodes.purpose, purpose)));
      }
      await tx.insert(oneTimeCodes).values({ codeHash, purpose, accountId, expiresAt: new Date(expiresAt) });
      noteChange(tx, { after: { purpose, expiresAt: new Date(expiresAt).toISOString() } });
    });
  }

  override async find(codeHash: string, purpose: CodePurpose, now: number): Promise<OneTimeCode | undefined> {
    if (!isStorable(codeHash)) return undefined;
    const [row] = await query(this.#database, (drizzle) =>
      drizzle
        .select()
        .from(oneTimeCodes)
        .where(isGood(codeHash, purpose, now)),
    );
    return row && toCode(row);
  }

  override async redeem(codeHash: string, purpose: CodePurpose, now: number): Promise<OneTimeCode | undefined> {
    if (!isStorable(codeHash)) return undefined;
    const [row] = await query(this.#database, (drizzle) =>
      drizzle
        .delete(oneTimeCodes)
        .where(isGood(codeHash, purpose, now))
        .returning(),
    );
    return row && toCode(row);
  }

  override async purge(before: number, limit: number): Promise<number> {
    const gone = await query(this.#database, (drizzle) =>
      drizzle
        .delete(oneTimeCodes)
        .where(
          inArray(
            oneTimeCodes.codeHash,
            drizzle
              .select({ codeHash: oneTimeCodes.codeHash })
              .from(oneTimeCodes)
              .where(lt(oneTimeCodes.expiresAt, new Date(before)))
              .limit(limit),
          ),
        )
        .returning({ codeHash: oneTimeCodes.codeHash }),
    );
    return gone.length;
  }
}

const isGood = (codeHash: string, purpose: CodePurpose, now: number) =>
  and(
    eq(oneTimeCodes.codeHash, codeHash),
    eq(oneTimeCodes.purpose, purpose),
    gt(oneTimeCodes.expiresAt, new Date(now)),
  );

function toCode({ codeHash, purpose, accountId, expiresAt }: typeof oneTimeCodes.$inferSelect): OneTimeCode {
  return { codeHash, purpose: purpose as CodePurpose, accountId, expiresAt: expiresAt.getTime() };
}
