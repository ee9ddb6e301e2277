import { createHmac, randomBytes } from 'node:crypto';

/** Tells texts apart without telling what they are, the same in every process that knows the secret. */
export class Fingerprints {
  readonly #secret: string | Uint8Array;

  constructor(secret: string | Uint8Array) {
    if (Buffer.byteLength(secret) < 32) throw new Error('the session secret needs 32 bytes or more');
    this.#secret = secret;
  }

  /** @param purpose what for, so that one of one kind is never taken for one of another */
  of(purpose: 'session' | 'code' | 'network' | 'name' | 'device', text: string): string {
    return createHmac('sha256', this.#secret).update(`${purpose}\n${text}`).digest('base64url');
  }
}

/** 192 random bits, which nobody guesses. */
export function newKey(): string {
  return randomBytes(24).toString('base64url');
}
