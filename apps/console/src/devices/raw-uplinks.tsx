import { type ReactElement, useState } from 'react';
import type { Uplink } from '../api/types.ts';
import { useFormats } from '../i18n/formats.ts';
import { fill, useTexts } from '../i18n/texts.ts';
import { useReason } from '../quality/reason-texts.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { ExactTime } from '../ui/time.tsx';
import { useUplinks } from './device-queries.ts';
import { DecodedPayload } from './decoded-payload.tsx';
import { DEVICE_TEXTS } from './texts.ts';

/** What the device sent, byte by byte. */
export function RawUplinks({ deviceId }: { readonly deviceId: string }): ReactElement {
  const t = useTexts(DEVICE_TEXTS);
  const formats = useFormats();
  const [isShown, setShown] = useState(false);
  const uplinks = useUplinks(deviceId, isShown);
  if (!isShown) {
    return (
      <>
        <p className="muted">{t.rawHelp}</p>
        <Button icon="list" onClick={() => setShown(true)}>
          {t.show}
        </Button>
      </>
    );
  }
  if (uplinks.data === undefined) {
    return uplinks.isError ? <Failed error={uplinks.error} onRetry={() => void uplinks.refetch()} /> : <Loading />;
  }
  const items = uplinks.data.pages.flatMap((page) => page.items);
  const last = uplinks.data.pages.at(-1);
  return (
    <>
      <p className="muted">{t.rawHelp}</p>
      {items.length === 0 && <p>{t.noUplinks}</p>}
      <div>
        {items.map((uplink) => (
          <UplinkRow key={uplink.sequence} uplink={uplink} />
        ))}
      </div>
      <p className="muted uplinks__end" role="status">
        {last?.searchedTo ? fill(t.searchedTo, { time: formats.exact(last.searchedTo) }) : ''}{' '}
        {last?.complete === true && t.complete}
      </p>
      {uplinks.isError && <Failed error={uplinks.error} onRetry={() => void uplinks.fetchNextPage()} />}
      {uplinks.hasNextPage && (
        <Button busy={uplinks.isFetchingNextPage} onClick={() => void uplinks.fetchNextPage()}>
          {t.further}
        </Button>
      )}
    </>
  );
}

function UplinkRow({ uplink }: { readonly uplink: Uplink }): ReactElement {
  const t = useTexts(DEVICE_TEXTS);
  const reason = useReason();
  const formats = useFormats();
  const { receivedAt, payload, samples, error, problems } = uplink;
  return (
    <details className="uplink">
      <summary>
        <strong>
          <ExactTime time={receivedAt} />
        </strong>
        <span className="muted">{fill(t.bytes, { n: formats.number(payload.bytes) })}</span>
        {error ? (
          <Badge tone="danger">
            {t.rejected}: {reason(error.code)}
          </Badge>
        ) : (
          <Badge
            tone={samples.some(({ fate }) => fate === 'quarantined') || problems.length > 0 ? 'warning' : 'success'}
          >
            {fill(t.samples, { n: formats.number(samples.length) })}
          </Badge>
        )}
      </summary>
      <DecodedPayload explained={uplink} name={String(uplink.sequence)} hex={payload.hex} text={payload.text} />
    </details>
  );
}
