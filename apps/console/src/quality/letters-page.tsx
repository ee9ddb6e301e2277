import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { call } from '../api/client.ts';
import type { DeadLetter } from '../api/types.ts';
import { DecodedPayload } from '../devices/decoded-payload.tsx';
import { useFormats } from '../i18n/formats.ts';
import { fill, useTexts } from '../i18n/texts.ts';
import { useCaller } from '../shell/caller.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { FilterBar } from '../ui/filter-bar.tsx';
import { LoadMore } from '../ui/load-more.tsx';
import { ErrorNotice, Notice } from '../ui/notice.tsx';
import { Facts } from '../ui/page.tsx';
import { Empty, Failed, Loaded, Loading } from '../ui/states.tsx';
import { ExactTime } from '../ui/time.tsx';
import { toast } from '../ui/toasts.tsx';
import { useUrlParam } from '../ui/url-state.ts';
import { QualityFrame } from './quality-frame.tsx';
import { useDecodedLetter, useLetter, useLetters } from './quality-queries.ts';
import { useLetterReasons, useReason } from './reason-texts.ts';
import { QUALITY_TEXTS } from './texts.ts';

const STATES = ['open', 'retry', 'resolved', 'discarded'] as const;
const TONES: Readonly<Record<DeadLetter['state'], Tone>> = {
  open: 'danger',
  retry: 'info',
  resolved: 'success',
  discarded: 'neutral',
};

export default function LettersPage(): ReactElement {
  const t = useTexts(QUALITY_TEXTS);
  const formats = useFormats();
  const reason = useReason();
  const letterReasons = useLetterReasons();
  const caller = useCaller();
  const client = useQueryClient();
  const [params] = useSearchParams();
  const [shown, setShown] = useUrlParam('letter');
  const filter = Object.fromEntries(
    ['state', 'code', 'device'].flatMap((name) => (params.get(name) ? [[name, params.get(name) ?? '']] : [])),
  );
  const isFiltered = Object.keys(filter).length > 0;
  const letters = useLetters(filter);
  const code = params.get('code');
  const retryAll = useMutation({
    mutationFn: retryEvery,
    onSuccess: (retried) => {
      toast(fill(t.retried, { n: formats.number(retried) }));
      void client.invalidateQueries({ queryKey: ['letters'] });
    },
  });
  return (
    <QualityFrame>
      <FilterBar
        filters={[
          {
            kind: 'choice',
            name: 'state',
            label: t.state,
            options: STATES.map((value) => ({ value, label: t[value] })),
          },
          { kind: 'choice', name: 'code', label: t.reason, options: letterReasons(code) },
          { kind: 'text', name: 'device', label: t.device },
        ]}
      >
        {code !== null && caller.may('quality.repair') && (
          <Button busy={retryAll.isPending} onClick={() => retryAll.mutate(code)}>
            {fill(t.retryAll, { reason: reason(code) })}
          </Button>
        )}
      </FilterBar>
      <ErrorNotice error={retryAll.error} />
      {letters.data === undefined ? (
        letters.isError ? (
          <Failed error={letters.error} onRetry={() => void letters.refetch()} />
        ) : (
          <Loading />
        )
      ) : (
        <DataTable
          caption={t.letters}
          rows={letters.data.pages.flatMap(({ items }) => items)}
          rowId={({ letterId }) => letterId}
          activeId={shown}
          empty={isFiltered ? <Empty title={t.noLettersFit} /> : <Empty title={t.noLetters} isGood />}
          columns={[
            { id: 'received', title: t.receivedAt, cell: ({ receivedAt }) => <ExactTime time={receivedAt} /> },
            {
              id: 'device',
              title: t.device,
              cell: ({ deviceId }) => <Link to={`/devices/${encodeURIComponent(deviceId)}`}>{deviceId}</Link>,
            },
            { id: 'code', title: t.reason, cell: ({ code: of }) => reason(of) },
            { id: 'detail', title: t.detail, hideOnPhone: true, cell: ({ detail }) => <span lang="en">{detail}</span> },
            { id: 'state', title: t.state, cell: ({ state }) => <Badge tone={TONES[state]}>{t[state]}</Badge> },
            {
              id: 'show',
              title: t.show,
              cell: ({ letterId }) => (
                <Button kind="tertiary" onClick={() => setShown(letterId)}>
                  {t.show}
                  <span className="kern-sr-only"> {fill(t.letter, { id: letterId })}</span>
                </Button>
              ),
            },
          ]}
        />
      )}
      <LoadMore
        hasMore={letters.hasNextPage}
        busy={letters.isFetchingNextPage}
        onMore={() => void letters.fetchNextPage()}
      />
      {shown !== null && <LetterDialog key={shown} letterId={shown} onClose={() => setShown(null)} />}
    </QualityFrame>
  );
}

/** What is in it, whether another try would do, and the try. */
function LetterDialog({
  letterId,
  onClose,
}: {
  readonly letterId: string;
  readonly onClose: () => void;
}): ReactElement {
  const t = useTexts(QUALITY_TEXTS);
  const reason = useReason();
  const caller = useCaller();
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const letter = useLetter(letterId);
  const decoded = useDecodedLetter(letterId);
  const move = useMutation({
    mutationFn: (action: 'retry' | 'discard') => call<DeadLetter>('POST', `/dead-letters/${letterId}/${action}`),
    onSuccess: (_answer, action) => {
      setAsking(false);
      if (action === 'discard') toast(t.discardedToast);
      void client.invalidateQueries({ queryKey: ['letters'] });
      void client.invalidateQueries({ queryKey: ['quality'] });
    },
  });
  const canMove = letter.data?.state === 'open' && caller.may('quality.repair');
  return (
    <Dialog
      title={fill(t.letter, { id: letterId })}
      onClose={onClose}
      isWide
      footer={
        <>
          <Button kind="tertiary" onClick={onClose}>
            {t.close}
          </Button>
          {canMove && !isAsking && (
            <>
              <Button onClick={() => setAsking(true)}>{t.discard}</Button>
              <Button kind="primary" busy={move.isPending} onClick={() => move.mutate('retry')}>
                {t.tryAgain}
              </Button>
            </>
          )}
          {canMove && isAsking && (
            <Button kind="primary" busy={move.isPending} onClick={() => move.mutate('discard')}>
              {t.discard}
            </Button>
          )}
        </>
      }
    >
      {isAsking && <Notice kind="warning" title={t.discardAsk} />}
      <ErrorNotice error={move.error} />
      <Loaded query={letter}>
        {(told) => (
          <>
            <p role="status">
              <Badge tone={TONES[told.state]}>{t[told.state]}</Badge>
            </p>
            <Facts
              facts={[
                [t.reason, `${reason(told.code)} (${told.code})`],
                [
                  t.detail,
                  <span key="d" lang="en">
                    {told.detail}
                  </span>,
                ],
                [t.device, told.deviceId],
                [t.receivedAt, <ExactTime key="r" time={told.receivedAt} />],
                [t.attempts, told.attempts],
                [t.topic, told.topic],
              ]}
            />
            <h3>{t.inside}</h3>
            <Loaded query={decoded}>
              {(inside) => (
                <>
                  {told.state === 'open' && (
                    <Notice
                      kind={inside.error ? 'warning' : 'success'}
                      title={inside.error ? t.wouldFail : t.wouldWork}
                    />
                  )}
                  <DecodedPayload explained={inside} name={letterId} hex={told.payload.hex} text={inside.text} />
                </>
              )}
            </Loaded>
          </>
        )}
      </Loaded>
    </Dialog>
  );
}

/** However many they are: one call takes so many. */
async function retryEvery(code: string): Promise<number> {
  for (let sum = 0; ;) {
    const { retried, more } = await call<{ retried: number; more: boolean }>('POST', '/dead-letters/retry', { code });
    sum += retried;
    if (!more) return sum;
  }
}
