import type { Result } from '@stadtfunk/kernel';
import type { Identity } from './account-store.ts';

/** Somebody for whom the identity provider vouches. */
export interface VouchedPerson extends Identity {
  /** What he is called there: a proposal for the name of the account. */
  readonly name: string;
  readonly displayName: string;
  readonly email: string | null;
  readonly groups: readonly string[];
}

/** Who signed in, and how to ask later whether that still holds. */
export interface VouchedSignIn {
  readonly person: VouchedPerson;
  /** What to ask the provider with; null: it gives no such thing. Whoever has it can ask in the person's name. */
  readonly renewal: string | null;
}

/** What has to be remembered between going to the provider and coming back; for the same browser only. */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** The city's own sign-in. */
export abstract class IdentityProvider {
  /** As people know it. */
  abstract readonly name: string;
  /** Where to send the browser. Faults: `identityProvider.unavailable` (retryable). */
  abstract begin(): Promise<{ readonly url: string; readonly pending: PendingSignIn }>;
  /**
   * Whoever came back with this address. Codes: `oidc.denied`, `oidc.stateMismatch`, `oidc.nonceMismatch`, `oidc.codeInvalid`,
   * `oidc.tokenInvalid`. Faults: `identityProvider.unavailable` (retryable).
   */
  abstract finish(returned: URL, pending: PendingSignIn): Promise<Result<VouchedSignIn>>;
  /**
   * What the provider says of somebody now, with another renewal if it gives one. Codes: `oidc.sessionOver`: it does not vouch
   * for him any more; `oidc.tokenInvalid`. Faults: `identityProvider.unavailable` (retryable).
   */
  abstract renew(renewal: string): Promise<Result<VouchedSignIn>>;
  /** Where to send the browser so that the provider ends its session too; null: it offers no such thing. */
  abstract signOutUrl(): Promise<string | null>;
}
