import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Account } from '../account.ts';
import type { AccountStore, NewAccount } from '../account-store.ts';
import type { OneTimeCodes } from '../one-time-codes.ts';
import type { SessionStore } from '../session-store.ts';

/** Gives an empty store whenever it is asked. */
export interface AccountStoreHarness {
  fresh(): Promise<{ readonly store: AccountStore; readonly sessions: SessionStore; readonly codes: OneTimeCodes }>;
  close(): Promise<void>;
}

const NOON = Date.UTC(2026, 10, 22, 12);

export const aNewAccount = (name: string, more: Partial<NewAccount> = {}): NewAccount => ({
  ...{ name, displayName: `Name of ${name}`, email: null, roles: [{ role: 'viewer', departments: [] }] },
  ...{ source: 'local', at: NOON },
  ...more,
});

const EVERYTHING = [{ role: 'administrator', departments: [] }] as const;

/** What all stores of accounts do. */
export function describeAccountStore(name: string, make: () => Promise<AccountStoreHarness>): void {
  describe(`${name} as store of accounts`, () => {
    let harness: AccountStoreHarness | undefined;
    let store: AccountStore;
    let sessions: SessionStore;
    let codes: OneTimeCodes;
    beforeEach(async () => {
      harness ??= await make();
      ({ store, sessions, codes } = await harness.fresh());
    });
    afterAll(() => harness?.close());

    const create = async (account: NewAccount): Promise<Account> => {
      const created = await store.create(account);
      if (typeof created === 'string') throw new Error(created);
      return created;
    };

    it('keeps an account, invited until somebody sets its password', async () => {
      const roles = [{ role: 'crew', departments: ['waste', 'parking'] }] as const;
      const created = await create(aNewAccount('m.weber', { roles, email: 'm.weber@example.org' }));

      expect(created).toEqual({
        ...{
          accountId: created.accountId,
          name: 'm.weber',
          displayName: 'Name of m.weber',
          email: 'm.weber@example.org',
        },
        ...{ roles, state: 'invited', source: 'local', createdAt: NOON, lastSignInAt: null, version: 1 },
      });
      expect(await store.find(created.accountId)).toEqual(created);
      expect(await store.findByName('m.weber')).toEqual(created);
      expect(await store.credentials('m.weber', 'n')).toEqual({
        account: created,
        passwordHash: null,
        knowsNetwork: false,
      });

      expect(await store.setPassword(created.accountId, 'hash')).toMatchObject({ state: 'active', version: 2 });
      expect(await store.credentials('m.weber', 'n')).toMatchObject({ passwordHash: 'hash' });
    });

    it('has a name once, and knows no others', async () => {
      const { accountId } = await create(aNewAccount('m.weber'));
      expect(await store.create(aNewAccount('m.weber'))).toBe('account.exists');
      const many = await Promise.all(Array.from({ length: 6 }, () => store.create(aNewAccount('k.roth'))));
      expect(many.filter((each) => each !== 'account.exists')).toHaveLength(1);

      expect(await store.findByName('nobody')).toBeUndefined();
      expect(await store.findByName('\u0000')).toBeUndefined();
      expect(await store.credentials("' or true --", 'n')).toBeUndefined();
      expect(await store.find('no id')).toBeUndefined();
      const another = accountId.replace(/^./, (digit) => (digit === 'f' ? '0' : 'f'));
      expect(await store.find(another)).toBeUndefined();
      expect(await store.setPassword('no id', 'hash')).toBeUndefined();
    });

    it('finds the account of an identity, which is active at once and nobody else has', async () => {
      const identity = { issuer: 'https://id.example', subject: 's-1' };
      const created = await create(aNewAccount('k.roth', { source: 'oidc', identity }));

      expect(created).toMatchObject({ state: 'active', source: 'oidc' });
      expect(await store.findByIdentity(identity)).toEqual(created);
      expect(await store.findByIdentity({ ...identity, subject: 's-2' })).toBeUndefined();
      expect(await store.create(aNewAccount('another', { source: 'oidc', identity }))).toBe('account.exists');
    });

    it('changes what is named and leaves the rest', async () => {
      const { accountId } = await create(aNewAccount('m.weber', { email: 'a@example.org' }));
      const roles = [{ role: 'dispatcher', departments: ['waste'] }] as const;

      expect(await store.change({ accountId, version: 1, roles })).toMatchObject({
        ...{ roles, email: 'a@example.org', displayName: 'Name of m.weber', state: 'invited', version: 2 },
      });
      expect(await store.change({ accountId, email: null })).toMatchObject({ email: null, version: 3 });
      expect(await store.change({ accountId, email: null, roles })).toMatchObject({ version: 3 });
    });

    it('refuses a change on an older version, and of no account', async () => {
      const { accountId } = await create(aNewAccount('m.weber'));
      await store.change({ accountId, displayName: 'Mia Weber' });

      expect(await store.change({ accountId, version: 1, displayName: 'x' })).toMatchObject({
        code: 'account.conflict',
      });
      expect(await store.change({ accountId: 'no id', displayName: 'x' })).toMatchObject({ code: 'account.unknown' });
      expect(await store.find(accountId)).toMatchObject({ displayName: 'Mia Weber' });
    });

    it('locks an account, and gives it back as it was', async () => {
      const { accountId } = await create(aNewAccount('m.weber'));
      expect(await store.change({ accountId, locked: true })).toMatchObject({ state: 'locked' });
      expect(await store.change({ accountId, locked: false })).toMatchObject({ state: 'invited' });

      await store.setPassword(accountId, 'hash');
      await store.change({ accountId, locked: true });
      expect(await store.setPassword(accountId, 'another')).toMatchObject({ state: 'locked' });
      expect(await store.change({ accountId, locked: false })).toMatchObject({ state: 'active' });
    });

    it('keeps the last administrator of everything, whatever happens at once', async () => {
      const first = await create(aNewAccount('first', { roles: EVERYTHING }));
      const second = await create(aNewAccount('second', { roles: EVERYTHING }));
      await create(aNewAccount('invited', { roles: EVERYTHING }));
      const some = await create(aNewAccount('some', { roles: [{ role: 'administrator', departments: ['waste'] }] }));
      for (const { accountId } of [first, second, some]) await store.setPassword(accountId, 'hash');

      const outcomes = await Promise.all([
        store.change({ accountId: first.accountId, locked: true }),
        store.change({ accountId: second.accountId, roles: [{ role: 'administrator', departments: ['waste'] }] }),
      ]);

      const refused = outcomes.filter((outcome) => 'code' in outcome);
      expect(refused).toEqual([expect.objectContaining({ code: 'account.lastAdministrator' })]);
      expect(await store.change({ accountId: some.accountId, locked: true })).toMatchObject({ state: 'locked' });
    });

    it('takes everything from the last administrator if an identity provider says so', async () => {
      const identity = { issuer: 'https://id.example', subject: 's-1' };
      const { accountId } = await create(aNewAccount('k.roth', { source: 'oidc', identity, roles: EVERYTHING }));

      expect(await store.change({ accountId, roles: [] })).toMatchObject({ code: 'account.lastAdministrator' });
      expect(await store.change({ accountId, roles: [], isVouched: true })).toMatchObject({ roles: [], version: 2 });
    });

    it('ends the sessions and voids the links of an account that is locked or gets a new password, and no others', async () => {
      const steps = [
        (accountId: string) => store.change({ accountId, locked: true }),
        (accountId: string) => store.setPassword(accountId, 'another'),
      ];
      for (const [nth, step] of steps.entries()) {
        const accounts = [await create(aNewAccount(`m.weber-${nth}`)), await create(aNewAccount(`k.roth-${nth}`))];
        for (const { accountId, name: of } of accounts) {
          await store.setPassword(accountId, 'hash');
          const given = { method: 'password', address: null, agent: null, expiresAt: NOON + 100 } as const;
          await sessions.open({ ...given, keyHash: `session of ${of}`, accountId, at: NOON });
          const link = { purpose: 'setPassword', accountId, expiresAt: NOON + 100 } as const;
          await codes.issue({ ...link, codeHash: `link of ${of}` });
          await codes.issue({ ...link, codeHash: `code of ${of}`, purpose: 'signIn' });
        }
        await step(accounts[0]!.accountId);
        // Unlocked, it has none of them either.
        await store.change({ accountId: accounts[0]!.accountId, locked: false });

        const left = async ({ name: of }: Account) => [
          (await sessions.find(`session of ${of}`, NOON + 1, 100)) !== undefined,
          (await codes.find(`link of ${of}`, 'setPassword', NOON)) !== undefined,
          (await codes.find(`code of ${of}`, 'signIn', NOON)) !== undefined,
        ];
        expect(await left(accounts[0]!)).toEqual([false, false, false]);
        expect(await left(accounts[1]!)).toEqual([true, true, true]);
      }
    });

    it('keeps the same password in another way, with all sessions, unless it is another one by now', async () => {
      const { accountId } = await create(aNewAccount('m.weber'));
      await store.setPassword(accountId, 'old way');
      const given = { method: 'password', address: null, agent: null, expiresAt: NOON + 100 } as const;
      await sessions.open({ ...given, keyHash: 'k', accountId, at: NOON });
      await store.rehash(accountId, 'old way', 'new way');
      await store.rehash(accountId, 'old way', 'too late');
      await store.rehash('no id', 'old way', 'new way');

      expect(await store.credentials('m.weber', 'n')).toMatchObject({
        passwordHash: 'new way',
        account: { version: 2, state: 'active' },
      });
      expect(await sessions.find('k', NOON + 1, 100)).toBeDefined();
    });

    it('counts who has signed in from a network lately', async () => {
      const [first, second] = [await create(aNewAccount('m.weber')), await create(aNewAccount('k.roth'))];
      await store.noteSignIn(first.accountId, 'town hall', NOON);
      await store.noteSignIn(first.accountId, 'town hall', NOON + 9);
      await store.noteSignIn(second.accountId, 'town hall', NOON + 5);
      await store.noteSignIn(second.accountId, 'hall', NOON + 5);

      expect(await store.countOfNetwork('town hall', NOON + 5)).toBe(2);
      expect(await store.countOfNetwork('town hall', NOON + 6)).toBe(1);
      expect(await store.countOfNetwork('hall', NOON)).toBe(1);
      expect(await store.countOfNetwork('elsewhere', NOON)).toBe(0);
    });

    it('knows from which networks somebody has signed in, and when last', async () => {
      const { accountId } = await create(aNewAccount('m.weber'));
      await store.noteSignIn(accountId, 'home', NOON + 5);
      await store.noteSignIn(accountId, 'home', NOON + 9);

      expect(await store.credentials('m.weber', 'home')).toMatchObject({ knowsNetwork: true });
      expect(await store.credentials('m.weber', 'abroad')).toMatchObject({ knowsNetwork: false });
      expect(await store.find(accountId)).toMatchObject({ lastSignInAt: NOON + 9, version: 1 });
    });

    it('lists accounts by name, by state and by a part of a name, in pages', async () => {
      for (const each of ['c.three', 'a.one', 'b.two']) await create(aNewAccount(each));
      await create(aNewAccount('d.four', { displayName: 'Dörte 100 %_Vier', email: 'vier@example.org' }));
      const namesOf = async (filter: object) =>
        (await store.list({ limit: 10, ...filter })).items.map((account) => account.name);

      const page = await store.list({ limit: 3 });
      expect(page.items.map((account) => account.name)).toEqual(['a.one', 'b.two', 'c.three']);
      expect(await namesOf({ after: page.next! })).toEqual(['d.four']);
      expect(await namesOf({ text: 'VIER@' })).toEqual(['d.four']);
      expect(await namesOf({ text: '%_V' })).toEqual(['d.four']);
      expect(await namesOf({ text: '%' })).toEqual(['d.four']);
      expect(await namesOf({ state: 'active' })).toEqual([]);
      await expect(store.list({ limit: 1, after: 'x y' })).rejects.toMatchObject({ code: 'cursor.invalid' });
    });
  });
}
