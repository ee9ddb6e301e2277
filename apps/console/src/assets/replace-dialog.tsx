import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useId, useState } from 'react';
import { call } from '../api/client.ts';
import { queryKeys } from '../api/query-keys.ts';
import type { AssetDetail, Device } from '../api/types.ts';
import { fill, useTexts } from '../i18n/texts.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Input, Select } from '../ui/field.tsx';
import { ErrorNotice, Notice } from '../ui/notice.tsx';
import { Empty, Loaded } from '../ui/states.tsx';
import { RelativeTime } from '../ui/time.tsx';
import { UI_TEXTS } from '../ui/texts.ts';
import { useCandidates, useRested } from './asset-queries.ts';
import { ASSET_TEXTS } from './texts.ts';
import { titleOf } from './type-name.tsx';

/** What a QR code on a sensor says besides its number: the 15 digits of the IMEI count, or the end of a link. */
export function scanned(text: string): string {
  const imei = /(?<!\d)\d{15}(?!\d)/.exec(text)?.[0];
  if (imei !== undefined) return imei;
  return (/^https?:\/\/\S*[/=]([\w.:-]+)$/.exec(text.trim())?.[1] ?? text).trim();
}

/** Three clicks: open, choose, replace. The present sensor comes off, the new one is put into service. */
export function ReplaceDialog({
  asset,
  onClose,
  onDone,
}: {
  readonly asset: AssetDetail;
  readonly onClose: () => void;
  /** @param before its last contact until then, UTC ms: what comes after it comes from the new place */
  readonly onDone: (deviceId: string, before: number | null) => void;
}): ReactElement {
  const t = useTexts(ASSET_TEXTS);
  const u = useTexts(UI_TEXTS);
  const client = useQueryClient();
  const formId = useId();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const [replaces, setReplaces] = useState(asset.devices[0]?.deviceId ?? '');
  const [then, setThen] = useState('maintenance');
  const [isMissing, setMissing] = useState(false);
  const wanted = useRested(scanned(text));
  const candidates = useCandidates(asset.assetId, wanted);
  const items = candidates.data?.items;
  // Only what is in sight: another search may have put other sensors in its place.
  const device = items?.find(({ deviceId }) => deviceId === chosen)?.deviceId ?? null;
  const replacement = useMutation({
    mutationFn: (next: string) =>
      call<{ readonly device: Device }>('POST', `/assets/${encodeURIComponent(asset.assetId)}/replacement`, {
        device: next,
        replaces: replaces === '' ? null : replaces,
        then,
      }),
    onSuccess: ({ device: { deviceId, lastContactAt } }) => {
      onDone(deviceId, lastContactAt === null ? null : Date.parse(lastContactAt));
      void client.invalidateQueries({ queryKey: queryKeys.asset(asset.assetId) });
      void client.invalidateQueries({ queryKey: ['devices'] });
    },
  });
  const submit = () => {
    // A scanner ends with Enter: the one that it means is chosen, and taken with the next.
    const [only, another] = wanted !== '' && wanted === scanned(text) ? (items ?? []) : [];
    if (device === null && only && !another) setChosen(only.deviceId);
    else {
      setMissing(device === null);
      if (device !== null) replacement.mutate(device);
    }
  };
  return (
    <Dialog
      title={fill(t.replaceTitle, { asset: titleOf(asset) })}
      onClose={onClose}
      isWide
      footer={
        <>
          <Button kind="tertiary" onClick={onClose}>
            {u.cancel}
          </Button>
          <Button kind="primary" type="submit" form={formId} busy={replacement.isPending}>
            {t.doReplace}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="form replace"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Input
          label={t.which}
          hint={t.whichHelp}
          value={text}
          type="search"
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
        />
        <fieldset className="replace__choices">
          <legend className="kern-label">{t.free}</legend>
          <Loaded query={candidates}>
            {({ items: found }) =>
              found.length === 0 ? (
                <Empty title={t.noFree}>
                  <p>{t.noFreeHelp}</p>
                </Empty>
              ) : (
                found.map((each) => (
                  <Candidate
                    key={each.deviceId}
                    device={each}
                    isChosen={device === each.deviceId}
                    onChoose={setChosen}
                  />
                ))
              )
            }
          </Loaded>
          {isMissing && device === null && (
            <p className="kern-error" role="alert">
              <span className="kern-icon kern-icon--danger" aria-hidden="true" />
              <span className="kern-body">{t.choose}</span>
            </p>
          )}
        </fieldset>
        {asset.devices.length > 0 && (
          <div className="form__row">
            <Select
              label={t.goes}
              value={replaces}
              onChange={(event) => setReplaces(event.target.value)}
              options={[
                ...asset.devices.map(({ deviceId }) => ({ value: deviceId, label: deviceId })),
                { value: '', label: t.none },
              ]}
            />
            <Select
              label={t.then}
              value={then}
              onChange={(event) => setThen(event.target.value)}
              options={(['maintenance', 'retired', 'active'] as const).map((each) => ({ value: each, label: t[each] }))}
            />
          </div>
        )}
        <ErrorNotice error={replacement.error} />
      </form>
    </Dialog>
  );
}

function Candidate({
  device: { deviceId, model, imei, lastContactAt, lifecycle },
  isChosen,
  onChoose,
}: {
  readonly device: Device;
  readonly isChosen: boolean;
  readonly onChoose: (deviceId: string) => void;
}): ReactElement {
  const t = useTexts(ASSET_TEXTS);
  return (
    <label className={`replace__choice ${isChosen ? 'is-chosen' : ''}`}>
      <input type="radio" name="candidate" checked={isChosen} onChange={() => onChoose(deviceId)} />
      <span className="replace__name">{deviceId}</span>
      <span className="muted">
        {[model, imei, lifecycle === 'active' ? null : t[lifecycle]].filter(Boolean).join(' · ')}
      </span>
      <span className="muted replace__heard">
        {lastContactAt === null ? t.never : <RelativeTime time={lastContactAt} />}
      </span>
    </label>
  );
}

const LOOK_EVERY_MS = 2_000;

/** Says when the new sensor reports for the first time: whoever mounted it may go then. */
export function FirstMessage({
  deviceId,
  before,
}: {
  readonly deviceId: string;
  /** By the server's clock, which need not be the browser's. */
  readonly before: number | null;
}): ReactElement {
  const t = useTexts(ASSET_TEXTS);
  const client = useQueryClient();
  const device = useQuery({
    queryKey: ['devices', 'awaited', deviceId, before],
    queryFn: async ({ signal }) => {
      const found = await call<Device>('GET', `/devices/${encodeURIComponent(deviceId)}`, undefined, { signal });
      const isHeard = found.lastContactAt !== null && Date.parse(found.lastContactAt) > (before ?? -Infinity);
      if (isHeard && found.assetId !== null) {
        await client.invalidateQueries({ queryKey: queryKeys.asset(found.assetId) });
        await client.invalidateQueries({ queryKey: ['readings'] });
      }
      return isHeard;
    },
    refetchInterval: ({ state }) => (state.data === true ? false : LOOK_EVERY_MS),
  });
  if (device.data === true) return <Notice kind="success" title={fill(t.heardFirst, { device: deviceId })} />;
  return <Notice title={fill(t.replaced, { device: deviceId })}>{fill(t.waitingFirst, { device: deviceId })}</Notice>;
}
