/** Rows that a device sends in one uplink, times this, are remembered: a stale history row returns in every uplink. */
const UPLINKS_REMEMBERED = 8;
const LEAST = 32;
const MOST = 512;
const KEY_BYTES = 8;

/**
 * Remembers the identities (53-bit hashes) of a device's latest readings, least recently seen first, so that a repeat
 * is told from news. A repeat moves to the end: a row that comes again and again is never forgotten.
 */
export class DeviceMemory {
  #capacity: number;
  readonly #keys: number[];

  private constructor(capacity: number, keys: number[]) {
    this.#capacity = capacity;
    this.#keys = keys;
  }

  static empty(): DeviceMemory {
    return new DeviceMemory(LEAST, []);
  }

  /** Reads what `encode` wrote. */
  static decode(bytes: Uint8Array): DeviceMemory {
    if (bytes.length < KEY_BYTES) return DeviceMemory.empty();
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const keys: number[] = [];
    for (let offset = KEY_BYTES; offset + KEY_BYTES <= bytes.length; offset += KEY_BYTES) {
      keys.push(view.getFloat64(offset, true));
    }
    return new DeviceMemory(view.getFloat64(0, true), keys);
  }

  encode(): Uint8Array {
    const view = new DataView(new ArrayBuffer((this.#keys.length + 1) * KEY_BYTES));
    view.setFloat64(0, this.#capacity, true);
    this.#keys.forEach((key, index) => view.setFloat64((index + 1) * KEY_BYTES, key, true));
    return new Uint8Array(view.buffer);
  }

  /** Makes room for a device that sends so many rows at once. */
  expectRows(rows: number): void {
    this.#capacity = Math.min(MOST, Math.max(this.#capacity, rows * UPLINKS_REMEMBERED));
  }

  /** Whether one of these identities is known; remembers the first of them either way. */
  meets(identities: readonly [number, ...number[]]): boolean {
    let known = false;
    for (const identity of identities) {
      const index = this.#keys.lastIndexOf(identity);
      if (index < 0) continue;
      known = true;
      this.#keys.splice(index, 1);
      break;
    }
    this.#keys.push(identities[0]);
    if (this.#keys.length > this.#capacity) this.#keys.splice(0, this.#keys.length - this.#capacity);
    return known;
  }
}
