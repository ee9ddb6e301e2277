import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import type { Alert, Page } from '../api/types.ts';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { Badge, JobStateBadge, SeverityBadge } from '../ui/badge.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Empty, Loaded } from '../ui/states.tsx';
import { ExactTime } from '../ui/time.tsx';
import { useJobHistory } from './asset-queries.ts';
import { ASSET_TEXTS } from './texts.ts';

export function AlertHistory({ query }: { readonly query: UseQueryResult<Page<Alert>> }): ReactElement {
  const t = useTexts(ASSET_TEXTS);
  const pick = usePick();
  return (
    <Loaded query={query}>
      {({ items }) => (
        <DataTable
          caption={fill(t.table, { name: t.alerts })}
          rows={items}
          rowId={({ alertId }) => alertId}
          empty={<Empty title={t.noAlerts} isGood />}
          columns={[
            {
              id: 'what',
              title: t.what,
              cell: ({ alertId, title }) => <Link to={`/alerts/${alertId}`}>{pick(title)}</Link>,
            },
            { id: 'severity', title: t.severity, cell: ({ severity }) => <SeverityBadge severity={severity} /> },
            { id: 'raised', title: t.raised, cell: ({ raisedAt }) => <ExactTime time={raisedAt} /> },
            {
              id: 'cleared',
              title: t.cleared,
              hideOnPhone: true,
              cell: ({ clearedAt }) =>
                clearedAt === null ? <Badge tone="warning">{t.open}</Badge> : <ExactTime time={clearedAt} />,
            },
          ]}
        />
      )}
    </Loaded>
  );
}

export function JobHistory({ assetId }: { readonly assetId: string }): ReactElement {
  const t = useTexts(ASSET_TEXTS);
  const pick = usePick();
  return (
    <Loaded query={useJobHistory(assetId)}>
      {({ items }) => (
        <DataTable
          caption={fill(t.table, { name: t.jobs })}
          rows={items}
          rowId={({ jobId }) => jobId}
          empty={<Empty title={t.noJobs} isGood />}
          columns={[
            {
              id: 'what',
              title: t.what,
              cell: ({ jobId, number, title }) => (
                <Link to={`/jobs/${jobId}`}>
                  {number} {pick(title)}
                </Link>
              ),
            },
            { id: 'state', title: t.state, cell: ({ state }) => <JobStateBadge state={state} /> },
            { id: 'created', title: t.created, cell: ({ createdAt }) => <ExactTime time={createdAt} /> },
          ]}
        />
      )}
    </Loaded>
  );
}
