import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AlertEntry } from '../api/types.ts';
import { feedKey, FeedKeeper } from './feed-keeper.ts';
import { type AlertFeed, readFeed } from './feed-pages.ts';

type Body = { readonly items: readonly AlertEntry[]; readonly next: string | null };
const LISTING = { text: 'state=unacknowledged', order: 'newest' } as const;
const KEY = feedKey(LISTING);

const alert = (alertId: string, minute: number) =>
  ({ alertId, raisedAt: `2026-11-22T12:${String(minute).padStart(2, '0')}:00Z`, severity: 'minor' }) as AlertEntry;
const event = (type: string, alertId: string) => ({ type, at: '', data: { alertId } });
const feedOf = (alerts: readonly AlertEntry[], more: Partial<AlertFeed> = {}): AlertFeed => {
  return { alerts, next: null, end: null, pages: 1, ...more };
};

describe('A list of alerts', () => {
  let client: QueryClient;
  let keeper: FeedKeeper;
  let asked: URLSearchParams[];
  let answers: ((asked: URLSearchParams) => Body | Promise<Body>)[];
  const news: string[] = [];

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('window', globalThis);
    asked = [];
    answers = [];
    news.length = 0;
    vi.stubGlobal('fetch', async (path: string) => {
      const query = new URL(path, 'http://console').searchParams;
      asked.push(query);
      const answer = answers.shift();
      if (!answer) throw new TypeError('Failed to fetch');
      return Response.json(await answer(query));
    });
    client = new QueryClient();
    keeper = new FeedKeeper(client, LISTING, (entries) => news.push(...entries.map(({ alertId }) => alertId)));
  });
  afterEach(() => {
    keeper.end();
    client.clear();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
  const shown = () => client.getQueryData<AlertFeed>(KEY)?.alerts.map(({ alertId }) => alertId);
  const soon = () => vi.advanceTimersByTimeAsync(300);
  const items = (...some: readonly AlertEntry[]): Body => ({ items: some, next: null });

  it('takes in what was raised and lets go what does not belong to it any more, by one question', async () => {
    client.setQueryData(KEY, feedOf([alert('a', 1)]));
    answers = [() => items(alert('b', 2))];
    keeper.hear(event('alert.raised', 'b'));
    keeper.hear(event('alert.cleared', 'a'));
    await soon();

    expect(asked.map((query) => query.get('ids'))).toEqual(['b,a']);
    expect(shown()).toEqual(['b']);
    expect(news).toEqual(['b']);
  });

  it('tells as news only what was raised, not what another filter lets in', async () => {
    client.setQueryData(KEY, feedOf([]));
    answers = [() => items(alert('a', 1))];
    keeper.hear(event('alert.acknowledged', 'a'));
    await soon();
    expect([shown(), news]).toEqual([['a'], []]);
  });

  it('misses nothing that happens while it is read for the first time', async () => {
    let answer: (body: Body) => void = () => undefined;
    answers = [() => new Promise<Body>((resolve) => (answer = resolve)), () => items(alert('b', 2))];
    const read = client.fetchQuery({
      queryKey: KEY,
      queryFn: ({ signal }) => readFeed(LISTING, 1, signal),
    });
    keeper.hear(event('alert.raised', 'b'));
    await soon();
    expect(asked).toHaveLength(1);
    // From before the event.
    answer(items(alert('a', 1)));
    await read;
    await soon();
    expect(shown()).toEqual(['b', 'a']);
  });

  it('never takes an older answer for a newer one', async () => {
    client.setQueryData(KEY, feedOf([]));
    let slow: (body: Body) => void = () => undefined;
    answers = [() => new Promise<Body>((resolve) => (slow = resolve)), () => items()];
    keeper.hear(event('alert.raised', 'a'));
    await soon();
    keeper.hear(event('alert.cleared', 'a'));
    await soon();
    slow(items(alert('a', 1)));
    await soon();
    expect([shown(), asked.length]).toEqual([[], 2]);
  });

  it('goes on page by page, in order, and names nothing twice', async () => {
    const first = { items: [alert('d', 9), alert('c', 8)], next: 'c' };
    // Its filter lets one in that was raised before, and one that was shown came back with it.
    answers = [() => first, () => items(alert('y', 10), alert('c', 8), alert('b', 2), alert('a', 1))];
    await client.fetchQuery({ queryKey: KEY, queryFn: ({ signal }) => readFeed(LISTING, 1, signal) });
    expect(client.getQueryData<AlertFeed>(KEY)).toMatchObject({ next: 'c', pages: 1 });

    await keeper.readFurther();
    expect(asked.map((query) => query.get('after'))).toEqual([null, 'c']);
    expect(shown()).toEqual(['y', 'd', 'c', 'b', 'a']);
    expect(client.getQueryData<AlertFeed>(KEY)).toMatchObject({ next: null, pages: 2 });
    await keeper.readFurther();
    expect(asked).toHaveLength(2);
  });

  it('takes no page of a list that was read anew meanwhile', async () => {
    client.setQueryData(KEY, feedOf([alert('d', 9)], { next: 'd', end: alert('d', 9) }));
    let slow: (body: Body) => void = () => undefined;
    answers = [() => new Promise<Body>((resolve) => (slow = resolve))];
    const further = keeper.readFurther();
    await soon();
    client.setQueryData(KEY, feedOf([alert('e', 12)], { next: 'e', end: alert('e', 12) }));
    slow(items(alert('a', 1)));
    await further;
    expect([shown(), client.getQueryData<AlertFeed>(KEY)?.next]).toEqual([['e'], 'e']);
  });

  it('shows what comes before the end of its pages, also when the last of them is gone', async () => {
    const [c, b, a] = [alert('c', 8), alert('b', 5), alert('a', 1)];
    client.setQueryData(KEY, feedOf([c, b], { next: 'b', end: b }));
    answers = [() => items(), () => items(alert('x', 6), a)];
    keeper.hear(event('alert.cleared', 'b'));
    await soon();
    keeper.hear(event('alert.raised', 'x'));
    keeper.hear(event('alert.released', 'a'));
    await soon();
    expect(shown()).toEqual(['c', 'x']);
  });

  it('is read again when little is left of its pages and more comes behind them', async () => {
    client.setQueryData(KEY, feedOf([alert('b', 5)], { next: 'b', end: alert('b', 5) }));
    answers = [() => items()];
    keeper.hear(event('alert.cleared', 'b'));
    await soon();
    expect(client.getQueryState(KEY)?.isInvalidated).toBe(true);
  });

  it('is read again when it is shown again, where it did not come to ask', async () => {
    client.setQueryData(KEY, feedOf([]));
    keeper.hear(event('alert.raised', 'a'));
    keeper.end();
    expect(client.getQueryState(KEY)?.isInvalidated).toBe(true);
    await soon();
    expect(asked).toEqual([]);
  });

  it('is read again once its server can be reached', async () => {
    client.setQueryData(KEY, feedOf([]));
    keeper.hear(event('alert.raised', 'a'));
    await soon();
    expect(client.getQueryState(KEY)?.isInvalidated).toBe(true);
  });
});
