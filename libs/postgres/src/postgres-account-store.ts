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
import { and, asc, eq, gt, gte, ilike, or, sql } from 'drizzle-orm';
import { accountNetworks, accounts, oneTimeCodes, sessions } from './account-tables.ts';
import { lockAccounts } from './accounts-lock.ts';
import { noteChange } from './audit-scope.ts';
import type { Database } from './database.ts';
import { isStorable, isUuid, pageCursor, readPageCursor, toPage } from './page-cursor.ts';
import { query, transaction, type Transaction } from './query.ts';

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
      await lockAccounts(tx);
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
      if (state === 'locked') await shutOut(tx, accountId);
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
      if (row) await shutOut(tx, accountId);
      return row && toAccount(row);
    });
  }

  override async rehash(accountId: string, from: string, to: string): Promise<void> {
    if (!isUuid(accountId)) return;
    await query(this.#database, (drizzle) =>
      drizzle
        .update(accounts)
        .set({ passwordHash: to })
        .where(and(eq(accounts.accountId, accountId), eq(accounts.passwordHash, from))),
    );
  }

  override async countOfNetwork(network: string, since: number): Promise<number> {
    return query(this.#database, (drizzle) =>
      drizzle.$count(
        accountNetworks,
        and(eq(accountNetworks.network, network), gte(accountNetworks.seenAt, new Date(since))),
      ),
    );
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

/** Ends the sessions of an account and voids its codes. */
async function shutOut(tx: Transaction, accountId: string): Promise<void> {
  await tx.delete(sessions).where(eq(sessions.accountId, accountId));
  await tx.delete(oneTimeCodes).where(eq(oneTimeCodes.accountId, accountId));
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
