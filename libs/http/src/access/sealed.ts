import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Longer ones are not ours. */
const MOST_BYTES = 16_384;

/** Texts that only this installation reads and writes, wherever they are kept: AES-256-GCM. */
export class Sealed {
  readonly #key: Uint8Array;

  /** @param purpose what for, so that one of one kind is never taken for one of another */
  constructor(secret: string | Uint8Array, purpose: string) {
    this.#key = new Uint8Array(hkdfSync('sha256', secret, '', `stadtfunk ${purpose}`, 32));
  }

  seal(text: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /** Undefined: it is not ours, or of another secret. */
  unseal(sealed: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    const head = IV_BYTES + TAG_BYTES;
    if (bytes.length <= head || bytes.length > MOST_BYTES) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, IV_BYTES));
    decipher.setAuthTag(bytes.subarray(IV_BYTES, head));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(head)), decipher.final()]).toString('utf8');
    } catch {
      return undefined; // What GCM says of anything that was not sealed with this key.
    }
  }
}
