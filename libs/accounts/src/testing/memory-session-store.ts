import { SEEN_EVERY_MS, SessionStore, type KnownSession, type NewSession, type Session } from '../session-store.ts';
import type { MemoryAccountStore } from './memory-account-store.ts';

interface Vouched {
  readonly renewal: string;
  readonly vouchedAt: number;
}

/** Sessions in memory, for tests. */
export class MemorySessionStore extends SessionStore {
  readonly #sessions = new Map<string, Session>();
  /** By id of the session. */
  readonly #vouched = new Map<string, Vouched>();
  #count = 0;

  constructor(private readonly accounts: MemoryAccountStore) {
    super();
    accounts.shutOut.push((accountId) => this.#remove((session) => session.accountId === accountId));
  }

  override async open({ keyHash, at, renewal, accountVersion, ...given }: NewSession): Promise<Session | undefined> {
    const account = given.accountId === null ? null : this.accounts.now(given.accountId);
    if (account === undefined || (account && account.state !== 'active')) return undefined;
    if (account && accountVersion !== undefined && account.version !== accountVersion) return undefined;
    const sessionId = `00000000-0000-4000-9000-${String(++this.#count).padStart(12, '0')}`;
    const session: Session = { sessionId, ...given, openedAt: at, lastSeenAt: at };
    this.#sessions.set(keyHash, session);
    if (renewal !== undefined) this.#vouched.set(sessionId, { renewal, vouchedAt: at });
    return session;
  }

  override async find(keyHash: string, now: number, idleMs: number): Promise<KnownSession | undefined> {
    const session = this.#sessions.get(keyHash);
    if (!session || !isLive(session, now, idleMs)) return undefined;
    const account = session.accountId === null ? null : await this.accounts.find(session.accountId);
    if (account === undefined || (account && account.state !== 'active')) return undefined;
    const seen = now - session.lastSeenAt >= SEEN_EVERY_MS ? { ...session, lastSeenAt: now } : session;
    this.#sessions.set(keyHash, seen);
    return { session: seen, account, vouchedAt: this.#vouched.get(session.sessionId)?.vouchedAt ?? null };
  }

  override async claimRenewal(sessionId: string, vouchedAt: number, now: number) {
    const vouched = this.#vouched.get(sessionId);
    if (vouched?.vouchedAt !== vouchedAt) return undefined;
    this.#vouched.set(sessionId, { ...vouched, vouchedAt: now });
    return vouched.renewal;
  }

  override async noteRenewal(sessionId: string, renewal: string) {
    const vouched = this.#vouched.get(sessionId);
    if (vouched) this.#vouched.set(sessionId, { ...vouched, renewal });
  }

  override async list(accountId: string | null, now: number, idleMs: number) {
    return [...this.#sessions.values()]
      .filter((session) => session.accountId === accountId && isLive(session, now, idleMs))
      .sort((a, b) => b.lastSeenAt - a.lastSeenAt || (a.sessionId < b.sessionId ? 1 : -1));
  }

  override async end(accountId: string | null, sessionId: string) {
    return this.#remove((session) => session.accountId === accountId && session.sessionId === sessionId) > 0;
  }

  override async endAll(accountId: string | null, exceptSessionId: string | null) {
    return this.#remove((session) => session.accountId === accountId && session.sessionId !== exceptSessionId);
  }

  override async purge(before: number, limit: number) {
    let left = limit;
    return this.#remove(({ expiresAt }) => expiresAt < before && left-- > 0);
  }

  #remove(isIt: (session: Session) => boolean): number {
    const gone = [...this.#sessions].filter(([, session]) => isIt(session));
    for (const [keyHash] of gone) this.#sessions.delete(keyHash);
    return gone.length;
  }
}

function isLive({ expiresAt, lastSeenAt }: Session, now: number, idleMs: number): boolean {
  return expiresAt > now && lastSeenAt + idleMs > now;
}
