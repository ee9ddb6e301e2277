import type { QueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/problem.ts';
import type { AlertEntry } from '../api/types.ts';
import type { LiveEvent } from '../live/event-stream.ts';
import { readAnew } from '../live/read-anew.ts';
import {
  type AlertFeed,
  type AlertListing,
  isRunningOut,
  readEntries,
  readPage,
  withEntries,
  withPage,
} from './feed-pages.ts';

/** Events that come together are asked about together. */
const SOON_MS = 250;
/** A list that has so many changes is read anew. */
const MANY = 400;
/** What people are told of. */
const NEWS: readonly string[] = ['alert.raised', 'alert.released'];

export const feedKey = ({ text, order }: AlertListing) => ['alerts', 'feed', text, order] as const;

/**
 * Keeps a list of alerts up to date while it is shown: of what events name, the server says whether and how it belongs to the list now.
 * So the filters have one meaning, and an event costs one small question however long the list is.
 */
export class FeedKeeper {
  readonly #key: ReturnType<typeof feedKey>;
  readonly #changed = new Set<string>();
  readonly #news = new Set<string>();
  #timer: number | undefined;
  /** One question at a time: else an older answer could come after a newer one. */
  #isAsking = false;
  #isPaging = false;
  #hasEnded = false;

  constructor(
    private readonly client: QueryClient,
    private readonly listing: AlertListing,
    private readonly onNews: (entries: readonly AlertEntry[]) => void,
  ) {
    this.#key = feedKey(listing);
  }

  hear({ type, data }: LiveEvent): void {
    const ids: unknown = type.startsWith('job.') ? data['alertIds'] : [data['alertId']];
    if (!Array.isArray(ids)) return;
    for (const id of ids as readonly unknown[]) {
      if (typeof id !== 'string') continue;
      this.#changed.add(id);
      if (NEWS.includes(type)) this.#news.add(id);
    }
    if (this.#changed.size > 0) this.#soon();
  }

  /** One more page. Rejects as `call` does; the list stays. */
  async readFurther(): Promise<void> {
    const { client, listing } = this;
    const after = client.getQueryData<AlertFeed>(this.#key)?.next;
    if (after === null || after === undefined || this.#isPaging) return;
    this.#isPaging = true;
    try {
      const page = await readPage(listing, after);
      client.setQueryData<AlertFeed>(this.#key, (feed) =>
        feed?.next === after ? withPage(feed, page, listing.order) : feed,
      );
    } finally {
      this.#isPaging = false;
    }
  }

  /** What was not asked about any more is read when the list is shown again. */
  end(): void {
    this.#hasEnded = true;
    window.clearTimeout(this.#timer);
    if (this.#changed.size > 0 || this.#isAsking) void this.client.invalidateQueries({ queryKey: this.#key });
  }

  #soon(): void {
    this.#timer ??= window.setTimeout(() => {
      this.#timer = undefined;
      // An answer on its way may be from before the event: it is asked about on top of that.
      const isReading = this.client.isFetching({ queryKey: this.#key, exact: true }) > 0;
      if (this.#isAsking || this.#isPaging || isReading) this.#soon();
      else void this.#ask();
    }, SOON_MS);
  }

  async #ask(): Promise<void> {
    const { client, listing } = this;
    const ids = [...this.#changed];
    const told = new Set(this.#news);
    this.#changed.clear();
    this.#news.clear();
    readAnew(client, ['alerts', 'counts']);
    // A list that could not be read has nothing to be kept up to date.
    if (client.getQueryData(this.#key) === undefined) return;
    if (ids.length > MANY) return readAnew(client, this.#key);
    this.#isAsking = true;
    try {
      const fresh = await readEntries(listing, ids);
      const before = client.getQueryData<AlertFeed>(this.#key);
      if (this.#hasEnded || !before) return;
      const known = new Set(before.alerts.map(({ alertId }) => alertId));
      const feed = withEntries(before, ids, fresh, listing.order);
      client.setQueryData(this.#key, feed);
      if (isRunningOut(feed)) readAnew(client, this.#key);
      this.onNews(fresh.filter(({ alertId }) => told.has(alertId) && !known.has(alertId)));
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      // The list is out of date now, and says so by being read again as soon as that is possible.
      readAnew(client, this.#key);
    } finally {
      this.#isAsking = false;
    }
  }
}
