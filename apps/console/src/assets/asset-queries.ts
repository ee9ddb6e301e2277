import { useInfiniteQuery, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call, callAll } from '../api/client.ts';
import { queryKeys } from '../api/query-keys.ts';
import type {
  Alert,
  Asset,
  AssetDetail,
  Binding,
  Device,
  Forecast,
  Job,
  Page,
  Quantity,
  Reading,
  SearchHit,
} from '../api/types.ts';

const PAGE = 100;
const TYPING_MS = 200;

/** What is typed, once the typing rests. */
export function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setRested(text), TYPING_MS);
    return () => window.clearTimeout(timer);
  }, [text]);
  return rested;
}

/** Assets by id, a page at a time. */
export function useAssets(filter: Readonly<Record<string, string>>) {
  return useInfiniteQuery({
    queryKey: queryKeys.assets(filter),
    queryFn: ({ pageParam, signal }) => {
      const params = new URLSearchParams({ limit: String(PAGE), ...filter });
      if (pageParam !== '') params.set('after', pageParam);
      return call<Page<Asset>>('GET', `/assets?${params.toString()}`, undefined, { signal });
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });
}

export function useAsset(assetId: string): UseQueryResult<AssetDetail> {
  return useQuery({
    queryKey: queryKeys.asset(assetId),
    queryFn: ({ signal }) => call<AssetDetail>('GET', `/assets/${encodeURIComponent(assetId)}`, undefined, { signal }),
  });
}

/** Hits of both kinds; nothing is asked for an empty text. */
export function useSearch(text: string, kinds: string): UseQueryResult<Page<SearchHit>> {
  return useQuery({
    queryKey: ['search', kinds, text],
    queryFn: ({ signal }) =>
      call<Page<SearchHit>>('GET', `/search?${new URLSearchParams({ q: text, kind: kinds }).toString()}`, undefined, {
        signal,
      }),
    enabled: text !== '',
  });
}

export function useForecast(assetId: string): UseQueryResult<Forecast> {
  return useQuery({
    queryKey: [...queryKeys.asset(assetId), 'forecast'],
    queryFn: ({ signal }) =>
      call<Forecast>('GET', `/assets/${encodeURIComponent(assetId)}/forecast`, undefined, { signal }),
  });
}

/** Who sat where: `/assets/{id}` or `/devices/{id}`. */
export function useBindings(path: string): UseQueryResult<Page<Binding>> {
  return useQuery({
    queryKey: ['devices', 'bindings', path],
    queryFn: ({ signal }) => call<Page<Binding>>('GET', `${path}/bindings`, undefined, { signal }),
  });
}

const HISTORY = 50;

export function useAlertHistory(filter: Readonly<Record<string, string>>): UseQueryResult<Page<Alert>> {
  return useQuery({
    queryKey: queryKeys.alerts({ history: filter }),
    queryFn: ({ signal }) =>
      call<Page<Alert>>(
        'GET',
        `/alerts?${new URLSearchParams({ ...filter, limit: String(HISTORY) }).toString()}`,
        undefined,
        { signal },
      ),
  });
}

export function useJobHistory(assetId: string): UseQueryResult<Page<Job>> {
  return useQuery({
    queryKey: queryKeys.jobs({ history: assetId }),
    queryFn: ({ signal }) =>
      call<Page<Job>>(
        'GET',
        `/jobs?${new URLSearchParams({ asset: assetId, limit: String(HISTORY) }).toString()}`,
        undefined,
        { signal },
      ),
  });
}

export function useCandidates(assetId: string, text: string): UseQueryResult<{ readonly items: readonly Device[] }> {
  return useQuery({
    queryKey: ['devices', 'candidates', assetId, text],
    queryFn: ({ signal }) => {
      const query = text === '' ? '' : `?${new URLSearchParams({ q: text }).toString()}`;
      return call<Page<Device>>('GET', `/assets/${encodeURIComponent(assetId)}/candidates${query}`, undefined, {
        signal,
      });
    },
    staleTime: 0,
  });
}

export function useQuantities(): UseQueryResult<ReadonlyMap<string, Quantity>> {
  return useQuery({
    queryKey: ['quantities'],
    queryFn: async ({ signal }) => {
      const { items } = await call<Page<Quantity>>('GET', '/quantities', undefined, { signal });
      return new Map(items.map((quantity) => [quantity.name as string, quantity]));
    },
    staleTime: Infinity,
  });
}

const DAY_MS = 86_400_000;
/** More than a person can see on one chart. */
const MOST_READINGS = 5_000;

/** As fine as a section of this length is worth reading: single readings, hours or days. */
export function everyFor(lengthMs: number): '1h' | '1d' | null {
  if (lengthMs <= 8 * DAY_MS) return null;
  return lengthMs <= 92 * DAY_MS ? '1h' : '1d';
}

/** @param path `/assets/{id}` or `/devices/{id}` */
export function useReadings(
  path: string,
  quantities: readonly string[],
  from: number,
  to: number,
  isEnabled = true,
): UseQueryResult<readonly Reading[]> {
  const every = everyFor(to - from);
  const params = new URLSearchParams({
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    quantity: quantities.join(','),
    ...(every && { every }),
  });
  return useQuery({
    queryKey: ['readings', path, params.toString()],
    queryFn: ({ signal }) => callAll<Reading>(`${path}/readings?${params.toString()}`, MOST_READINGS, { signal }),
    enabled: isEnabled && quantities.length > 0,
    // A chart that moves on keeps what it shows until the next part is there.
    placeholderData: (before) => before,
  });
}
