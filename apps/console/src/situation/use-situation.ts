import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { call } from '../api/client.ts';
import { queryClient } from '../api/query-client.ts';
import { queryKeys } from '../api/query-keys.ts';
import type { Situation } from '../api/types.ts';
import { type LiveEvent, useLiveEvents } from '../live/live.ts';
import { readAnew } from '../live/read-anew.ts';
import { afterEvents } from './city-state.ts';

/** A storm of events is drawn so often at the most. */
const EVENTS_EVERY_MS = 250;
/** Contacts are no events: they are read now and then. */
const READ_EVERY_MS = 120_000;

/** All assets, kept up to date by events. */
export function useSituation(): UseQueryResult<Situation> {
  useLiveSituation();
  return useQuery({
    queryKey: queryKeys.situation,
    queryFn: ({ signal }) => call<Situation>('GET', '/situation', undefined, { signal }),
    refetchInterval: READ_EVERY_MS,
    // Ten thousand objects need not be compared one by one to find that a few are new.
    structuralSharing: false,
  });
}

function useLiveSituation(): void {
  const [waiting] = useState<LiveEvent[]>(() => []);
  const timer = useRef<number | undefined>(undefined);
  useEffect(() => {
    return () => {
      window.clearTimeout(timer.current);
      timer.current = undefined;
      // What was not drawn any more is read when the page is shown again.
      if (waiting.splice(0).length === 0) return;
      void queryClient.invalidateQueries({ queryKey: queryKeys.situation, refetchType: 'none' });
    };
  }, [waiting]);
  const soon = () => {
    timer.current ??= window.setTimeout(() => {
      timer.current = undefined;
      // An answer on its way replaces everything; what happens meanwhile is put on top of it, in order, even if it is in it already.
      if (queryClient.isFetching({ queryKey: queryKeys.situation }) > 0) return soon();
      applyEvents(waiting.splice(0));
    }, EVENTS_EVERY_MS);
  };
  useLiveEvents((event) => {
    waiting.push(event);
    soon();
  });
}

function applyEvents(events: readonly LiveEvent[]): void {
  const known = queryClient.getQueryData<Situation>(queryKeys.situation);
  if (!known) return;
  const assets = afterEvents(known.assets, events);
  if (assets === undefined) readAnew(queryClient, queryKeys.situation);
  else if (assets !== known.assets) {
    queryClient.setQueryData<Situation>(queryKeys.situation, { ...known, assets: [...assets] });
  }
}
