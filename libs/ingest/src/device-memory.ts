/** Rows that a device sends in one uplink, times this, are remembered: a stale history row returns in every uplink. */
const UPLINKS_REMEMBERED = 8;
const LEAST = 32;
const MOST = 512;
const NUMBER_BYTES = 8;
/** Numbers before the keys: the version, and one per field of the state. */
const HEADER = 5;
const VERSION = -1;

/** Whether a reading was met before: `forgotten` says that it may have been, so long ago that the memory cannot tell. */
export type Meeting = 'known' | 'new' | 'forgotten';

/**
 * Remembers the identities (53-bit hashes) of a device's latest readings, least recently seen first, so that a repeat
 * is told from news. A repeat moves to the end: a row that comes again and again is never forgotten.
 *
 * It also knows up to which moment it may have forgotten something. What was measured later and is not known, is news.
 */
export class DeviceMemory {
  #capacity: number;
  readonly #keys: number[];
  /** Meetings are counted up to the capacity; those of the present count are all remembered. */
  #met: number;
  /** The latest moment (UTC ms) met in the present count, and before it. */
  #latest: number;
  #latestBefore: number;

  private constructor(
    capacity: number,
    keys: number[],
    [met, latest, latestBefore]: readonly [number, number, number],
  ) {
    this.#capacity = capacity;
    this.#keys = keys;
    this.#met = met;
    this.#latest = latest;
    this.#latestBefore = latestBefore;
  }

  static empty(): DeviceMemory {
    return new DeviceMemory(LEAST, [], [0, -Infinity, -Infinity]);
  }

  /** Reads what `encode` wrote. */
  static decode(bytes: Uint8Array): DeviceMemory {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const numbers: number[] = [];
    for (let offset = 0; offset + NUMBER_BYTES <= bytes.length; offset += NUMBER_BYTES) {
      numbers.push(view.getFloat64(offset, true));
    }
    const [first, capacity, met, latest, latestBefore] = numbers;
    if (first === VERSION && latestBefore !== undefined) {
      return new DeviceMemory(capacity!, numbers.slice(HEADER), [met!, latest!, latestBefore]);
    }
    // As written by version 0.1.0: the capacity, then the keys. Nothing says what it has forgotten.
    const keys = numbers.slice(1);
    if (first === undefined || !(first >= LEAST)) return DeviceMemory.empty();
    return new DeviceMemory(first, keys, [0, -Infinity, keys.length < first ? -Infinity : Infinity]);
  }

  encode(): Uint8Array {
    const view = new DataView(new ArrayBuffer((HEADER + this.#keys.length) * NUMBER_BYTES));
    const header = [VERSION, this.#capacity, this.#met, this.#latest, this.#latestBefore];
    header.forEach((number, index) => view.setFloat64(index * NUMBER_BYTES, number, true));
    this.#keys.forEach((key, index) => view.setFloat64((HEADER + index) * NUMBER_BYTES, key, true));
    return new Uint8Array(view.buffer);
  }

  /** Makes room for a device that sends so many rows at once. */
  expectRows(rows: number): void {
    this.#capacity = Math.min(MOST, Math.max(this.#capacity, rows * UPLINKS_REMEMBERED));
  }

  /** Meets what has one of these identities and was measured at that moment (UTC ms); remembers the first of them. */
  meets(identities: readonly [number, ...number[]], observedAt: number): Meeting {
    if (this.#met >= this.#capacity) {
      const isBounded = this.#latestBefore !== Infinity;
      this.#latestBefore = isBounded ? Math.max(this.#latestBefore, this.#latest) : this.#latest;
      this.#latest = -Infinity;
      this.#met = 0;
    }
    this.#met++;
    if (observedAt > this.#latest) this.#latest = observedAt;
    const isKnown = this.#forget(identities);
    this.#keys.push(identities[0]);
    while (this.#keys.length > this.#capacity) removeAt(this.#keys, 0);
    if (isKnown) return 'known';
    return observedAt > this.#latestBefore ? 'new' : 'forgotten';
  }

  #forget(identities: readonly number[]): boolean {
    for (const identity of identities) {
      const index = lastPlaceOf(this.#keys, identity);
      if (index < 0) continue;
      removeAt(this.#keys, index);
      return true;
    }
    return false;
  }
}

// `lastIndexOf` and `splice` make an object for each number that they touch, and this runs for every reading.

function lastPlaceOf(keys: readonly number[], key: number): number {
  let index = keys.length - 1;
  while (index >= 0 && keys[index] !== key) index--;
  return index;
}

function removeAt(keys: number[], place: number): void {
  for (let index = place + 1; index < keys.length; index++) keys[index - 1] = keys[index]!;
  keys.pop();
}
