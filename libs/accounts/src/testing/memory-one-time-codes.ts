import { OneTimeCodes, type CodePurpose, type OneTimeCode } from '../one-time-codes.ts';
import type { MemoryAccountStore } from './memory-account-store.ts';

/** Codes in memory, for tests. */
export class MemoryOneTimeCodes extends OneTimeCodes {
  readonly #codes = new Map<string, OneTimeCode>();

  constructor(accounts: MemoryAccountStore) {
    super();
    accounts.shutOut.push((accountId) => {
      for (const [hash, code] of this.#codes) if (code.accountId === accountId) this.#codes.delete(hash);
    });
  }

  override async issue(code: OneTimeCode) {
    for (const [hash, { purpose, accountId }] of this.#codes) {
      if (code.purpose === 'setPassword' && purpose === code.purpose && accountId === code.accountId) {
        this.#codes.delete(hash);
      }
    }
    this.#codes.set(code.codeHash, code);
  }

  override async find(codeHash: string, purpose: CodePurpose, now: number) {
    const code = this.#codes.get(codeHash);
    return code?.purpose === purpose && code.expiresAt > now ? code : undefined;
  }

  override async redeem(codeHash: string, purpose: CodePurpose, now: number) {
    const code = await this.find(codeHash, purpose, now);
    return code && this.#codes.delete(codeHash) ? code : undefined;
  }

  override async purge(before: number, limit: number) {
    const old = [...this.#codes.values()].filter(({ expiresAt }) => expiresAt < before).slice(0, limit);
    for (const { codeHash } of old) this.#codes.delete(codeHash);
    return old.length;
  }
}
