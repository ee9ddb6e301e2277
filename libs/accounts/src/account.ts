import type { RoleAssignment } from './role.ts';

/**
 * `invited`: nobody has set the password yet; `active`; `locked`: cannot sign in, and has no session.
 */
export const ACCOUNT_STATES = ['invited', 'active', 'locked'] as const;
export type AccountState = (typeof ACCOUNT_STATES)[number];

/** Who vouches for the person: this installation by a password, or the city's identity provider. */
export const ACCOUNT_SOURCES = ['local', 'oidc'] as const;
export type AccountSource = (typeof ACCOUNT_SOURCES)[number];

/** Somebody who can sign in. */
export interface Account {
  readonly accountId: string;
  /** What is typed to sign in, and what stands in histories: lower case, unique. */
  readonly name: string;
  readonly displayName: string;
  readonly email: string | null;
  readonly roles: readonly RoleAssignment[];
  readonly state: AccountState;
  readonly source: AccountSource;
  /** UTC ms. */
  readonly createdAt: number;
  /** UTC ms; null: never yet. */
  readonly lastSignInAt: number | null;
  /** Counts changes; a change names the version that it was made on. */
  readonly version: number;
}
