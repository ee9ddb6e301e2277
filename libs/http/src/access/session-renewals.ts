import { Inject, Injectable } from '@nestjs/common';
import { AuditLog, IdentityProvider, type KnownSession, SessionStore } from '@stadtfunk/accounts';
import { Clock, messageOf } from '@stadtfunk/kernel';
import { HttpLog, HttpSettings } from '../http-options.ts';
import { Sealed } from './sealed.ts';
import { VouchedAccounts } from './vouched-accounts.ts';

/**
 * Asks the identity provider every few minutes whether it still vouches for whoever has a session, and takes over what it says.
 * Of all requests that find that it is time one asks; the others go on meanwhile.
 */
@Injectable()
export class SessionRenewals {
  readonly #sealed: Sealed;

  constructor(
    @Inject(IdentityProvider) private readonly provider: IdentityProvider,
    @Inject(SessionStore) private readonly store: SessionStore,
    @Inject(VouchedAccounts) private readonly accounts: VouchedAccounts,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(HttpSettings) private readonly settings: HttpSettings,
    @Inject(HttpLog) private readonly log: HttpLog,
    @Inject(Clock) private readonly clock: Clock,
  ) {
    this.#sealed = new Sealed(settings.sessionSecret, 'renewal of a session');
  }

  /** As it may be kept. */
  seal(renewal: string): string {
    return this.#sealed.seal(renewal);
  }

  /** The session as it is after the provider was asked, if it was time; undefined: it is over. */
  async check(known: KnownSession): Promise<KnownSession | undefined> {
    const { session, account, vouchedAt } = known;
    const now = this.clock.now();
    if (vouchedAt === null || account === null || now - vouchedAt < this.settings.limits.vouchedMs) return known;
    const sealed = await this.store.claimRenewal(session.sessionId, vouchedAt, now);
    if (sealed === undefined) return known;
    const renewed = await this.#renew(sealed);
    // A provider that is away ends nobody's work; it is asked again, until the session is over anyway.
    if (renewed === 'away') return known;
    if (!renewed.ok) return this.#end(known, renewed.error.code);
    const { person, renewal } = renewed.value;
    if (renewal !== null) await this.store.noteRenewal(session.sessionId, this.seal(renewal));
    const admitted = await this.accounts.admit(person);
    if ('code' in admitted) return this.#end(known, admitted.code);
    if (admitted.accountId !== account.accountId) return this.#end(known, 'oidc.sessionOver');
    return { ...known, account: admitted, vouchedAt: now };
  }

  async #renew(sealed: string) {
    const renewal = this.#sealed.unseal(sealed);
    if (renewal === undefined) return { ok: false, error: { code: 'oidc.sessionOver' } } as const;
    try {
      return await this.provider.renew(renewal);
    } catch (thrown) {
      this.log.warn(
        { reason: messageOf(thrown) },
        'the identity provider cannot be asked whether somebody is still there',
      );
      return 'away';
    }
  }

  async #end({ session, account }: KnownSession, code: string): Promise<undefined> {
    await this.store.end(session.accountId, session.sessionId);
    await this.audit.record({
      ...{ at: this.clock.now(), accountId: session.accountId, actor: account?.name ?? '-', way: 'session' },
      ...{ action: 'identity provider', permission: null, asked: null, requestId: null, address: session.address },
      thing: session.accountId === null ? null : { kind: 'account', id: session.accountId },
      ...{ outcome: 'refused', code, before: null, after: null },
    });
  }
}
