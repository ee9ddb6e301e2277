import {
  keepPreviousData,
  useMutation,
  type UseMutationResult,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { call } from '../api/client.ts';
import type { AlertCounts, AlertEntry } from '../api/types.ts';
import { useLiveEvents } from '../live/live.ts';
import type { Order } from './alert-filter.ts';
import { feedKey, FeedKeeper } from './feed-keeper.ts';
import { type AlertFeed, readFeed } from './feed-pages.ts';

/** The alerts that fit, kept up to date, and one more page of them. */
export function useAlertFeed(
  query: URLSearchParams,
  order: Order,
  onNews: (entries: readonly AlertEntry[]) => void,
): { readonly feed: UseQueryResult<AlertFeed>; readonly further: UseMutationResult<void, unknown, void> } {
  const client = useQueryClient();
  const text = query.toString();
  const latestNews = useRef(onNews);
  useEffect(() => {
    latestNews.current = onNews;
  });
  const keeper = useRef<FeedKeeper>(null);
  useEffect(() => {
    const present = new FeedKeeper(client, { text, order }, (entries) => latestNews.current(entries));
    keeper.current = present;
    return () => present.end();
  }, [client, text, order]);
  useLiveEvents((event) => keeper.current?.hear(event));
  const key = feedKey({ text, order });
  const feed = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => {
      return readFeed({ text, order }, client.getQueryData<AlertFeed>(key)?.pages ?? 1, signal);
    },
    placeholderData: keepPreviousData,
  });
  const further = useMutation({ mutationFn: async () => keeper.current?.readFurther() });
  return { feed, further };
}

export function useAlertCounts(query: URLSearchParams): UseQueryResult<AlertCounts> {
  const text = query.toString();
  return useQuery({
    queryKey: ['alerts', 'counts', text],
    queryFn: ({ signal }) => call<AlertCounts>('GET', `/alerts/counts?${text}`, undefined, { signal }),
    placeholderData: keepPreviousData,
  });
}
