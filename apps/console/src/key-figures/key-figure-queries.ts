import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { call } from '../api/client.ts';
import type { KeyFigures, Page } from '../api/types.ts';

export interface KeyFigureQuery {
  /** UTC ms. */
  readonly from: number;
  readonly to: number;
  readonly by: 'department' | 'district';
}

/** The same for the table on the page and for the one to download. */
export function searchOf({ from, to, by }: KeyFigureQuery): URLSearchParams {
  return new URLSearchParams({ from: new Date(from).toISOString(), to: new Date(to).toISOString(), by });
}

export function useKeyFigures(query: KeyFigureQuery): UseQueryResult<Page<KeyFigures>> {
  const search = searchOf(query).toString();
  return useQuery({
    queryKey: ['key-figures', search],
    queryFn: ({ signal }) => call<Page<KeyFigures>>('GET', `/key-figures?${search}`, undefined, { signal }),
  });
}
