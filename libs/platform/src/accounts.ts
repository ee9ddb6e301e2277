import type { Config } from '@stadtfunk/config';
import { ScryptPasswordKeeper } from '@stadtfunk/credentials';
import type { AccountsOptions, HttpApp } from '@stadtfunk/http';
import type { Clock } from '@stadtfunk/kernel';
import { OidcProvider } from '@stadtfunk/oidc';
import {
  PostgresAccountStore,
  PostgresAuditLog,
  PostgresOneTimeCodes,
  PostgresSessionStore,
  PostgresSignInAttempts,
  type Database,
} from '@stadtfunk/postgres';

/** The account that the first start makes. */
const FIRST_NAME = 'admin';

/** Who can sign in, and how. */
export function accountsOf(config: Config, database: Database, clock: Clock): AccountsOptions {
  const provider = providerOf(config, clock);
  return {
    store: new PostgresAccountStore(database),
    sessions: new PostgresSessionStore(database),
    codes: new PostgresOneTimeCodes(database),
    attempts: new PostgresSignInAttempts(database),
    passwords: new ScryptPasswordKeeper(),
    audit: new PostgresAuditLog(database),
    ...(provider && { provider }),
    groupRoles: config.OIDC_ROLES,
    keepAddresses: config.KEEP_ADDRESSES,
  };
}

/**
 * A link to set the password of the first administrator, as long as nobody has; null: somebody has, or there are other accounts.
 * There is no password that everybody knows.
 */
export async function firstPasswordLink(
  api: HttpApp,
  database: Database,
  clock: Clock,
  consoleUrl: string,
): Promise<string | null> {
  const store = new PostgresAccountStore(database);
  const isEmpty = (await store.list({ limit: 1 })).items.length === 0;
  if (isEmpty) {
    await store.create({
      ...{ name: FIRST_NAME, displayName: 'Administration', email: null, source: 'local', at: clock.now() },
      roles: [{ role: 'administrator', departments: [] }],
    });
  }
  const first = await store.findByName(FIRST_NAME);
  if (first?.state !== 'invited') return null;
  return `${consoleUrl}/set-password#code=${await api.createPasswordCode(first.accountId)}`;
}

function providerOf(config: Config, clock: Clock): OidcProvider | undefined {
  const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, PUBLIC_URL } = config;
  if (!OIDC_ISSUER || !OIDC_CLIENT_ID || !PUBLIC_URL) return undefined;
  const base = PUBLIC_URL.replace(/\/$/, '');
  const options = {
    ...{ issuer: OIDC_ISSUER, clientId: OIDC_CLIENT_ID, name: config.OIDC_NAME, scope: config.OIDC_SCOPE },
    ...(OIDC_CLIENT_SECRET !== undefined && { clientSecret: OIDC_CLIENT_SECRET }),
    ...{
      groupsClaim: config.OIDC_GROUPS_CLAIM,
      redirectUri: `${base}/api/v1/oidc/callback`,
      afterSignOutUri: `${base}/`,
    },
    // A provider on this machine, for trying it out; elsewhere the settings refuse http.
    allowInsecure: OIDC_ISSUER.startsWith('http:'),
  };
  return new OidcProvider(options, clock);
}
