import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { call } from '../api/client.ts';
import type { Delivery } from '../api/types.ts';
import { useTexts } from '../i18n/texts.ts';
import { useCaller } from '../shell/caller.ts';
import { Button } from '../ui/button.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { LoadMore } from '../ui/load-more.tsx';
import { ErrorNotice } from '../ui/notice.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { ExactTime } from '../ui/time.tsx';
import { toast } from '../ui/toasts.tsx';
import { QualityFrame } from './quality-frame.tsx';
import { useDeadDeliveries } from './quality-queries.ts';
import { QUALITY_TEXTS } from './texts.ts';

/** Notifications that were given up. */
export default function DeliveriesPage(): ReactElement {
  const t = useTexts(QUALITY_TEXTS);
  const caller = useCaller();
  const client = useQueryClient();
  const deliveries = useDeadDeliveries();
  const retry = useMutation({
    mutationFn: ({ eventId, channel }: Delivery) =>
      call('POST', `/deliveries/${eventId}/${encodeURIComponent(channel)}/retry`),
    onSuccess: () => {
      toast(t.again);
      void client.invalidateQueries({ queryKey: ['deliveries'] });
    },
  });
  return (
    <QualityFrame>
      <ErrorNotice error={retry.error} />
      {deliveries.data === undefined ? (
        deliveries.isError ? (
          <Failed error={deliveries.error} onRetry={() => void deliveries.refetch()} />
        ) : (
          <Loading />
        )
      ) : (
        <DataTable
          caption={t.deliveries}
          rows={deliveries.data.pages.flatMap(({ items }) => items)}
          rowId={({ eventId, channel }) => `${eventId} ${channel}`}
          empty={<Empty title={t.noDeliveries} isGood />}
          columns={[
            { id: 'event', title: t.event, isNumeric: true, hideOnPhone: true, cell: ({ eventId }) => eventId },
            { id: 'channel', title: t.channel, cell: ({ channel }) => channel },
            { id: 'given', title: t.givenUp, cell: ({ givenUpAt }) => <ExactTime time={givenUpAt} /> },
            { id: 'attempts', title: t.attempts, isNumeric: true, hideOnPhone: true, cell: ({ attempts }) => attempts },
            {
              id: 'error',
              title: t.lastError,
              hideOnPhone: true,
              cell: ({ lastError }) => <span lang="en">{lastError ?? '–'}</span>,
            },
            {
              id: 'retry',
              title: t.tryAgain,
              cell: (delivery) =>
                caller.may('quality.repair') && (
                  <Button kind="tertiary" busy={retry.isPending} onClick={() => retry.mutate(delivery)}>
                    {t.tryAgain}
                    <span className="kern-sr-only">
                      {' '}
                      {delivery.eventId} {delivery.channel}
                    </span>
                  </Button>
                ),
            },
          ]}
        />
      )}
      <LoadMore
        hasMore={deliveries.hasNextPage}
        busy={deliveries.isFetchingNextPage}
        onMore={() => void deliveries.fetchNextPage()}
      />
    </QualityFrame>
  );
}
