import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { call } from '../api/client.ts';
import type { AlertContext } from '../api/types.ts';
import { useLiveEvents } from '../live/live.ts';
import { readAnew } from '../live/read-anew.ts';

/** Of its own: what is cached of single alerts is patched with the bodies of events, and this is another body. */
export const alertContextKey = (alertId: string) => ['alertContext', alertId] as const;
/** Events that come together are one reason to read anew. */
const SOON_MS = 300;

/** All that one alert has around it, read anew when something of it has changed. */
export function useAlertContext(alertId: string) {
  const client = useQueryClient();
  const timer = useRef<number | undefined>(undefined);
  useEffect(() => {
    return () => {
      if (timer.current === undefined) return;
      window.clearTimeout(timer.current);
      timer.current = undefined;
      void client.invalidateQueries({ queryKey: alertContextKey(alertId), refetchType: 'none' });
    };
  }, [client, alertId]);
  useLiveEvents(({ type, data }) => {
    const ids = type.startsWith('job.') ? data['alertIds'] : [data['alertId'], data['groupAlertId']];
    if (!Array.isArray(ids) || !ids.includes(alertId)) return;
    timer.current ??= window.setTimeout(() => {
      timer.current = undefined;
      readAnew(client, alertContextKey(alertId));
    }, SOON_MS);
  });
  return useQuery({
    queryKey: alertContextKey(alertId),
    queryFn: ({ signal }) => {
      return call<AlertContext>('GET', `/alerts/${encodeURIComponent(alertId)}/context`, undefined, { signal });
    },
  });
}
