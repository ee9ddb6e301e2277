import { useQuery } from '@tanstack/react-query';
import { type ReactElement, type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';
import { Link } from 'react-router';
import { call } from '../api/client.ts';
import { useDepartmentName } from '../api/departments.ts';
import { queryKeys } from '../api/query-keys.ts';
import type { AssetDetail, Job, Page, SituationAsset } from '../api/types.ts';
import { useFormats } from '../i18n/formats.ts';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { useCaller } from '../shell/caller.ts';
import { JobStateBadge, SeverityBadge } from '../ui/badge.tsx';
import { Button, LinkButton } from '../ui/button.tsx';
import { Facts } from '../ui/page.tsx';
import { Loaded } from '../ui/states.tsx';
import { RelativeTime } from '../ui/time.tsx';
import { SITUATION_TEXTS } from './texts.ts';

const ACTIVE = 'open,assigned,inProgress,waiting';

/** What one wants to know of an asset at a glance, beside map and list. */
export function AssetDetails({
  asset,
  onClose,
}: {
  readonly asset: SituationAsset;
  readonly onClose: () => void;
}): ReactElement {
  const t = useTexts(SITUATION_TEXTS);
  const { assetId } = asset;
  const name = asset.name ?? assetId;
  const heading = useFocusedHeading(assetId);
  const detail = useQuery({
    queryKey: queryKeys.asset(assetId),
    queryFn: ({ signal }) => call<AssetDetail>('GET', `/assets/${encodeURIComponent(assetId)}`, undefined, { signal }),
  });
  return (
    <section
      className="asset-details"
      aria-label={fill(t.details, { name })}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <header className="asset-details__header">
        <h2 ref={heading} tabIndex={-1}>
          {name}
        </h2>
        <Button kind="tertiary" icon="close" iconOnly onClick={onClose}>
          {t.close}
        </Button>
      </header>
      <Loaded query={detail}>{(data) => <Known asset={asset} detail={data} />}</Loaded>
      <footer className="asset-details__footer">
        <LinkButton to={`/assets/${encodeURIComponent(assetId)}`}>{t.toAsset}</LinkButton>
      </footer>
    </section>
  );
}

/** Whoever uses the keyboard goes on reading where the selection led, and goes on where it came from once this is closed. */
function useFocusedHeading(assetId: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  const isFirst = useRef(true);
  const origin = useRef<Element | null>(null);
  useEffect(() => {
    // An address that names the asset was opened: the page begins at its top.
    const wasOpened = isFirst.current && document.activeElement === document.body;
    isFirst.current = false;
    if (wasOpened) return;
    origin.current = document.activeElement;
    heading.current?.focus({ preventScroll: true });
  }, [assetId]);
  useLayoutEffect(() => {
    const details = heading.current?.closest('section');
    return () => {
      const before = origin.current;
      if (!details?.contains(document.activeElement)) return;
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return heading;
}

function Known({ asset, detail }: { readonly asset: SituationAsset; readonly detail: AssetDetail }): ReactElement {
  const t = useTexts(SITUATION_TEXTS);
  const pick = usePick();
  const caller = useCaller();
  const departmentName = useDepartmentName();
  const { address, latest, alerts, devices } = detail;
  const contacts = devices.flatMap(({ lastContactAt }) => lastContactAt ?? []);
  const number = publicNumberOf(detail);
  const facts: (readonly [string, ReactNode])[] = [
    [t.type, t[asset.type]],
    ...(number === undefined ? [] : [[t.number, number] as const]),
    [t.address, address?.['streetAddress'] ?? t.unknown],
    [t.district, asset.district ?? t.unknown],
    [t.department, departmentName(asset.department)],
    [t.lastContact, <RelativeTime key="contact" time={contacts.sort().at(-1) ?? asset.lastContactAt} />],
    [t.measured, latest ? <Measured key="measured" reading={latest} /> : t.unknown],
  ];
  return (
    <div className="asset-details__body">
      <Facts facts={facts} />
      <h3>{t.openAlerts}</h3>
      {alerts.length === 0 && <p className="muted">{t.noAlerts}</p>}
      <ul className="asset-details__list">
        {alerts.map(({ alertId, severity, title, raisedAt }) => (
          <li key={alertId}>
            <SeverityBadge severity={severity} />
            <Link to={`/alerts/${encodeURIComponent(alertId)}`}>{pick(title)}</Link>
            <span className="muted">
              <RelativeTime time={raisedAt} />
            </span>
          </li>
        ))}
      </ul>
      {caller.may('jobs.read') && <Jobs assetId={asset.assetId} />}
    </div>
  );
}

/** As it stands on the thing itself. */
function publicNumberOf(detail: AssetDetail): string | undefined {
  return ['streetPoleNum', 'feederPillarNum', 'binId', 'serialNumber']
    .map((name) => detail[name])
    .find((value) => typeof value === 'string');
}

function Measured({ reading }: { readonly reading: NonNullable<AssetDetail['latest']> }): ReactElement {
  const formats = useFormats();
  const { fillingLevel } = reading.values;
  return (
    <>
      {typeof fillingLevel === 'number' && <strong>{formats.percent(fillingLevel)} · </strong>}
      <RelativeTime time={reading.observedAt} />
    </>
  );
}

function Jobs({ assetId }: { readonly assetId: string }): ReactElement {
  const t = useTexts(SITUATION_TEXTS);
  const pick = usePick();
  const jobs = useQuery({
    queryKey: queryKeys.jobs({ asset: assetId, state: ACTIVE }),
    queryFn: ({ signal }) =>
      call<Page<Job>>('GET', `/jobs?asset=${encodeURIComponent(assetId)}&state=${ACTIVE}`, undefined, { signal }),
  });
  return (
    <>
      <h3>{t.jobs}</h3>
      <Loaded query={jobs}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="muted">{t.noJobs}</p>
          ) : (
            <ul className="asset-details__list">
              {items.map(({ jobId, number, title, state }) => (
                <li key={jobId}>
                  <JobStateBadge state={state} />
                  <Link to={`/jobs/${encodeURIComponent(jobId)}`}>
                    #{number} {pick(title)}
                  </Link>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </>
  );
}
