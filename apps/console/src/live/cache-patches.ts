import type { QueryClient, QueryKey } from '@tanstack/react-query';
import type { LiveEvent } from './event-stream.ts';
import { readAnew } from './read-anew.ts';

/** Lists are read again at most this often, however much happens. */
const LISTS_EVERY_MS = 1500;

/** What pages keep up to date by listening themselves, and so only while they are shown. */
const FOLLOWED_WHILE_SHOWN: readonly QueryKey[] = [
  ['situation'],
  ['alerts', 'feed'],
  ['alerts', 'counts'],
  ['alertContext'],
  ['shelves'],
  ['assets', 'one'],
  ['devices', 'one'],
];

interface Versioned {
  readonly version?: number;
}

/**
 * Puts an event's alert or job into the query cache. A thing that is shown alone, and a thing within a list, are replaced at
 * once; which things a list holds, and in which order, only the server knows: lists are read again soon.
 */
export class CachePatches {
  readonly #stale = new Set<string>();
  #timer: number | undefined;

  constructor(private readonly client: QueryClient) {}

  apply({ type, data }: LiveEvent): void {
    if (type === 'window.changed') return this.#readSoon(['windows']);
    const kind = type.startsWith('job.') ? 'jobs' : 'alerts';
    const idName = kind === 'jobs' ? 'jobId' : 'alertId';
    const id = data[idName];
    if (typeof id !== 'string') return;
    this.client.setQueriesData<object>({ queryKey: [kind, 'one', id] }, (known) => known && newer(known, data));
    this.client.setQueriesData<unknown>({ queryKey: [kind, 'list'] }, (known: unknown) =>
      inList(known, idName, id, data),
    );
    // The parts of a single thing that events do not carry: history, photos.
    this.#readSoon([kind, 'one', id]);
    this.#readSoon([kind, 'list']);
    if (typeof data['assetId'] === 'string') this.#readSoon(['assets', 'one', data['assetId']]);
    // Whoever comes back to what is not shown now must not find it as it was.
    for (const queryKey of FOLLOWED_WHILE_SHOWN) {
      void this.client.invalidateQueries({ queryKey, type: 'inactive', refetchType: 'none' });
    }
  }

  #readSoon(key: QueryKey): void {
    this.#stale.add(JSON.stringify(key));
    this.#timer ??= window.setTimeout(() => {
      this.#timer = undefined;
      const keys = [...this.#stale].map((text) => JSON.parse(text) as QueryKey);
      this.#stale.clear();
      for (const queryKey of keys) readAnew(this.client, queryKey);
    }, LISTS_EVERY_MS);
  }
}

/** An older version never replaces a newer one: answers and events overtake each other. */
function newer(known: object, data: Readonly<Record<string, unknown>>): object {
  const present = (known as Versioned).version;
  const told = (data as Versioned).version;
  return present !== undefined && told !== undefined && present > told ? known : { ...known, ...data };
}

/** Lists are arrays, pages `{ items }`, or the pages of an endless list `{ pages: [{ items }] }`. */
function inList(known: unknown, idName: string, id: string, data: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(known)) {
    const things = known as Readonly<Record<string, unknown>>[];
    const index = things.findIndex((thing) => thing[idName] === id);
    return index < 0 ? known : things.with(index, newer(things[index]!, data) as Readonly<Record<string, unknown>>);
  }
  if (typeof known !== 'object' || known === null) return known;
  for (const member of ['items', 'pages'] as const) {
    const inner = (known as Record<string, unknown>)[member];
    if (!Array.isArray(inner)) continue;
    const changed =
      member === 'items'
        ? (inList(inner, idName, id, data) as unknown[])
        : inner.map((page: unknown) => inList(page, idName, id, data));
    // The same object says that nothing has changed, and nothing is drawn again.
    return changed.every((part, index) => part === inner[index]) ? known : { ...known, [member]: changed };
  }
  return known;
}
