import {
  SEEN_EVERY_MS,
  SessionStore,
  type KnownSession,
  type NewSession,
  type Session,
  type SignInMethod,
} from '@stadtfunk/accounts';
import { and, desc, eq, gt, inArray, isNull, lt, ne, or } from 'drizzle-orm';
import { accounts, sessions } from './account-tables.ts';
import type { Database } from './database.ts';
import { isStorable, isUuid } from './page-cursor.ts';
import { toAccount } from './postgres-account-store.ts';
import { query } from './query.ts';

/** Sessions in a table, so that every process of the API knows them, and that they are over. */
export class PostgresSessionStore extends SessionStore {
  readonly #database: Database;

  constructor(database: Database) {
    super();
    this.#database = database;
  }

  override async open({ at, expiresAt, ...given }: NewSession): Promise<Session> {
    const now = new Date(at);
    const [row] = await query(this.#database, (drizzle) =>
      drizzle
        .insert(sessions)
        .values({ ...given, openedAt: now, lastSeenAt: now, expiresAt: new Date(expiresAt) })
        .returning(),
    );
    return toSession(row!);
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
    const known = { session, account: row.account && toAccount(row.account) };
    if (now - session.lastSeenAt < SEEN_EVERY_MS) return known;
    await query(this.#database, (drizzle) =>
      drizzle
        .update(sessions)
        .set({ lastSeenAt: new Date(now) })
        .where(eq(sessions.keyHash, keyHash)),
    );
    return { ...known, session: { ...session, lastSeenAt: now } };
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
    const ended = await query(this.#database, (drizzle) =>
      drizzle
        .delete(sessions)
        .where(and(isOf(accountId), eq(sessions.sessionId, sessionId)))
        .returning({ sessionId: sessions.sessionId }),
    );
    return ended.length > 0;
  }

  override async endAll(accountId: string | null, exceptSessionId: string | null): Promise<number> {
    if (accountId !== null && !isUuid(accountId)) return 0;
    const ended = await query(this.#database, (drizzle) =>
      drizzle
        .delete(sessions)
        .where(and(isOf(accountId), exceptSessionId === null ? undefined : ne(sessions.sessionId, exceptSessionId)))
        .returning({ sessionId: sessions.sessionId }),
    );
    return ended.length;
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
