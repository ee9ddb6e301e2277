import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { ApiError, call } from '../api/client.ts';
import { queryKeys } from '../api/query-keys.ts';
import type { Job } from '../api/types.ts';
import type { Action } from './job-actions.ts';

export interface JobChange {
  readonly action: Action | 'comment';
  readonly body: Readonly<Record<string, unknown>>;
  /** The version that the person has seen; comments have none. */
  readonly version?: number;
}

/** The job as it is by now, where somebody else was quicker. */
export function jobInConflict(error: unknown): Job | null {
  return error instanceof ApiError && error.isConflict ? ((error.body['job'] as Job | undefined) ?? null) : null;
}

/** Moves, changes or comments a job. The same change tried again, because no answer came, is done once. */
export function useJobChange(jobId: string) {
  const client = useQueryClient();
  const key = useRef(crypto.randomUUID());
  return useMutation({
    mutationFn: ({ action, body, version }: JobChange) => {
      const path = `/jobs/${encodeURIComponent(jobId)}`;
      const headers = {
        'idempotency-key': key.current,
        ...(version !== undefined && { 'if-match': `"${version}"` }),
      };
      if (action === 'edit') return call<Job>('PATCH', path, body, { headers });
      const step = action === 'comment' ? 'comments' : action;
      return call<Job>('POST', `${path}/${step}`, body, { headers });
    },
    onSuccess: async (job) => {
      key.current = crypto.randomUUID();
      client.setQueryData<object>(queryKeys.job(jobId), (known) => known && { ...known, ...job });
      await client.invalidateQueries({ queryKey: ['jobs'] });
    },
  });
}
