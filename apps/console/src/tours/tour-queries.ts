import { useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { call, callAll } from '../api/client.ts';
import type { ListedJob, Page, Tour, TourPreview } from '../api/types.ts';

export interface TourRequest {
  readonly department: string;
  /** `2026-11-24` */
  readonly day: string;
  readonly by: 'district' | 'distance';
  readonly stops: number;
  readonly tours: number;
  readonly ahead: boolean;
}

const MOST_SHOWN = 100;

export function useTours(filter: Readonly<Record<string, string>>): UseQueryResult<readonly Tour[]> {
  return useQuery({
    queryKey: ['tours', 'list', filter],
    queryFn: async ({ signal }) => {
      const params = new URLSearchParams({ ...filter, limit: String(MOST_SHOWN) });
      return (await call<Page<Tour>>('GET', `/tours?${params.toString()}`, undefined, { signal })).items;
    },
  });
}

export function useTour(tourId: string): UseQueryResult<Tour> {
  return useQuery({
    queryKey: ['tours', 'one', tourId],
    queryFn: ({ signal }) => call<Tour>('GET', `/tours/${encodeURIComponent(tourId)}`, undefined, { signal }),
  });
}

export interface PreviewedTours {
  readonly preview: TourPreview;
  /** What the stops are about. */
  readonly jobs: ReadonlyMap<string, ListedJob>;
}

export function usePreview() {
  return useMutation({
    mutationFn: async (request: TourRequest): Promise<PreviewedTours> => {
      const open = new URLSearchParams({ department: request.department, state: 'open,assigned', with: 'asset' });
      const [preview, jobs] = await Promise.all([
        call<TourPreview>('POST', '/tours/preview', request),
        callAll<ListedJob>(`/jobs?${open.toString()}`),
      ]);
      return { preview, jobs: new Map(jobs.map((job) => [job.jobId, job])) };
    },
  });
}

export function usePlan() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (request: TourRequest) => call<{ readonly tours: readonly Tour[] }>('POST', '/tours', request),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tours'] }),
  });
}

export interface TourChange {
  readonly step: 'assign' | 'cancel';
  readonly body: object;
  readonly version: number;
}

export function useTourChange(tourId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ step, body, version }: TourChange) =>
      call<Tour>('POST', `/tours/${encodeURIComponent(tourId)}/${step}`, body, {
        headers: { 'if-match': `"${version}"` },
      }),
    onSuccess: async (tour) => {
      client.setQueryData(['tours', 'one', tourId], tour);
      await client.invalidateQueries({ queryKey: ['tours'] });
      await client.invalidateQueries({ queryKey: ['jobs'] });
    },
  });
}
