/**
 * Which device is due next. A binary heap with at most one entry per device: a due time that moves on leaves its entry
 * where it is, and is found out when that comes up; so the reading that postpones a silence by minutes costs nothing.
 */
export class DueQueue {
  readonly #heap: { readonly at: number; readonly deviceId: string }[] = [];
  readonly #queuedAt = new Map<string, number>();

  /** The device may be due at `at`. An earlier entry stays. */
  put(deviceId: string, at: number): void {
    const queued = this.#queuedAt.get(deviceId);
    if (queued !== undefined && queued <= at) return;
    this.#queuedAt.set(deviceId, at);
    this.#push({ at, deviceId });
  }

  /** Takes the devices out whose entry is not after `now`, up to `limit`; ask each when it really is due. */
  take(now: number, limit: number): string[] {
    const taken: string[] = [];
    while (taken.length < limit && this.#heap.length > 0 && this.#heap[0]!.at <= now) {
      const { at, deviceId } = this.#pop();
      // An entry that an earlier one has replaced.
      if (this.#queuedAt.get(deviceId) !== at) continue;
      this.#queuedAt.delete(deviceId);
      taken.push(deviceId);
    }
    return taken;
  }

  clear(): void {
    this.#heap.length = 0;
    this.#queuedAt.clear();
  }

  #push(entry: { readonly at: number; readonly deviceId: string }): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (heap[parent]!.at <= entry.at) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): { readonly at: number; readonly deviceId: string } {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.at < heap[child]!.at) child++;
      if (heap[child]!.at >= last.at) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}
