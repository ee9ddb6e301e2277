/**
 * What waits, in one lane for each origin, of which one after the other has its turn: who sends much waits in his own lane, and
 * not in that of others. Every operation takes constant time, however many lanes there are.
 */
export class FairLanes<T> {
  /** The lane whose turn is next comes first; in each, who has waited longest. */
  readonly #lanes = new Map<string, Set<T>>();
  readonly #originsByLength = new Map<number, Set<string>>();
  #longest = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Length of the longest lane. */
  get longest(): number {
    return this.#longest;
  }

  lengthOf(origin: string): number {
    return this.#lanes.get(origin)?.size ?? 0;
  }

  add(origin: string, item: T): void {
    let lane = this.#lanes.get(origin);
    if (!lane) this.#lanes.set(origin, (lane = new Set()));
    const before = lane.size;
    lane.add(item);
    this.#resized(origin, before, lane.size);
  }

  delete(origin: string, item: T): void {
    const lane = this.#lanes.get(origin);
    if (!lane?.delete(item)) return;
    if (lane.size === 0) this.#lanes.delete(origin);
    this.#resized(origin, lane.size + 1, lane.size);
  }

  /** Takes out whose turn it is. */
  take(): T | undefined {
    for (const [origin, lane] of this.#lanes) {
      // Behind the others.
      this.#lanes.delete(origin);
      this.#lanes.set(origin, lane);
      return this.#takeFirst(origin, lane);
    }
    return undefined;
  }

  /** Takes out who has waited longest in a longest lane. */
  takeFromLongest(): T | undefined {
    for (const origin of this.#originsByLength.get(this.#longest) ?? []) {
      const lane = this.#lanes.get(origin);
      if (lane) return this.#takeFirst(origin, lane);
    }
    return undefined;
  }

  #takeFirst(origin: string, lane: Set<T>): T | undefined {
    for (const item of lane) {
      this.delete(origin, item);
      return item;
    }
    return undefined;
  }

  #resized(origin: string, before: number, after: number): void {
    this.#size += after - before;
    const former = this.#originsByLength.get(before);
    former?.delete(origin);
    if (former?.size === 0) this.#originsByLength.delete(before);
    if (after > 0) {
      const present = this.#originsByLength.get(after);
      if (present) present.add(origin);
      else this.#originsByLength.set(after, new Set([origin]));
    }
    // By one at a time: a lane that is no longer the longest leaves one of this length behind.
    if (after > this.#longest) this.#longest = after;
    else if (!this.#originsByLength.has(this.#longest)) this.#longest = after;
  }
}
