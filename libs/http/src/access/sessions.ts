import type { Account, KnownSession, SessionStore, SignInMethod } from '@stadtfunk/accounts';
import type { Clock } from '@stadtfunk/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpSettings } from '../http-options.ts';
import { Problem } from '../problem.ts';
import { type Fingerprints, newKey } from './fingerprint.ts';
import type { SessionRenewals } from './session-renewals.ts';
import { sessionCookie, sessionCookieOptions } from './session-cookie.ts';
import { keptAddress } from './short-address.ts';

/** Characters of what a browser calls itself. */
const LONGEST_AGENT = 200;
const KEY = /^[\w-]{32}$/;

interface Opening {
  /** As it was when it was seen that it is him; null: whoever has the API token. */
  readonly account: Account | null;
  readonly method: SignInMethod;
  /** With which the identity provider can be asked again; null: it cannot. */
  readonly renewal?: string | null;
}

/** Sessions as browsers have them: a key in a cookie. */
export class Sessions {
  constructor(
    /** null: nobody signs in here. */
    private readonly store: SessionStore | null,
    private readonly fingerprints: Fingerprints,
    private readonly settings: Pick<HttpSettings, 'secureCookies' | 'keepAddresses' | 'limits'>,
    private readonly clock: Clock,
    /** Whether an identity provider still vouches for whoever it is; absent: none is asked. */
    private readonly renewals?: Pick<SessionRenewals, 'check' | 'seal'>,
  ) {}

  /**
   * Always with a new key, so that nobody can have somebody sign in to a session of his; the one that was there ends.
   * Problems: 401 if the account was locked or changed meanwhile.
   */
  async open(
    request: FastifyRequest,
    reply: FastifyReply,
    { account, method, renewal }: Opening,
  ): Promise<{ readonly expiresAt: number }> {
    const store = this.#store();
    const present = await this.of(request);
    if (present) await store.end(present.session.accountId, present.session.sessionId);
    const { sessionMs } = this.settings.limits;
    const at = this.clock.now();
    const expiresAt = at + sessionMs;
    const key = newKey();
    const address = keptAddress(request.ip, this.settings.keepAddresses);
    const agent = request.headers['user-agent']?.slice(0, LONGEST_AGENT) ?? null;
    const opened = await store.open({
      keyHash: this.fingerprints.of('session', key),
      accountId: account?.accountId ?? null,
      ...(account && { accountVersion: account.version }),
      method,
      at,
      expiresAt,
      address,
      agent,
      ...(renewal && this.renewals && { renewal: this.renewals.seal(renewal) }),
    });
    if (!opened) throw new Problem(401, 'access.denied', 'the account was changed meanwhile; sign in again');
    this.#setCookie(reply, key, sessionMs);
    return { expiresAt };
  }

  /** The session of a request, if it has one that is not over. */
  async of(request: FastifyRequest): Promise<KnownSession | undefined> {
    const { secureCookies, limits } = this.settings;
    const key = request.cookies[sessionCookie(secureCookies)];
    if (!this.store || key === undefined || !KEY.test(key)) return undefined;
    const known = await this.store.find(this.fingerprints.of('session', key), this.clock.now(), limits.sessionIdleMs);
    return known && this.renewals ? this.renewals.check(known) : known;
  }

  /** Ends the session of a request, and has the browser forget it. */
  async end(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const present = await this.of(request);
    if (present) await this.#store().end(present.session.accountId, present.session.sessionId);
    this.#setCookie(reply, '', 0);
  }

  #setCookie(reply: FastifyReply, value: string, maxAgeMs: number): void {
    const { secureCookies } = this.settings;
    void reply.setCookie(sessionCookie(secureCookies), value, sessionCookieOptions(maxAgeMs, secureCookies));
  }

  #store(): SessionStore {
    if (!this.store) throw new Error('this process keeps no sessions');
    return this.store;
  }
}
