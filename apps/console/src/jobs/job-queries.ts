import { useInfiniteQuery, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { call } from '../api/client.ts';
import { queryKeys } from '../api/query-keys.ts';
import type { JobCounts, JobDetail, ListedJob, Organisation, Page } from '../api/types.ts';

/** The search parameters of `GET /jobs`. */
export type JobFilter = Readonly<Record<string, string>>;

const PAGE = 30;

export function useJobs(filter: JobFilter) {
  return useInfiniteQuery({
    queryKey: queryKeys.jobs(filter),
    queryFn: ({ pageParam, signal }) => {
      const params = new URLSearchParams({ with: 'asset', limit: String(PAGE), ...filter });
      if (pageParam !== '') params.set('after', pageParam);
      return call<Page<ListedJob>>('GET', `/jobs?${params.toString()}`, undefined, { signal });
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });
}

export function useJobCounts(filter: JobFilter): UseQueryResult<JobCounts> {
  return useQuery({
    // Within the lists, so that they are counted again when those are read again.
    queryKey: queryKeys.jobs({ counts: filter }),
    queryFn: ({ signal }) =>
      call<JobCounts>('GET', `/jobs/counts?${new URLSearchParams(filter).toString()}`, undefined, { signal }),
  });
}

export function useJob(jobId: string): UseQueryResult<JobDetail> {
  return useQuery({
    queryKey: queryKeys.job(jobId),
    queryFn: ({ signal }) => call<JobDetail>('GET', `/jobs/${encodeURIComponent(jobId)}`, undefined, { signal }),
  });
}

/** Departments with their crews. */
export function useOrganisation(): UseQueryResult<Organisation> {
  return useQuery({
    queryKey: ['organisation'],
    queryFn: ({ signal }) => call<Organisation>('GET', '/organisation', undefined, { signal }),
    staleTime: 10 * 60_000,
  });
}
