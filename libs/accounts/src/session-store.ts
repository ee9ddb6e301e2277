import type { Account } from './account.ts';

export const SIGN_IN_METHODS = ['password', 'code', 'token', 'oidc'] as const;
export type SignInMethod = (typeof SIGN_IN_METHODS)[number];

/** Somebody who has signed in, in one browser. Times are UTC ms. */
export interface Session {
  /** To speak of it; what opens it is its key, of which only a hash is kept. */
  readonly sessionId: string;
  /** null: whoever had the API token. */
  readonly accountId: string | null;
  readonly method: SignInMethod;
  readonly openedAt: number;
  /** To the minute. */
  readonly lastSeenAt: number;
  /** Whatever is done until then. */
  readonly expiresAt: number;
  /** Where it was opened from, shortened. */
  readonly address: string | null;
  /** The browser, as it calls itself. */
  readonly agent: string | null;
}

export interface NewSession extends Omit<Session, 'sessionId' | 'openedAt' | 'lastSeenAt'> {
  readonly keyHash: string;
  readonly at: number;
  /** The version of the account for which it was seen that it is him. */
  readonly accountVersion?: number;
  /** With which an identity provider can be asked whether it still vouches, sealed; absent: none can. */
  readonly renewal?: string;
}

export interface KnownSession {
  readonly session: Session;
  /** null: of the API token. */
  readonly account: Account | null;
  /** When an identity provider was last asked whether it vouches, UTC ms; null: none can be. */
  readonly vouchedAt: number | null;
}

/** A session that is used often is noted as seen once in this time. */
export const SEEN_EVERY_MS = 60_000;

/** Sessions, the same for every process that serves the API. One of an account that is not active is none. */
export abstract class SessionStore {
  /** undefined: the account is not active, or has been changed meanwhile (locked, given another password); nothing is opened then. */
  abstract open(session: NewSession): Promise<Session | undefined>;
  /** The session of a key, if it is neither over nor unused for `idleMs`; notes that it was seen. */
  abstract find(keyHash: string, now: number, idleMs: number): Promise<KnownSession | undefined>;
  /**
   * Takes it on to ask the identity provider: notes that it is asked now, and gives what to ask it with, to the first of all who
   * saw that it was last asked at this moment.
   */
  abstract claimRenewal(sessionId: string, vouchedAt: number, now: number): Promise<string | undefined>;
  /** What to ask the identity provider with the next time. */
  abstract noteRenewal(sessionId: string, renewal: string): Promise<void>;
  /** Those of an account that are not over, the latest seen first. */
  abstract list(accountId: string | null, now: number, idleMs: number): Promise<readonly Session[]>;
  abstract end(accountId: string | null, sessionId: string): Promise<boolean>;
  /** Ends all of an account but one; gives how many. */
  abstract endAll(accountId: string | null, exceptSessionId: string | null): Promise<number>;
  /** Forgets up to `limit` that were over before this moment. */
  abstract purge(before: number, limit: number): Promise<number>;
}
