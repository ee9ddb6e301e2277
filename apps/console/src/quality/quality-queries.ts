import { useInfiniteQuery, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { call } from '../api/client.ts';
import type {
  DataQuality,
  DeadLetter,
  DeadLetterDetail,
  DecodedDeadLetter,
  Delivery,
  Ledger,
  Page,
  Schedule,
} from '../api/types.ts';

/** No event tells of these. */
const LOOK_EVERY_MS = 15_000;
const PAGE = 50;

export function useLedger(): UseQueryResult<Ledger> {
  return useQuery({
    queryKey: ['quality', 'ledger'],
    queryFn: ({ signal }) => call<Ledger>('GET', '/ledger', undefined, { signal }),
    refetchInterval: LOOK_EVERY_MS,
  });
}

export function useQuality(days: number, silentFor: string): UseQueryResult<DataQuality> {
  return useQuery({
    queryKey: ['quality', 'all', days, silentFor],
    queryFn: ({ signal }) =>
      call<DataQuality>('GET', `/quality?days=${days}&silentFor=${silentFor}`, undefined, { signal }),
    refetchInterval: 2 * LOOK_EVERY_MS,
    placeholderData: (before) => before,
  });
}

export function useLetters(filter: Readonly<Record<string, string>>) {
  return useInfiniteQuery({
    queryKey: ['letters', 'list', filter],
    queryFn: ({ pageParam, signal }) => {
      const params = new URLSearchParams({ limit: String(PAGE), ...filter });
      if (pageParam !== '') params.set('after', pageParam);
      return call<Page<DeadLetter>>('GET', `/dead-letters?${params.toString()}`, undefined, { signal });
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    refetchInterval: LOOK_EVERY_MS,
  });
}

export function useLetter(letterId: string): UseQueryResult<DeadLetterDetail> {
  return useQuery({
    queryKey: ['letters', 'one', letterId],
    queryFn: ({ signal }) => call<DeadLetterDetail>('GET', `/dead-letters/${letterId}`, undefined, { signal }),
    refetchInterval: ({ state }) => (state.data?.state === 'retry' ? 1_000 : false),
  });
}

export function useDecodedLetter(letterId: string): UseQueryResult<DecodedDeadLetter> {
  return useQuery({
    queryKey: ['letters', 'one', letterId, 'decoded'],
    queryFn: ({ signal }) => call<DecodedDeadLetter>('GET', `/dead-letters/${letterId}/decoded`, undefined, { signal }),
    staleTime: 0,
  });
}

export function useDeadDeliveries() {
  return useInfiniteQuery({
    queryKey: ['deliveries', 'dead'],
    queryFn: ({ pageParam, signal }) => {
      const after = pageParam === '' ? '' : `&after=${encodeURIComponent(pageParam)}`;
      return call<Page<Delivery>>('GET', `/deliveries?state=dead&limit=${PAGE}${after}`, undefined, { signal });
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });
}

export function useSchedules(): UseQueryResult<Page<Schedule>> {
  return useQuery({
    queryKey: ['schedules'],
    queryFn: ({ signal }) => call<Page<Schedule>>('GET', '/schedules', undefined, { signal }),
    refetchInterval: LOOK_EVERY_MS,
  });
}
