import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

interface Verified {
  readonly mark: Buffer;
  readonly passwordHash: string;
}

interface Rejected {
  readonly until: number;
  readonly passwordHash: string | undefined;
}

/**
 * Remembers which passwords were right and which were wrong, so that the memory-hard hash is computed once per device
 * and not once per connection. Holds keyed marks of the passwords, by a key that never leaves the process.
 */
export class PasswordMemory {
  readonly #key = randomBytes(32);
  /** By device. The least recently used comes first. */
  readonly #verified = new Map<string, Verified>();
  readonly #rejected = new Map<string, Rejected>();

  constructor(
    private readonly limits: {
      readonly rememberedVerified: number;
      readonly rememberedRejected: number;
      readonly rejectedForMs: number;
    },
  ) {}

  markOf(deviceId: string, password: Uint8Array): Buffer {
    return createHmac('sha256', this.#key).update(deviceId).update('\0').update(password).digest();
  }

  /** Whether this password was verified against this stored hash; without one: against whichever was stored last. */
  isVerified(deviceId: string, mark: Buffer, passwordHash?: string): boolean {
    const known = this.#verified.get(deviceId);
    if (!known) return false;
    this.#verified.delete(deviceId);
    if (passwordHash !== undefined && known.passwordHash !== passwordHash) return false;
    this.#verified.set(deviceId, known);
    return timingSafeEqual(known.mark, mark);
  }

  isRejected(mark: Buffer, passwordHash: string | undefined, now: number): boolean {
    const known = this.#rejected.get(mark.toString('base64'));
    return known !== undefined && known.passwordHash === passwordHash && now < known.until;
  }

  rememberVerified(deviceId: string, mark: Buffer, passwordHash: string): void {
    this.#verified.delete(deviceId);
    this.#verified.set(deviceId, { mark, passwordHash });
    forgetOldest(this.#verified, this.limits.rememberedVerified);
  }

  rememberRejected(mark: Buffer, passwordHash: string | undefined, now: number): void {
    const key = mark.toString('base64');
    this.#rejected.delete(key);
    this.#rejected.set(key, { until: now + this.limits.rejectedForMs, passwordHash });
    forgetOldest(this.#rejected, this.limits.rememberedRejected);
  }
}

function forgetOldest(entries: Map<string, unknown>, limit: number): void {
  for (const key of entries.keys()) {
    if (entries.size <= limit) return;
    entries.delete(key);
  }
}
