type Handler = (() => void) | null;

class MemoryRequest {
  result: unknown;
  error: DOMException | null = null;
  onsuccess: Handler = null;
  onerror: Handler = null;
  onupgradeneeded: Handler = null;
}

/** Steps of one transaction: seen by others together, when all are done, or not at all. */
class MemoryTransaction {
  error: DOMException | null = null;
  oncomplete: Handler = null;
  onabort: Handler = null;
  onerror: Handler = null;
  readonly #rows: Map<string, unknown>;
  #waiting = 0;

  constructor(private readonly database: MemoryIndexedDb) {
    this.#rows = new Map(database.rows);
  }

  objectStore() {
    return {
      transaction: this,
      get: (key: string) => this.#step(() => structuredClone(this.#rows.get(key))),
      put: (value: unknown, key: string) => this.#step(() => void this.#rows.set(key, structuredClone(value))),
      delete: (key: string) => this.#step(() => void this.#rows.delete(key)),
    };
  }

  #step(work: () => unknown): MemoryRequest {
    const request = new MemoryRequest();
    this.#waiting++;
    queueMicrotask(() => {
      request.result = work();
      request.onsuccess?.();
      this.#waiting--;
      if (this.#waiting === 0) queueMicrotask(() => this.#end());
    });
    return request;
  }

  #end(): void {
    if (this.#waiting > 0) return;
    const { isFull, rows } = this.database;
    const isMore = [...this.#rows].some(([key, value]) => JSON.stringify(value) !== JSON.stringify(rows.get(key)));
    if (isFull && isMore) {
      this.error = new DOMException('the device is full', 'QuotaExceededError');
      return this.onabort?.();
    }
    this.database.rows = this.#rows;
    this.database.commits++;
    this.oncomplete?.();
  }
}

/** What the crew's pages use of IndexedDB: one store, in memory, one transaction after the other. */
export class MemoryIndexedDb {
  rows = new Map<string, unknown>();
  commits = 0;
  /** Whether the device has no room left. */
  isFull = false;

  open(): MemoryRequest {
    const request = new MemoryRequest();
    request.result = { transaction: () => new MemoryTransaction(this), createObjectStore: () => undefined };
    queueMicrotask(() => request.onsuccess?.());
    return request;
  }
}
