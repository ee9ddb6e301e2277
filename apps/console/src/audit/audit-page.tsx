import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { useSearchParams } from 'react-router';
import { call } from '../api/client.ts';
import type { AuditEntry, Page as ListPage } from '../api/types.ts';
import { usePick, useTexts } from '../i18n/texts.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { FilterBar } from '../ui/filter-bar.tsx';
import { LoadMore } from '../ui/load-more.tsx';
import { Page } from '../ui/page.tsx';
import { PhoneLine } from '../ui/phone-line.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { ExactTime } from '../ui/time.tsx';
import { AuditDetails } from './audit-details.tsx';
import { ThingName } from './thing-name.tsx';
import { ACTION_TEXTS, AUDIT_TEXTS } from './texts.ts';
import '../account/account.css';

const KINDS = ['job', 'alert', 'asset', 'device', 'tour', 'account', 'rule', 'window', 'letter', 'import'] as const;
const FILTERS = ['actor', 'action', 'kind', 'thing', 'outcome'];

/** Who changed what, the newest first. */
export default function AuditPage(): ReactElement {
  const t = useTexts(AUDIT_TEXTS);
  const [filter, entries] = useAudit();
  const [opened, setOpened] = useState<AuditEntry | null>(null);
  return (
    <Page
      title={t.title}
      subtitle={t.subtitle}
      actions={
        <a className="kern-btn kern-btn--secondary button" href={`/api/v1/audit.csv?${filter}`} download>
          <span className="kern-label">{t.table}</span>
        </a>
      }
    >
      <FilterBar
        filters={[
          { kind: 'text', name: 'actor', label: t.actor },
          { kind: 'choice', name: 'kind', label: t.kind, options: KINDS.map((value) => ({ value, label: t[value] })) },
          { kind: 'text', name: 'thing', label: t.thingId },
          {
            ...{ kind: 'choice', name: 'outcome', label: t.outcome },
            options: (['done', 'refused'] as const).map((value) => ({ value, label: t[value] })),
          },
        ]}
      />
      {entries.data === undefined ? (
        entries.isError ? (
          <Failed error={entries.error} onRetry={() => void entries.refetch()} />
        ) : (
          <Loading />
        )
      ) : (
        <DataTable
          caption={t.title}
          rows={entries.data.pages.flatMap(({ items }) => items)}
          rowId={({ entryId }) => entryId}
          empty={<Empty title={t.empty} />}
          columns={[
            { id: 'at', title: t.at, cell: ({ at }) => <ExactTime time={at} /> },
            { id: 'actor', title: t.actor, hideOnPhone: true, cell: ({ actor }) => actor },
            {
              id: 'action',
              title: t.action,
              cell: ({ action, actor, thing, outcome }) => (
                <>
                  <ActionName action={action} />
                  <PhoneLine>
                    {actor}
                    {thing && ', '}
                    {thing && <ThingName thing={thing} />}
                    {outcome === 'refused' && `, ${t.refused}`}
                  </PhoneLine>
                </>
              ),
            },
            { id: 'thing', title: t.thing, hideOnPhone: true, cell: ({ thing }) => <ThingName thing={thing} /> },
            {
              id: 'outcome',
              title: t.outcome,
              hideOnPhone: true,
              cell: ({ outcome }) => <Badge tone={outcome === 'done' ? 'neutral' : 'warning'}>{t[outcome]}</Badge>,
            },
            {
              id: 'details',
              title: t.details,
              cell: (entry) => (
                <Button kind="tertiary" onClick={() => setOpened(entry)}>
                  {t.details}
                  <span className="kern-sr-only"> {entry.entryId}</span>
                </Button>
              ),
            },
          ]}
        />
      )}
      <LoadMore
        hasMore={entries.hasNextPage}
        busy={entries.isFetchingNextPage}
        onMore={() => void entries.fetchNextPage()}
      />
      {opened && <AuditDetails entry={opened} onClose={() => setOpened(null)} />}
    </Page>
  );
}

export function ActionName({ action }: { readonly action: string }): ReactElement {
  const pick = usePick();
  const text = ACTION_TEXTS[action];
  return text ? <span title={action}>{pick(text)}</span> : <code>{action}</code>;
}

function useAudit() {
  const [params] = useSearchParams();
  const filter = new URLSearchParams();
  for (const name of FILTERS) {
    const value = params.get(name);
    if (value !== null) filter.set(name, value);
  }
  const text = filter.toString();
  const entries = useInfiniteQuery({
    queryKey: ['audit', 'list', text],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams(filter);
      if (pageParam !== null) query.set('after', pageParam);
      return call<ListPage<AuditEntry>>('GET', `/audit?${query}`, undefined, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
  return [text, entries] as const;
}
