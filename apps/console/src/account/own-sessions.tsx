import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { call } from '../api/client.ts';
import type { OwnSession } from '../api/types.ts';
import { fill, useTexts } from '../i18n/texts.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { ErrorNotice } from '../ui/notice.tsx';
import { Section } from '../ui/page.tsx';
import { Empty, Loaded } from '../ui/states.tsx';
import { ExactTime, RelativeTime } from '../ui/time.tsx';
import { toast } from '../ui/toasts.tsx';
import { browserName } from './browser-name.ts';
import { ACCOUNT_TEXTS } from './texts.ts';

const KEY = ['sessions'] as const;

/** Where I am signed in. */
export function OwnSessions(): ReactElement {
  const t = useTexts(ACCOUNT_TEXTS);
  const client = useQueryClient();
  const sessions = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => call<{ items: OwnSession[] }>('GET', '/sessions', undefined, { signal }),
  });
  const refresh = () => client.invalidateQueries({ queryKey: KEY });
  const end = useMutation({
    mutationFn: (sessionId: string) => call('DELETE', `/sessions/${sessionId}`),
    onSettled: refresh,
  });
  const endOthers = useMutation({
    mutationFn: () => call<{ ended: number }>('DELETE', '/sessions'),
    onSuccess: ({ ended }) => toast(fill(t.endedOthers, { n: ended })),
    onSettled: refresh,
  });
  const hasOthers = (sessions.data?.items.length ?? 0) > 1;
  return (
    <Section
      title={t.sessions}
      actions={
        hasOthers && (
          <Button busy={endOthers.isPending} onClick={() => endOthers.mutate()}>
            {t.endOthers}
          </Button>
        )
      }
    >
      <ErrorNotice error={end.error ?? endOthers.error} />
      <Loaded query={sessions}>
        {({ items }) => (
          <DataTable
            caption={t.whereSignedIn}
            rows={items}
            rowId={({ sessionId }) => sessionId}
            empty={<Empty title={t.noSessions} />}
            columns={[
              {
                id: 'browser',
                title: t.browser,
                cell: ({ agent, isThis }) => (
                  <>
                    {browserName(agent) ?? t.unknownBrowser} {isThis && <Badge tone="info">{t.thisOne}</Badge>}
                  </>
                ),
              },
              { id: 'seen', title: t.lastSeen, cell: ({ lastSeenAt }) => <RelativeTime time={lastSeenAt} /> },
              {
                id: 'opened',
                title: t.opened,
                hideOnPhone: true,
                cell: ({ openedAt }) => <ExactTime time={openedAt} />,
              },
              { id: 'address', title: t.address, hideOnPhone: true, cell: ({ address }) => address ?? '–' },
              {
                id: 'end',
                title: t.end,
                cell: ({ sessionId, isThis, agent }) =>
                  !isThis && (
                    <Button kind="tertiary" busy={end.isPending} onClick={() => end.mutate(sessionId)}>
                      {t.end}
                      <span className="kern-sr-only"> {browserName(agent)}</span>
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
    </Section>
  );
}
