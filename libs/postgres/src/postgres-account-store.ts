import {
  AccountStore,
  isFullAdministrator,
  type Account,
  type AccountChange,
  type AccountCredentials,
  type AccountFilter,
  type AccountRefusal,
  type AccountSource,
  type AccountState,
  type Identity,
  type NewAccount,
  type RoleAssignment,
} from '@stadtfunk/accounts';
import { and, asc, eq, gt, ilike, or, sql } from 'drizzle-orm';
import { accountNetworks, accounts } from './account-tables.ts';
import { noteChange } from './audit-scope.ts';
import type { Database } from './database.ts';
import { isStorable, isUuid, pageCursor, readPageCursor, toPage } from './page-cursor.ts';
import { query, transaction } from './query.ts';

/** Key of the advisory lock of all changes to accounts: who is the last administrator is counted over all of them. */
const ACCOUNTS_LOCK = 0x61636374;

/** Accounts in a table. */
export class PostgresAccountStore extends AccountStore {
  readonly #database: Database;

  constructor(database: Database) {
    super();
    this.#database = database;
  }

  override async create({ at, identity, ...given }: NewAccount): Promise<Account | 'account.exists'> {
    return transaction(this.#database, async (tx) => {
      const [row] = await tx
        .insert(accounts)
        .values({
          ...given,
          roles: [...given.roles],
          state: identity ? 'active' : 'invited',
          issuer: identity?.issuer ?? null,
          subject: identity?.subject ?? null,
          createdAt: new Date(at),
        })
        .onConflictDoNothing()
        .returning();
      if (!row) return 'account.exists';
      noteChange(tx, { thing: { kind: 'account', id: row.accountId } });
      return toAccount(row);
    });
  }

  override async find(accountId: string): Promise<Account | undefined> {
    if (!isUuid(accountId)) return undefined;
    const [row] = await query(this.#database, (drizzle) =>
      drizzle.select().from(accounts).where(eq(accounts.accountId, accountId)),
    );
    return row && toAccount(row);
  }

  override async findByName(name: string): Promise<Account | undefined> {
    if (!isStorable(name)) return undefined;
    const [row] = await query(this.#database, (drizzle) =>
      drizzle.select().from(accounts).where(eq(accounts.name, name)),
    );
    return row && toAccount(row);
  }

  override async findByIdentity({ issuer, subject }: Identity): Promise<Account | undefined> {
    if (!isStorable(issuer + subject)) return undefined;
    const [row] = await query(this.#database, (drizzle) =>
      drizzle
        .select()
        .from(accounts)
        .where(and(eq(accounts.issuer, issuer), eq(accounts.subject, subject))),
    );
    return row && toAccount(row);
  }

  override async list({ state, text, limit, after }: AccountFilter) {
    const like = text === undefined ? undefined : `%${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
    const where = and(
      state === undefined ? undefined : eq(accounts.state, state),
      like === undefined
        ? undefined
        : or(ilike(accounts.name, like), ilike(accounts.displayName, like), ilike(accounts.email, like)),
      after === undefined ? undefined : gt(accounts.name, readPageCursor('accounts', after, ['text'])[0] as string),
    );
    const rows = await query(this.#database, (drizzle) =>
      drizzle
        .select()
        .from(accounts)
        .where(where)
        .orderBy(asc(accounts.name))
        .limit(limit + 1),
    );
    return toPage(rows, limit, toAccount, ({ name }) => pageCursor('accounts', [name]));
  }

  override async change({
    accountId,
    version,
    locked,
    isVouched,
    ...change
  }: AccountChange): Promise<Account | AccountRefusal> {
    const unknown: AccountRefusal = { code: 'account.unknown', detail: `there is no account '${accountId}'` };
    if (!isUuid(accountId)) return unknown;
    return transaction(this.#database, async (tx) => {
      await tx.execute(sql`select pg_advisory_xact_lock(${ACCOUNTS_LOCK})`);
      const [row] = await tx.select().from(accounts).where(eq(accounts.accountId, accountId)).for('update');
      if (!row) return unknown;
      const account = toAccount(row);
      if (version !== undefined && version !== account.version) {
        return { code: 'account.conflict', detail: 'somebody else has changed the account meanwhile' };
      }
      const unlocked = account.source === 'oidc' || row.passwordHash !== null ? 'active' : 'invited';
      const state = locked === undefined ? account.state : locked ? 'locked' : unlocked;
      const changed: Account = { ...account, ...change, state };
      if (JSON.stringify(changed) === JSON.stringify(account)) return account;
      if (!isVouched && isFullAdministrator(account) && !isFullAdministrator(changed)) {
        const active = await tx.select().from(accounts).where(eq(accounts.state, 'active'));
        if (!active.map(toAccount).some((other) => other.accountId !== accountId && isFullAdministrator(other))) {
          return { code: 'account.lastAdministrator', detail: 'nobody would be administrator of everything any more' };
        }
      }
      const { displayName, email, roles } = changed;
      const [written] = await tx
        .update(accounts)
        .set({ displayName, email, roles: [...roles], state, version: account.version + 1 })
        .where(eq(accounts.accountId, accountId))
        .returning();
      return toAccount(written!);
    });
  }

  override async credentials(name: string, network: string): Promise<AccountCredentials | undefined> {
    if (!isStorable(name)) return undefined;
    const [row] = await query(this.#database, (drizzle) =>
      drizzle
        .select({ account: accounts, network: accountNetworks.network })
        .from(accounts)
        .leftJoin(
          accountNetworks,
          and(eq(accountNetworks.accountId, accounts.accountId), eq(accountNetworks.network, network)),
        )
        .where(eq(accounts.name, name)),
    );
    if (!row) return undefined;
    const { passwordHash } = row.account;
    return { account: toAccount(row.account), passwordHash, knowsNetwork: row.network !== null };
  }

  override async setPassword(accountId: string, passwordHash: string): Promise<Account | undefined> {
    if (!isUuid(accountId)) return undefined;
    return transaction(this.#database, async (tx) => {
      const [row] = await tx
        .update(accounts)
        .set({
          passwordHash,
          state: sql`case when ${accounts.state} = 'invited' then 'active' else ${accounts.state} end`,
          version: sql`${accounts.version} + 1`,
        })
        .where(eq(accounts.accountId, accountId))
        .returning();
      return row && toAccount(row);
    });
  }

  override async noteSignIn(accountId: string, network: string, at: number): Promise<void> {
    if (!isUuid(accountId)) return;
    const seenAt = new Date(at);
    await transaction(this.#database, async (tx) => {
      const known = await tx
        .update(accounts)
        .set({ lastSignInAt: seenAt })
        .where(eq(accounts.accountId, accountId))
        .returning({ accountId: accounts.accountId });
      if (known.length === 0) return;
      await tx
        .insert(accountNetworks)
        .values({ accountId, network, seenAt })
        .onConflictDoUpdate({ target: [accountNetworks.accountId, accountNetworks.network], set: { seenAt } });
    });
  }
}

export function toAccount(row: typeof accounts.$inferSelect): Account {
  const { accountId, name, displayName, email, roles, state, source, createdAt, lastSignInAt, version } = row;
  return {
    ...{ accountId, name, displayName, email },
    roles: (roles as readonly RoleAssignment[]).map(({ role, departments }) => ({ role, departments })),
    state: state as AccountState,
    source: source as AccountSource,
    createdAt: createdAt.getTime(),
    lastSignInAt: lastSignInAt?.getTime() ?? null,
    version,
  };
}
