import { call } from '../api/client.ts';
import type { AlertEntry, Page } from '../api/types.ts';
import { compareEntries, type Order } from './alert-filter.ts';

/** As many as a person works through before asking for more. */
const PAGE = 1_000;
/** With fewer left of its pages a list that goes on is read again. */
const FEW = PAGE / 2;
/** Ids in one question: an address stays short enough for every proxy. */
const MOST_ASKED = 100;

/** Which alerts, and in which order. */
export interface AlertListing {
  /** The filters, as the API reads them. */
  readonly text: string;
  readonly order: Order;
}

export interface AlertFeed {
  readonly alerts: readonly AlertEntry[];
  /** Where the list goes on; null: it is shown to its end. */
  readonly next: string | null;
  /** The alert that `next` is behind, which may be gone by now. */
  readonly end: AlertEntry | null;
  readonly pages: number;
}

/** As many pages as are shown, at least one. */
export async function readFeed(listing: AlertListing, pages: number, signal: AbortSignal): Promise<AlertFeed> {
  let feed = withPage(undefined, await readPage(listing, null, signal), listing.order);
  while (feed.next !== null && feed.pages < pages) {
    feed = withPage(feed, await readPage(listing, feed.next, signal), listing.order);
  }
  return feed;
}

export function readPage(
  { text, order }: AlertListing,
  after: string | null,
  signal?: AbortSignal,
): Promise<Page<AlertEntry>> {
  const further = after === null ? '' : `&after=${encodeURIComponent(after)}`;
  const path = `/alerts?${text}&order=${order}&explained=false&limit=${PAGE}${further}`;
  return call<Page<AlertEntry>>('GET', path, undefined, signal && { signal });
}

export function withPage(feed: AlertFeed | undefined, { items, next }: Page<AlertEntry>, order: Order): AlertFeed {
  const { alerts: before, pages } = feed ?? { alerts: [], pages: 0 };
  // What an event has brought is newer than the page.
  const known = new Set(before.map(({ alertId }) => alertId));
  const alerts = [...before, ...items.filter(({ alertId }) => !known.has(alertId))];
  const end = next === null ? null : (items.at(-1) ?? null);
  return { alerts: feed ? alerts.sort(compareEntries(order)) : alerts, next, end, pages: pages + 1 };
}

/** Those of these that belong to the list, as they are now. */
export async function readEntries({ text }: AlertListing, ids: readonly string[]): Promise<AlertEntry[]> {
  const found: AlertEntry[] = [];
  for (let start = 0; start < ids.length; start += MOST_ASKED) {
    const some = ids.slice(start, start + MOST_ASKED).join(',');
    const path = `/alerts?${text}&explained=false&limit=${MOST_ASKED}&ids=${encodeURIComponent(some)}`;
    found.push(...(await call<Page<AlertEntry>>('GET', path)).items);
  }
  return found;
}

/** What was asked about and did not come back does not belong to the list any more. */
export function withEntries(
  before: AlertFeed,
  asked: readonly string[],
  fresh: readonly AlertEntry[],
  order: Order,
): AlertFeed {
  const gone = new Set(asked);
  const compare = compareEntries(order);
  const kept = before.alerts.filter(({ alertId }) => !gone.has(alertId));
  const { end } = before;
  // What comes behind the last page is not shown yet.
  const fitting = end ? fresh.filter((entry) => compare(entry, end) <= 0) : fresh;
  return { ...before, alerts: [...kept, ...fitting].sort(compare) };
}

/** So little is left of a list that goes on that one would take it for all. */
export function isRunningOut({ alerts, next, pages }: AlertFeed): boolean {
  return next !== null && alerts.length < pages * PAGE - FEW;
}
