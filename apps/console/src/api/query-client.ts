import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './problem.ts';

const MOST_RETRIES = 2;
/** Events keep what is shown up to date; this is for what no event tells of. */
const FRESH_MS = 30_000;

/** Worth another try: nobody answered, or a part of the system is away for a moment. */
function isPassing(thrown: unknown): boolean {
  return thrown instanceof ApiError && (thrown.status === 0 || thrown.status === 503);
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      networkMode: 'always',
      retry: (failures, thrown) => failures < MOST_RETRIES && isPassing(thrown),
    },
    // What changes something is never repeated without being asked: the first try may have been done.
    mutations: { retry: false, networkMode: 'always' },
  },
});
