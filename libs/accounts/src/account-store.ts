import type { Page } from '@stadtfunk/readings';
import type { Account, AccountSource, AccountState } from './account.ts';
import type { RoleAssignment } from './role.ts';

/** Somebody as an identity provider knows him. */
export interface Identity {
  readonly issuer: string;
  /** Never given to anybody else by this issuer. */
  readonly subject: string;
}

export interface NewAccount {
  readonly name: string;
  readonly displayName: string;
  readonly email: string | null;
  readonly roles: readonly RoleAssignment[];
  readonly source: AccountSource;
  /** Of one from an identity provider; such a one is active at once. */
  readonly identity?: Identity;
  readonly at: number;
}

/** What is absent stays. */
export interface AccountChange {
  readonly accountId: string;
  /** The version that the person saw; absent: whatever it is now. */
  readonly version?: number;
  readonly displayName?: string;
  readonly email?: string | null;
  readonly roles?: readonly RoleAssignment[];
  /** Unlocked, it is what it was: `invited` if nobody has set a password yet. */
  readonly locked?: boolean;
  /** An identity provider says so: then it holds even if nobody is administrator any more. The API token always is. */
  readonly isVouched?: true;
}

export interface AccountRefusal {
  readonly code: 'account.unknown' | 'account.conflict' | 'account.lastAdministrator';
  readonly detail: string;
}

export interface AccountFilter {
  readonly state?: AccountState;
  /** Stands in the name, the name shown or the mail address, in any case of letters. */
  readonly text?: string;
  readonly limit: number;
  readonly after?: string;
}

export interface AccountCredentials {
  readonly account: Account;
  /** PHC string; null: none was set. */
  readonly passwordHash: string | null;
  /** Whether somebody has signed in to this account from this network before. */
  readonly knowsNetwork: boolean;
}

/** Who can sign in, kept for good: an account that is not wanted any more is locked, because histories name it. */
export abstract class AccountStore {
  abstract create(account: NewAccount): Promise<Account | 'account.exists'>;
  abstract find(accountId: string): Promise<Account | undefined>;
  abstract findByName(name: string): Promise<Account | undefined>;
  abstract findByIdentity(identity: Identity): Promise<Account | undefined>;
  /** By name. */
  abstract list(filter: AccountFilter): Promise<Page<Account>>;
  /**
   * Refused where it would leave nobody who is active, and administrator of all departments, although there is somebody now.
   * A change that changes nothing leaves the version. A lock ends all sessions and voids all codes of the account with it.
   */
  abstract change(change: AccountChange): Promise<Account | AccountRefusal>;
  /** @param network where the request comes from, in a form that tells nobody else */
  abstract credentials(name: string, network: string): Promise<AccountCredentials | undefined>;
  /**
   * A new password: with it all sessions of the account end, and all its codes are void. One that was invited is active then; one
   * that is locked stays so.
   */
  abstract setPassword(accountId: string, passwordHash: string): Promise<Account | undefined>;
  /** The same password, hashed in another way. Nothing if it is another one by now. */
  abstract rehash(accountId: string, from: string, to: string): Promise<void>;
  abstract noteSignIn(accountId: string, network: string, at: number): Promise<void>;
  /** How many accounts somebody has signed in to from a network since then. */
  abstract countOfNetwork(network: string, since: number): Promise<number>;
}

/** Whether this account keeps the installation from being without an administrator. */
export function isFullAdministrator({ state, roles }: Pick<Account, 'state' | 'roles'>): boolean {
  return (
    state === 'active' && roles.some(({ role, departments }) => role === 'administrator' && departments.length === 0)
  );
}
