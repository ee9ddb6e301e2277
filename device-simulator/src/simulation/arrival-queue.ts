import type { Arrival } from './arrival.ts';

const FIRST_CAPACITY = 1024;

/**
 * Arrivals that nobody has been handed yet, as columns of numbers: a city sends so many that the collector of garbage would spend as long on
 * them, as objects that have to wait, as the city on all else. They become objects when they are handed out.
 */
export class ArrivalQueue {
  #count = 0;
  #at = new Float64Array(FIRST_CAPACITY);
  #measuredAt = new Float64Array(FIRST_CAPACITY);
  #deviceIndex = new Int32Array(FIRST_CAPACITY);
  #offset = new Uint32Array(FIRST_CAPACITY);
  #length = new Uint32Array(FIRST_CAPACITY);
  /** As bits. */
  #flags = new Uint8Array(FIRST_CAPACITY);
  #deviceIds: string[] = [];
  #memory: ArrayBufferLike[] = [];

  readonly push = (arrival: Arrival): void => {
    if (this.#count === this.#at.length) this.#grow();
    const place = this.#count++;
    const { payload } = arrival;
    this.#at[place] = arrival.at;
    this.#measuredAt[place] = arrival.measuredAt;
    this.#deviceIndex[place] = arrival.deviceIndex;
    this.#offset[place] = payload.byteOffset;
    this.#length[place] = payload.length;
    this.#flags[place] = (arrival.wasMeasuredRight ? RIGHT : 0) | (arrival.isRepeat ? REPEAT : 0);
    this.#deviceIds[place] = arrival.deviceId;
    this.#memory[place] = payload.buffer;
  };

  /** What is in a place, until something is dropped. */
  arrival(place: number): Arrival {
    const flags = this.#flags[place]!;
    return {
      at: this.#at[place]!,
      deviceIndex: this.#deviceIndex[place]!,
      deviceId: this.#deviceIds[place]!,
      payload: new Uint8Array(this.#memory[place]!, this.#offset[place], this.#length[place]),
      measuredAt: this.#measuredAt[place]!,
      wasMeasuredRight: (flags & RIGHT) !== 0,
      isRepeat: (flags & REPEAT) !== 0,
    };
  }

  /**
   * The places of those that arrive from `start` on and before `end`, by (at, deviceIndex), those of one device at one moment as they were sent.
   * Numbers are sorted many times faster than objects by a comparison: time and place of each in one number, of which no two are equal.
   */
  due(start: number, end: number): Float64Array {
    const count = this.#count;
    const at = this.#at;
    let due = 0;
    for (let place = 0; place < count; place++) if (at[place]! < end) due++;
    const keys = new Float64Array(due);
    due = 0;
    for (let place = 0; place < count; place++) {
      if (at[place]! < end) keys[due++] = (at[place]! - start) * count + place;
    }
    keys.sort();
    let isTied = false;
    for (let index = 0; index < due; index++) {
      keys[index] = keys[index]! % count;
      if (index > 0 && at[keys[index]!] === at[keys[index - 1]!]) isTied = true;
    }
    if (isTied) this.#settleTies(keys);
    return keys;
  }

  /** Forgets those that arrive before this moment. */
  drop(before: number): void {
    let kept = 0;
    for (let place = 0; place < this.#count; place++) {
      if (this.#at[place]! < before) continue;
      this.#at[kept] = this.#at[place]!;
      this.#measuredAt[kept] = this.#measuredAt[place]!;
      this.#deviceIndex[kept] = this.#deviceIndex[place]!;
      this.#offset[kept] = this.#offset[place]!;
      this.#length[kept] = this.#length[place]!;
      this.#flags[kept] = this.#flags[place]!;
      this.#deviceIds[kept] = this.#deviceIds[place]!;
      this.#memory[kept] = this.#memory[place]!;
      kept++;
    }
    this.#count = kept;
    this.#deviceIds.length = kept;
    this.#memory.length = kept;
  }

  /** Those at the same moment by device: what waited from the slice before stands before all others. */
  #settleTies(places: Float64Array): void {
    const at = this.#at;
    for (let from = 0; from < places.length;) {
      let to = from + 1;
      while (to < places.length && at[places[to]!] === at[places[from]!]) to++;
      if (to - from > 1) {
        const device = this.#deviceIndex;
        places.subarray(from, to).sort((a, b) => device[a]! - device[b]! || a - b);
      }
      from = to;
    }
  }

  #grow(): void {
    const capacity = 2 * this.#at.length;
    this.#at = larger(new Float64Array(capacity), this.#at);
    this.#measuredAt = larger(new Float64Array(capacity), this.#measuredAt);
    this.#deviceIndex = larger(new Int32Array(capacity), this.#deviceIndex);
    this.#offset = larger(new Uint32Array(capacity), this.#offset);
    this.#length = larger(new Uint32Array(capacity), this.#length);
    this.#flags = larger(new Uint8Array(capacity), this.#flags);
  }
}

const RIGHT = 1;
const REPEAT = 2;

function larger<Column extends { set(values: Column): void }>(column: Column, values: Column): Column {
  column.set(values);
  return column;
}
