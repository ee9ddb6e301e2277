import { useQueries } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { call } from '../api/client.ts';
import { queryKeys } from '../api/query-keys.ts';
import type { Alert } from '../api/types.ts';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { useCaller } from '../shell/caller.ts';
import { SeverityBadge } from '../ui/badge.tsx';
import { RelativeTime } from '../ui/time.tsx';
import { JOB_TEXTS } from './texts.ts';

const SHOWN = 5;

/** The alerts that a job covers. */
export function JobAlerts({ alertIds }: { readonly alertIds: readonly string[] }): ReactElement {
  const t = useTexts(JOB_TEXTS);
  const pick = usePick();
  const mayRead = useCaller().may('alerts.read');
  const queries = useQueries({
    queries: alertIds.slice(0, mayRead ? SHOWN : 0).map((alertId) => ({
      queryKey: queryKeys.alert(alertId),
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        call<Alert>('GET', `/alerts/${encodeURIComponent(alertId)}`, undefined, { signal }),
    })),
  });
  if (alertIds.length === 0) return <p>{t.noAlerts}</p>;
  const alerts = queries.flatMap(({ data }) => data ?? []);
  return (
    <>
      <ul className="job-alerts">
        {alerts.map((alert) => (
          <li key={alert.alertId}>
            <SeverityBadge severity={alert.severity} />
            <Link to={`/alerts/${alert.alertId}`}>{pick(alert.title)}</Link>
            <span className="job-alerts__when">
              <RelativeTime time={alert.raisedAt} />, {alert.open ? t.alertOpen : t.alertOver}
            </span>
          </li>
        ))}
      </ul>
      {alertIds.length > SHOWN && <p>{fill(t.moreAlerts, { n: alertIds.length - SHOWN })}</p>}
    </>
  );
}
