import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '@stadtfunk/kernel';

/** Codes that not yet used; the oldest gives way. */
const MAX_CODES = 100;

/** Codes for one login each, so that a link can be printed without printing the token. Only their hashes are kept. */
export class LoginCodes {
  readonly #expiries = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    private readonly validMs: number,
  ) {}

  issue(): { readonly code: string; readonly expiresAt: number } {
    const code = randomBytes(18).toString('base64url');
    const expiresAt = this.clock.now() + this.validMs;
    const [oldest] = this.#expiries.keys();
    if (this.#expiries.size >= MAX_CODES && oldest !== undefined) this.#expiries.delete(oldest);
    this.#expiries.set(hashOf(code), expiresAt);
    return { code, expiresAt };
  }

  /** Whether the code was good. It is not any more. */
  redeem(code: string): boolean {
    const hash = hashOf(code);
    const expiresAt = this.#expiries.get(hash);
    this.#expiries.delete(hash);
    return expiresAt !== undefined && expiresAt > this.clock.now();
  }
}

function hashOf(code: string): string {
  return createHash('sha256').update(code).digest('base64');
}
