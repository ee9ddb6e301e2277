import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { AccountStore } from '../account-store.ts';
import type { NewSession, SessionStore } from '../session-store.ts';
import { aNewAccount } from './account-store-suite.ts';

/** Gives an empty store whenever it is asked, and the accounts that its sessions are of. */
export interface SessionStoreHarness {
  fresh(): Promise<{ readonly sessions: SessionStore; readonly accounts: AccountStore }>;
  close(): Promise<void>;
}

const NOON = Date.UTC(2026, 10, 22, 12);
const IDLE_MS = 3_600_000;

/** What all stores of sessions do. */
export function describeSessionStore(name: string, make: () => Promise<SessionStoreHarness>): void {
  describe(`${name} as store of sessions`, () => {
    let harness: SessionStoreHarness | undefined;
    let sessions: SessionStore;
    let accounts: AccountStore;
    let accountId: string;
    beforeEach(async () => {
      harness ??= await make();
      ({ sessions, accounts } = await harness.fresh());
      const account = await accounts.create(aNewAccount('m.weber'));
      if (typeof account === 'string') throw new Error(account);
      ({ accountId } = account);
      await accounts.setPassword(accountId, 'hash');
    });
    afterAll(() => harness?.close());

    const tryToOpen = (keyHash: string, more: Partial<NewSession> = {}) =>
      sessions.open({
        ...{ keyHash, accountId, method: 'password', at: NOON, expiresAt: NOON + 12 * IDLE_MS },
        ...{ address: '192.0.2.0', agent: 'a browser' },
        ...more,
      });
    const open = async (keyHash: string, more: Partial<NewSession> = {}) => {
      const session = await tryToOpen(keyHash, more);
      if (!session) throw new Error(`no session ${keyHash} was opened`);
      return session;
    };

    it('finds a session by its key, with its account', async () => {
      const session = await open('k-1');

      const known = await sessions.find('k-1', NOON + 1, IDLE_MS);
      expect(known?.session).toEqual(session);
      expect(known?.account).toMatchObject({ accountId, name: 'm.weber' });
      expect(session).toMatchObject({ openedAt: NOON, lastSeenAt: NOON, address: '192.0.2.0', agent: 'a browser' });
      expect(await sessions.find('k-2', NOON + 1, IDLE_MS)).toBeUndefined();
      expect(await sessions.find('\u0000', NOON + 1, IDLE_MS)).toBeUndefined();
    });

    it('gives what to ask the identity provider with to one of all who find that it is time', async () => {
      const { sessionId } = await open('k-1', { method: 'oidc', renewal: 'first' });
      await open('k-2');
      expect(await sessions.find('k-2', NOON + 1, IDLE_MS)).toMatchObject({ vouchedAt: null });
      expect(await sessions.find('k-1', NOON + 1, IDLE_MS)).toMatchObject({ vouchedAt: NOON });

      const claims = await Promise.all([1, 2, 3].map((ms) => sessions.claimRenewal(sessionId, NOON, NOON + ms)));
      expect(claims.filter((claim) => claim !== undefined)).toEqual(['first']);
      const { vouchedAt } = (await sessions.find('k-1', NOON + 9, IDLE_MS))!;
      expect(vouchedAt).toBeGreaterThan(NOON);
      await sessions.noteRenewal(sessionId, 'second');
      expect(await sessions.claimRenewal(sessionId, vouchedAt!, NOON + 9)).toBe('second');
      expect(await sessions.claimRenewal('no id', NOON, NOON + 9)).toBeUndefined();
    });

    it('ends a session that nobody uses, and one that was used all the time', async () => {
      await open('idle');
      await open('busy');
      for (let hour = 1; hour < 24; hour++) await sessions.find('busy', NOON + (hour * IDLE_MS) / 2, IDLE_MS);

      expect(await sessions.find('idle', NOON + IDLE_MS - 1, IDLE_MS)).toBeDefined();
      expect(await sessions.find('idle', NOON + 3 * IDLE_MS, IDLE_MS)).toBeUndefined();
      expect(await sessions.find('busy', NOON + 12 * IDLE_MS - 1, IDLE_MS)).toBeDefined();
      expect(await sessions.find('busy', NOON + 12 * IDLE_MS, IDLE_MS)).toBeUndefined();
    });

    it('opens none of an account that was locked or given another password since it was seen who it is', async () => {
      const seen = (await accounts.find(accountId))!;
      const version = { accountVersion: seen.version };
      await accounts.setPassword(accountId, 'another hash');
      expect(await tryToOpen('k-1', version)).toBeUndefined();
      await accounts.change({ accountId, locked: true });
      expect(await tryToOpen('k-2')).toBeUndefined();
      await accounts.change({ accountId, locked: false });
      expect(await tryToOpen('k-3', version)).toBeUndefined();
      expect(await sessions.list(accountId, NOON + 1, IDLE_MS)).toEqual([]);
      expect(await tryToOpen('k-4', { accountId: 'no id' })).toBeUndefined();

      await open('k-5', { accountVersion: (await accounts.find(accountId))!.version });
    });

    it('has none left of an account that is locked while many open one', async () => {
      const { version } = (await accounts.find(accountId))!;
      await Promise.all(
        Array.from({ length: 20 }, async (_, nth) => {
          if (nth === 10) await accounts.change({ accountId, locked: true });
          else await tryToOpen(`k-${nth}`, { accountVersion: version });
        }),
      );
      await accounts.change({ accountId, locked: false });

      expect(await sessions.list(accountId, NOON + 1, IDLE_MS)).toEqual([]);
    });

    it('has none of an account that is locked', async () => {
      await open('k-1');
      await accounts.change({ accountId, locked: true });

      expect(await sessions.find('k-1', NOON + 1, IDLE_MS)).toBeUndefined();
    });

    it('keeps those of the API token, which belong to no account', async () => {
      await open('k-1', { accountId: null, method: 'code' });

      expect(await sessions.find('k-1', NOON + 1, IDLE_MS)).toMatchObject({
        account: null,
        session: { method: 'code' },
      });
      expect(await sessions.list(null, NOON, IDLE_MS)).toHaveLength(1);
      expect(await sessions.list(accountId, NOON, IDLE_MS)).toEqual([]);
    });

    it('lists those of an account and ends them, one or all but one', async () => {
      const first = await open('k-1');
      const second = await open('k-2', { at: NOON + 1 });
      await open('over', { expiresAt: NOON + 2 });
      const third = await open('k-3', { at: NOON + 3 });
      const ids = async () => (await sessions.list(accountId, NOON + 5, IDLE_MS)).map(({ sessionId }) => sessionId);

      expect(await ids()).toEqual([third, second, first].map(({ sessionId }) => sessionId));
      expect(await sessions.end(null, first.sessionId)).toBe(false);
      expect(await sessions.end(accountId, 'no id')).toBe(false);
      expect(await sessions.end(accountId, first.sessionId)).toBe(true);
      expect(await sessions.find('k-1', NOON + 5, IDLE_MS)).toBeUndefined();
      await sessions.endAll(accountId, third.sessionId);
      expect(await ids()).toEqual([third.sessionId]);
      await sessions.endAll(accountId, null);
      expect(await ids()).toEqual([]);
    });

    it('forgets what is over, some at a time', async () => {
      for (const key of ['a', 'b', 'c']) await open(key, { expiresAt: NOON });
      await open('d');

      expect(await sessions.purge(NOON + 1, 2)).toBe(2);
      expect(await sessions.purge(NOON + 1, 2)).toBe(1);
      expect(await sessions.find('d', NOON + 1, IDLE_MS)).toBeDefined();
    });
  });
}
