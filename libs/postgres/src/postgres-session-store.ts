import {
  SEEN_EVERY_MS,
  SessionStore,
  type KnownSession,
  type NewSession,
  type Session,
  type SignInMethod,
} from '@stadtfunk/accounts';
import { and, desc, eq, gt, inArray, isNull, lt, ne, or, type SQL } from 'drizzle-orm';
import { accounts, sessions } from './account-tables.ts';
import { noteChange } from './audit-scope.ts';
import type { Database } from './database.ts';
import { isStorable, isUuid } from './page-cursor.ts';
import { toAccount } from './postgres-account-store.ts';
import { query, transaction } from './query.ts';

/** Sessions in a table, so that every process of the API knows them, and that they are over. */
export class PostgresSessionStore extends SessionStore {
  readonly #database: Database;

  constructor(database: Database) {
    super();
    this.#database = database;
  }

  override async open({ at, expiresAt, accountVersion, ...given }: NewSession): Promise<Session | undefined> {
    const now = new Date(at);
    const { accountId } = given;
    if (accountId !== null && !isUuid(accountId)) return undefined;
    return transaction(this.#database, async (tx) => {
      if (accountId !== null) {
        // Waits for whoever locks it or sets its password now, and ends what sessions it has.
        const present = await tx
          .select({ version: accounts.version })
          .from(accounts)
          .where(and(eq(accounts.accountId, accountId), eq(accounts.state, 'active')))
          .for('share');
        if (present.length === 0 || present[0]!.version !== (accountVersion ?? present[0]!.version)) return undefined;
      }
      const [row] = await tx
        .insert(sessions)
        .values({
          ...given,
          ...{ openedAt: now, lastSeenAt: now, expiresAt: new Date(expiresAt) },
          ...(given.renewal !== undefined && { vouchedAt: now }),
        })
        .returning();
      return toSession(row!);
    });
  }

  override async find(keyHash: string, now: number, idleMs: number): Promise<KnownSession | undefined> {
    if (!isStorable(keyHash)) return undefined;
    const [row] = await query(this.#database, (drizzle) =>
      drizzle
        .select({ session: sessions, account: accounts })
        .from(sessions)
        .leftJoin(accounts, eq(accounts.accountId, sessions.accountId))
        .where(
          and(
            eq(sessions.keyHash, keyHash),
            isLive(now, idleMs),
            or(isNull(sessions.accountId), eq(accounts.state, 'active')),
          ),
        ),
    );
    if (!row) return undefined;
    const session = toSession(row.session);
    const vouchedAt = row.session.vouchedAt?.getTime() ?? null;
    const known = { session, account: row.account && toAccount(row.account), vouchedAt };
    if (now - session.lastSeenAt < SEEN_EVERY_MS) return known;
    await query(this.#database, (drizzle) =>
      drizzle
        .update(sessions)
        .set({ lastSeenAt: new Date(now) })
        .where(eq(sessions.keyHash, keyHash)),
    );
    return { ...known, session: { ...session, lastSeenAt: now } };
  }

  override async claimRenewal(sessionId: string, vouchedAt: number, now: number): Promise<string | undefined> {
    if (!isUuid(sessionId)) return undefined;
    const [row] = await query(this.#database, (drizzle) =>
      drizzle
        .update(sessions)
        .set({ vouchedAt: new Date(now) })
        .where(and(eq(sessions.sessionId, sessionId), eq(sessions.vouchedAt, new Date(vouchedAt))))
        .returning({ renewal: sessions.renewal }),
    );
    return row?.renewal ?? undefined;
  }

  override async noteRenewal(sessionId: string, renewal: string): Promise<void> {
    await query(this.#database, (drizzle) =>
      drizzle.update(sessions).set({ renewal }).where(eq(sessions.sessionId, sessionId)),
    );
  }

  override async list(accountId: string | null, now: number, idleMs: number): Promise<readonly Session[]> {
    if (accountId !== null && !isUuid(accountId)) return [];
    const rows = await query(this.#database, (drizzle) =>
      drizzle
        .select()
        .from(sessions)
        .where(and(isOf(accountId), isLive(now, idleMs)))
        .orderBy(desc(sessions.lastSeenAt), desc(sessions.sessionId)),
    );
    return rows.map(toSession);
  }

  override async end(accountId: string | null, sessionId: string): Promise<boolean> {
    if (!isUuid(sessionId) || (accountId !== null && !isUuid(accountId))) return false;
    return (await this.#end(and(isOf(accountId), eq(sessions.sessionId, sessionId)))) > 0;
  }

  override async endAll(accountId: string | null, exceptSessionId: string | null): Promise<number> {
    if (accountId !== null && !isUuid(accountId)) return 0;
    return this.#end(
      and(isOf(accountId), exceptSessionId === null ? undefined : ne(sessions.sessionId, exceptSessionId)),
    );
  }

  #end(which: SQL | undefined): Promise<number> {
    return transaction(this.#database, async (tx) => {
      const ended = await tx.delete(sessions).where(which).returning({ sessionId: sessions.sessionId });
      if (ended.length > 0) noteChange(tx, { after: { ended: ended.length } });
      return ended.length;
    });
  }

  override async purge(before: number, limit: number): Promise<number> {
    const gone = await query(this.#database, (drizzle) =>
      drizzle
        .delete(sessions)
        .where(
          inArray(
            sessions.sessionId,
            drizzle
              .select({ sessionId: sessions.sessionId })
              .from(sessions)
              .where(lt(sessions.expiresAt, new Date(before)))
              .limit(limit),
          ),
        )
        .returning({ sessionId: sessions.sessionId }),
    );
    return gone.length;
  }
}

const isOf = (accountId: string | null) =>
  accountId === null ? isNull(sessions.accountId) : eq(sessions.accountId, accountId);

const isLive = (now: number, idleMs: number) =>
  and(gt(sessions.expiresAt, new Date(now)), gt(sessions.lastSeenAt, new Date(now - idleMs)));

function toSession(row: typeof sessions.$inferSelect): Session {
  const { sessionId, accountId, method, openedAt, lastSeenAt, expiresAt, address, agent } = row;
  return {
    ...{ sessionId, accountId, address, agent },
    method: method as SignInMethod,
    openedAt: openedAt.getTime(),
    lastSeenAt: lastSeenAt.getTime(),
    expiresAt: expiresAt.getTime(),
  };
}
