import { Fault } from '@stadtfunk/kernel';
import type { Account } from '../account.ts';
import {
  AccountStore,
  isFullAdministrator,
  type AccountChange,
  type AccountCredentials,
  type AccountFilter,
  type AccountRefusal,
  type Identity,
  type NewAccount,
} from '../account-store.ts';

interface Kept {
  readonly account: Account;
  readonly passwordHash: string | null;
  readonly identity: Identity | null;
}

/** Accounts in memory, for tests. */
export class MemoryAccountStore extends AccountStore {
  readonly #kept = new Map<string, Kept>();
  /** When somebody last signed in to an account from a network. */
  readonly #networks = new Map<string, number>();
  /** Told of accounts whose sessions and codes end with a change. */
  readonly shutOut: ((accountId: string) => void)[] = [];
  #count = 0;

  override async create({ at, identity, ...given }: NewAccount): Promise<Account | 'account.exists'> {
    const isTaken = (kept: Kept) => {
      const { issuer, subject } = kept.identity ?? {};
      const isIdentity = identity !== undefined && issuer === identity.issuer && subject === identity.subject;
      return kept.account.name === given.name || isIdentity;
    };
    if (this.#all().some(isTaken)) return 'account.exists';
    const accountId = `00000000-0000-4000-8000-${String(++this.#count).padStart(12, '0')}`;
    const state = identity ? 'active' : 'invited';
    const account: Account = { accountId, ...given, state, createdAt: at, lastSignInAt: null, version: 1 };
    this.#kept.set(accountId, { account, passwordHash: null, identity: identity ?? null });
    return account;
  }

  override async find(accountId: string) {
    return this.now(accountId);
  }

  /** The account as it is, with nobody in between. */
  now(accountId: string): Account | undefined {
    return this.#kept.get(accountId)?.account;
  }

  override async findByName(name: string) {
    return this.#all().find(({ account }) => account.name === name)?.account;
  }

  override async findByIdentity({ issuer, subject }: Identity) {
    const isIt = ({ identity }: Kept) => identity?.issuer === issuer && identity.subject === subject;
    return this.#all().find(isIt)?.account;
  }

  override async list({ state, text, limit, after }: AccountFilter) {
    const part = text?.toLowerCase();
    const accounts = this.#all()
      .map(({ account }) => account)
      .filter((account) => state === undefined || account.state === state)
      .filter(({ name, displayName, email }) => {
        return part === undefined || [name, displayName, email ?? ''].some((each) => each.toLowerCase().includes(part));
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    if (after !== undefined && !accounts.some(({ name }) => name === after)) {
      throw new Fault('cursor.invalid', 'no such cursor', false);
    }
    const rest = after === undefined ? accounts : accounts.filter(({ name }) => name > after);
    const items = rest.slice(0, limit);
    return { items, next: rest.length > limit ? items.at(-1)!.name : null };
  }

  override async change({
    accountId,
    version,
    locked,
    isVouched,
    ...change
  }: AccountChange): Promise<Account | AccountRefusal> {
    const kept = this.#kept.get(accountId);
    if (!kept) return { code: 'account.unknown', detail: `there is no account '${accountId}'` };
    const { account, passwordHash } = kept;
    if (version !== undefined && version !== account.version) {
      return { code: 'account.conflict', detail: 'somebody else has changed the account meanwhile' };
    }
    const unlocked = account.source === 'oidc' || passwordHash !== null ? 'active' : 'invited';
    const state = locked === undefined ? account.state : locked ? 'locked' : unlocked;
    const changed: Account = { ...account, ...change, state };
    if (JSON.stringify(changed) === JSON.stringify(account)) return account;
    const others = this.#all().filter((other) => other.account.accountId !== accountId);
    const isLast =
      !isVouched && isFullAdministrator(account) && !others.some((other) => isFullAdministrator(other.account));
    if (isLast && !isFullAdministrator(changed)) {
      return { code: 'account.lastAdministrator', detail: 'nobody would be administrator of everything any more' };
    }
    if (state === 'locked') this.#shutOut(accountId);
    return this.#put({ ...kept, account: { ...changed, version: account.version + 1 } });
  }

  override async credentials(name: string, network: string): Promise<AccountCredentials | undefined> {
    const kept = this.#all().find(({ account }) => account.name === name);
    if (!kept) return undefined;
    const { account, passwordHash } = kept;
    return { account, passwordHash, knowsNetwork: this.#networks.has(`${account.accountId} ${network}`) };
  }

  override async setPassword(accountId: string, passwordHash: string) {
    const kept = this.#kept.get(accountId);
    if (!kept) return undefined;
    const { account } = kept;
    const state = account.state === 'invited' ? 'active' : account.state;
    this.#shutOut(accountId);
    return this.#put({ ...kept, passwordHash, account: { ...account, state, version: account.version + 1 } });
  }

  override async rehash(accountId: string, from: string, to: string) {
    const kept = this.#kept.get(accountId);
    if (kept?.passwordHash === from) this.#put({ ...kept, passwordHash: to });
  }

  override async countOfNetwork(network: string, since: number) {
    const lastAt = ({ account }: Kept) => this.#networks.get(`${account.accountId} ${network}`) ?? -Infinity;
    return this.#all().filter((kept) => lastAt(kept) >= since).length;
  }

  #shutOut(accountId: string): void {
    for (const tell of this.shutOut) tell(accountId);
  }

  override async noteSignIn(accountId: string, network: string, at: number) {
    const kept = this.#kept.get(accountId);
    if (!kept) return;
    this.#networks.set(`${accountId} ${network}`, at);
    this.#put({ ...kept, account: { ...kept.account, lastSignInAt: at } });
  }

  #all(): readonly Kept[] {
    return [...this.#kept.values()];
  }

  #put(kept: Kept): Account {
    this.#kept.set(kept.account.accountId, kept);
    return kept.account;
  }
}
