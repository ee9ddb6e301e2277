import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { AccountStore } from '../account-store.ts';
import type { OneTimeCodes } from '../one-time-codes.ts';
import type { SignInAttempts } from '../sign-in-attempts.ts';
import { aNewAccount } from './account-store-suite.ts';

export interface OneTimeCodesHarness {
  fresh(): Promise<{ readonly codes: OneTimeCodes; readonly accounts: AccountStore }>;
  close(): Promise<void>;
}

export interface SignInAttemptsHarness {
  fresh(): Promise<SignInAttempts>;
  close(): Promise<void>;
}

const NOON = Date.UTC(2026, 10, 22, 12);

/** What all keepers of one-time codes do. */
export function describeOneTimeCodes(name: string, make: () => Promise<OneTimeCodesHarness>): void {
  describe(`${name} as keeper of one-time codes`, () => {
    let harness: OneTimeCodesHarness | undefined;
    let codes: OneTimeCodes;
    let accountId: string;
    beforeEach(async () => {
      harness ??= await make();
      const { codes: fresh, accounts } = await harness.fresh();
      codes = fresh;
      const account = await accounts.create(aNewAccount('m.weber'));
      if (typeof account === 'string') throw new Error(account);
      ({ accountId } = account);
    });
    afterAll(() => harness?.close());

    it('lets a code be used once, by one of many', async () => {
      await codes.issue({ codeHash: 'c-1', purpose: 'signIn', accountId: null, expiresAt: NOON + 1 });

      expect(await codes.find('c-1', 'signIn', NOON)).toMatchObject({ accountId: null });
      const many = await Promise.all(Array.from({ length: 6 }, () => codes.redeem('c-1', 'signIn', NOON)));
      expect(many.filter(Boolean)).toEqual([
        { codeHash: 'c-1', purpose: 'signIn', accountId: null, expiresAt: NOON + 1 },
      ]);
      expect(await codes.find('c-1', 'signIn', NOON)).toBeUndefined();
    });

    it('knows no code that is too old, or for something else', async () => {
      await codes.issue({ codeHash: 'c-1', purpose: 'setPassword', accountId, expiresAt: NOON });

      expect(await codes.redeem('c-1', 'signIn', NOON - 1)).toBeUndefined();
      expect(await codes.redeem('c-1', 'setPassword', NOON)).toBeUndefined();
      expect(await codes.redeem('c-2', 'setPassword', NOON - 1)).toBeUndefined();
      expect(await codes.redeem('c-1', 'setPassword', NOON - 1)).toMatchObject({ accountId });
    });

    it('voids the links that an account had, when it gets a new one to set its password', async () => {
      const link = { purpose: 'setPassword', accountId, expiresAt: NOON + 5 } as const;
      await codes.issue({ ...link, codeHash: 'old' });
      await codes.issue({ ...link, codeHash: 'other', purpose: 'signIn' });
      await codes.issue({ ...link, codeHash: 'new' });

      expect(await codes.find('old', 'setPassword', NOON)).toBeUndefined();
      expect(await codes.find('new', 'setPassword', NOON)).toBeDefined();
      expect(await codes.find('other', 'signIn', NOON)).toBeDefined();
    });

    it('forgets what is too old', async () => {
      await codes.issue({ codeHash: 'c-1', purpose: 'signIn', accountId, expiresAt: NOON });
      await codes.issue({ codeHash: 'c-2', purpose: 'signIn', accountId, expiresAt: NOON + 5 });

      expect(await codes.purge(NOON + 1, 10)).toBe(1);
      expect(await codes.find('c-2', 'signIn', NOON)).toBeDefined();
    });
  });
}

/** What all counters of failed attempts do. */
export function describeSignInAttempts(name: string, make: () => Promise<SignInAttemptsHarness>): void {
  describe(`${name} as counter of failed attempts`, () => {
    let harness: SignInAttemptsHarness | undefined;
    let attempts: SignInAttempts;
    beforeEach(async () => {
      harness ??= await make();
      attempts = await harness.fresh();
    });
    afterAll(() => harness?.close());

    it('counts failures in a row, of many at once too', async () => {
      await Promise.all(Array.from({ length: 8 }, () => attempts.fail('a', NOON, 1_000)));
      await attempts.fail('b', NOON + 5, 1_000);

      expect(await attempts.failuresOf(['a', 'b', 'c'])).toEqual(
        new Map([
          ['a', { count: 8, lastAt: NOON }],
          ['b', { count: 1, lastAt: NOON + 5 }],
        ]),
      );
    });

    it('begins again when the last was long ago, or somebody succeeded', async () => {
      await attempts.fail('a', NOON, 1_000);
      await attempts.fail('a', NOON + 1_000, 1_000);
      expect((await attempts.failuresOf(['a'])).get('a')?.count).toBe(1);

      await attempts.forget('a');
      expect(await attempts.failuresOf(['a'])).toEqual(new Map());
    });

    it('forgets what is old', async () => {
      await attempts.fail('a', NOON, 1_000);
      await attempts.fail('b', NOON + 10, 1_000);

      expect(await attempts.purge(NOON + 5, 10)).toBe(1);
      expect([...(await attempts.failuresOf(['a', 'b'])).keys()]).toEqual(['b']);
    });
  });
}
