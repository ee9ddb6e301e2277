import { MOST_DIGITS, writeInteger } from './digits.ts';

/**
 * 32-bit FNV-1a over the UTF-8 bytes of an ASCII id, with a final mix so that low bits are usable for a modulus.
 * Part of the stored format of the uplink log (it picks the partition): never change it.
 */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * 53-bit hash of a text, as an exact integer. Not cryptographic: it tells repeats from news among one device's own
 * readings, where two different ones collide with a chance of about 1 in 9e15.
 */
export function hash53(text: string, seed = 0): number {
  return whole.begin(seed).text(text).value;
}

/** The same over bytes. */
export function hash53Of(bytes: Uint8Array): number {
  return whole.begin().bytes(bytes, bytes.length).value;
}

/** `hash53` of a text that is given in parts, without making that text. */
export class Hash53 {
  #high = 0;
  #low = 0;

  /** Begins a new text. */
  begin(seed = 0): this {
    return this.#go(0xdeadbeef ^ seed, 0x41c6ce57 ^ seed);
  }

  text(part: string): this {
    // In variables, and not in the fields at each character: that takes half of the time.
    let high = this.#high;
    let low = this.#low;
    for (let index = 0; index < part.length; index++) {
      const code = part.charCodeAt(index);
      high = Math.imul(high ^ code, 2654435761);
      low = Math.imul(low ^ code, 1597334677);
    }
    return this.#go(high, low);
  }

  /** As `String(value)` writes it. */
  number(value: number): this {
    if (!Number.isSafeInteger(value)) return this.text(String(value));
    return this.bytes(DIGITS, writeInteger(DIGITS, 0, value));
  }

  /** The first so many, each as a character. */
  bytes(bytes: Uint8Array, count: number): this {
    let high = this.#high;
    let low = this.#low;
    for (let at = 0; at < count; at++) {
      high = Math.imul(high ^ bytes[at]!, 2654435761);
      low = Math.imul(low ^ bytes[at]!, 1597334677);
    }
    return this.#go(high, low);
  }

  get value(): number {
    return finish53(this.#high, this.#low);
  }

  #go(high: number, low: number): this {
    this.#high = high;
    this.#low = low;
    return this;
  }
}

const DIGITS = new Uint8Array(MOST_DIGITS);
const whole = new Hash53();

function finish53(high: number, low: number): number {
  const mixedHigh = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  const mixedLow = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(mixedHigh ^ (mixedHigh >>> 13), 3266489909);
  return 4294967296 * (2097151 & mixedLow) + (mixedHigh >>> 0);
}

/** The same parts always give the same UUID (version 8, RFC 9562), so repeating a batch repeats its ids. */
export function idFrom(...parts: readonly (string | number)[]): string {
  const text = parts.join('\u0000');
  const digits = hex48(hash53(text, 1)) + hex48(hash53(text, 2)) + hex48(hash53(text, 3));
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(13, 16)}`,
    `a${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join('-');
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The lower 48 bits. By bytes: `toString(16)` of numbers beyond 31 bits works digit by digit in doubles. */
function hex48(value: number): string {
  const high = Math.floor(value / 4_294_967_296);
  const low = value >>> 0;
  const lower = HEX[low >>> 24]! + HEX[(low >>> 16) & 255]! + HEX[(low >>> 8) & 255]! + HEX[low & 255]!;
  return HEX[(high >>> 8) & 255]! + HEX[high & 255]! + lower;
}
