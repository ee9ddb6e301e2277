import { keepPreviousData, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { call } from '../api/client.ts';
import { ApiError } from '../api/problem.ts';
import type { AlertCounts, AlertEntry, Page } from '../api/types.ts';
import { useLiveEvents } from '../live/live.ts';
import { compareEntries, type Order } from './alert-filter.ts';

/** As many as a person works through; the rest comes with another filter or once these are dealt with. */
export const MOST_SHOWN = 1_000;
/** Ids in one question: an address stays short enough for every proxy. */
const MOST_ASKED = 100;
/** Events that come together are asked about together. */
const SOON_MS = 250;
/** A list that has so many changes is read anew. */
const MANY = 400;

export interface AlertFeed {
  readonly alerts: readonly AlertEntry[];
  readonly hasMore: boolean;
}

/**
 * The alerts that fit, kept up to date: of what an event names, the server says whether and how it belongs to the list now. So
 * the filters have one meaning, and an event costs one small question however long the list is.
 */
export function useAlertFeed(
  query: URLSearchParams,
  order: Order,
  onNews: (entries: readonly AlertEntry[]) => void,
): UseQueryResult<AlertFeed> {
  const client = useQueryClient();
  const text = query.toString();
  const key = useMemo(() => ['alerts', 'feed', text, order] as const, [text, order]);
  const changed = useRef(new Set<string>());
  const timer = useRef<number | undefined>(undefined);
  const latestNews = useRef(onNews);
  useEffect(() => {
    latestNews.current = onNews;
  });
  useEffect(() => {
    const waiting = changed.current;
    return () => {
      window.clearTimeout(timer.current);
      timer.current = undefined;
      // What this list has not asked about it reads anew when it is shown again.
      if (waiting.size > 0) void client.invalidateQueries({ queryKey: key });
      waiting.clear();
    };
  }, [client, key]);
  const refresh = async () => {
    timer.current = undefined;
    const ids = [...changed.current];
    changed.current.clear();
    void client.invalidateQueries({ queryKey: ['alerts', 'counts'] });
    // An answer that is on its way may be from before the event.
    const isReading = client.isFetching({ queryKey: key }) > 0;
    if (ids.length > MANY || isReading || client.getQueryData(key) === undefined) {
      await client.invalidateQueries({ queryKey: key });
      return;
    }
    try {
      const fresh = await readEntries(text, ids);
      const before = client.getQueryData<AlertFeed>(key);
      if (!before) return;
      const known = new Set(before.alerts.map(({ alertId }) => alertId));
      client.setQueryData(key, merge(before, ids, fresh, order));
      latestNews.current(fresh.filter(({ alertId }) => !known.has(alertId)));
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      // The list is out of date now, and says so by being read again as soon as that is possible.
      await client.invalidateQueries({ queryKey: key });
    }
  };
  useLiveEvents(({ type, data }) => {
    const ids = type.startsWith('job.') ? data['alertIds'] : [data['alertId']];
    if (!Array.isArray(ids)) return;
    for (const id of ids) if (typeof id === 'string') changed.current.add(id);
    if (changed.current.size > 0) timer.current ??= window.setTimeout(() => void refresh(), SOON_MS);
  });
  return useQuery({
    queryKey: key,
    queryFn: async ({ signal }): Promise<AlertFeed> => {
      const path = `/alerts?${text}&order=${order}&explained=false&limit=${MOST_SHOWN}`;
      const { items, next } = await call<Page<AlertEntry>>('GET', path, undefined, { signal });
      return { alerts: items, hasMore: next !== null };
    },
    placeholderData: keepPreviousData,
  });
}

async function readEntries(text: string, ids: readonly string[]): Promise<AlertEntry[]> {
  const found: AlertEntry[] = [];
  for (let start = 0; start < ids.length; start += MOST_ASKED) {
    const some = ids.slice(start, start + MOST_ASKED).join(',');
    const path = `/alerts?${text}&explained=false&limit=${MOST_ASKED}&ids=${encodeURIComponent(some)}`;
    found.push(...(await call<Page<AlertEntry>>('GET', path)).items);
  }
  return found;
}

/** What was asked about and did not come back does not belong to the list any more. */
function merge(before: AlertFeed, asked: readonly string[], fresh: readonly AlertEntry[], order: Order): AlertFeed {
  const gone = new Set(asked);
  const compare = compareEntries(order);
  const kept = before.alerts.filter(({ alertId }) => !gone.has(alertId));
  const last = before.alerts.at(-1);
  // Of a list that goes on, what comes behind its end is not shown yet.
  const fitting = before.hasMore && last ? fresh.filter((entry) => compare(entry, last) <= 0) : fresh;
  return { ...before, alerts: [...kept, ...fitting].sort(compare) };
}

export function useAlertCounts(query: URLSearchParams): UseQueryResult<AlertCounts> {
  const text = query.toString();
  return useQuery({
    queryKey: ['alerts', 'counts', text],
    queryFn: ({ signal }) => call<AlertCounts>('GET', `/alerts/counts?${text}`, undefined, { signal }),
    placeholderData: keepPreviousData,
  });
}
