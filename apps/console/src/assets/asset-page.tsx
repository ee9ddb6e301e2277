import { type ReactElement, useMemo, useState } from 'react';
import { Link, useParams } from 'react-router';
import { useDepartmentName } from '../api/departments.ts';
import type { AssetDetail, Device } from '../api/types.ts';
import { useFormats } from '../i18n/formats.ts';
import { useLanguage } from '../i18n/language.ts';
import { fill, useTexts } from '../i18n/texts.ts';
import { useCaller } from '../shell/caller.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Facts, Page, Section } from '../ui/page.tsx';
import { Loaded } from '../ui/states.tsx';
import { ExactTime, RelativeTime } from '../ui/time.tsx';
import { useAlertHistory, useAsset, useQuantities, useReadings } from './asset-queries.ts';
import { ATTRIBUTE_VALUES } from './attribute-values.ts';
import { BindingHistory } from './binding-history.tsx';
import { Course } from './course.tsx';
import { ForecastFacts } from './forecast-facts.tsx';
import { AlertHistory, JobHistory } from './histories.tsx';
import { FirstMessage, ReplaceDialog } from './replace-dialog.tsx';
import { ASSET_TEXTS } from './texts.ts';
import { addressOf, numberOf, titleOf, TypeName } from './type-name.tsx';
import './assets.css';

const DAY_MS = 86_400_000;
/** Without a device that says otherwise. */
const USUAL_INTERVAL_MS = 3_600_000;
const LEADING = ['fillingLevel', 'occupancy', 'activePower', 'illuminanceLevel', 'temperature'];

export default function AssetPage(): ReactElement {
  const { assetId = '' } = useParams();
  const t = useTexts(ASSET_TEXTS);
  const asset = useAsset(assetId);
  if (asset.data) return <AssetView key={assetId} asset={asset.data} />;
  return (
    <Page title={t.one} back={{ to: '/assets', title: t.back }}>
      <Loaded query={asset}>{() => null}</Loaded>
    </Page>
  );
}

function AssetView({ asset }: { readonly asset: AssetDetail }): ReactElement {
  const t = useTexts(ASSET_TEXTS);
  const caller = useCaller();
  const language = useLanguage();
  const [isReplacing, setReplacing] = useState(false);
  const [awaited, setAwaited] = useState<{ readonly deviceId: string; readonly before: number | null } | null>(null);
  const { assetId } = asset;
  const history = useAlertHistory({ asset: assetId });
  const events = useMemo(
    () =>
      history.data?.items.map(({ raisedAt, title }) => ({ at: Date.parse(raisedAt), label: title[language] })) ?? [],
    [history.data, language],
  );
  const path = `/assets/${encodeURIComponent(assetId)}`;
  const subtitle = [numberOf(asset), addressOf(asset), asset.district].filter(Boolean).join(' · ');
  return (
    <Page
      title={titleOf(asset)}
      subtitle={
        <>
          <TypeName type={asset.type} /> {subtitle !== '' && `· ${subtitle}`}
        </>
      }
      back={{ to: '/assets', title: t.back }}
      actions={
        caller.may('devices.write') && (
          <Button kind="primary" icon="devices" onClick={() => setReplacing(true)}>
            {asset.devices.length > 0 ? t.replace : t.mount}
          </Button>
        )
      }
    >
      {awaited && <FirstMessage {...awaited} />}
      <div className="asset-grid">
        <div>
          <Section title={t.course}>
            <AssetCourse asset={asset} path={path} events={events} />
          </Section>
          <Section title={t.alerts}>
            <AlertHistory query={history} />
          </Section>
          <Section title={t.jobs}>
            <JobHistory assetId={assetId} />
          </Section>
        </div>
        <div>
          <Section title={t.sensors}>
            <Sensors devices={asset.devices} />
          </Section>
          <Section title={t.forecast}>
            <ForecastFacts assetId={assetId} />
          </Section>
          <Section title={t.about}>
            <div className="card">
              <AssetFacts asset={asset} />
            </div>
          </Section>
          <Section title={t.formerSensors}>
            <BindingHistory path={path} of="device" />
          </Section>
        </div>
      </div>
      {isReplacing && (
        <ReplaceDialog
          asset={asset}
          onClose={() => setReplacing(false)}
          onDone={(deviceId, before) => {
            setReplacing(false);
            setAwaited({ deviceId, before });
          }}
        />
      )}
    </Page>
  );
}

/** What was measured lately can be chosen: single values of the newest reading are not all that its sensors say. */
function AssetCourse({
  asset,
  path,
  events,
}: {
  readonly asset: AssetDetail;
  readonly path: string;
  readonly events: readonly { readonly at: number; readonly label: string }[];
}): ReactElement {
  const t = useTexts(ASSET_TEXTS);
  const known = useQuantities();
  const newest = asset.latest === null ? 0 : Date.parse(asset.latest.observedAt);
  const ofAsset = [...(known.data?.values() ?? [])]
    .filter(({ of }) => of === 'asset')
    .map(({ name }) => name as string);
  const lately = useReadings(path, ofAsset, newest - DAY_MS, newest + 1, newest > 0);
  if (asset.latest === null) return <p className="muted">{t.neverMeasured}</p>;
  const said = new Set([...(lately.data ?? []), asset.latest].flatMap(({ values }) => Object.keys(values)));
  const quantities = ofAsset.filter((name) => said.has(name));
  const first = LEADING.find((name) => quantities.includes(name));
  return (
    <Loaded query={known}>
      {() => (
        <Course path={path} quantities={quantities} first={first} intervalMs={USUAL_INTERVAL_MS} events={events} />
      )}
    </Loaded>
  );
}

function Sensors({ devices }: { readonly devices: readonly Device[] }): ReactElement {
  const t = useTexts(ASSET_TEXTS);
  return (
    <DataTable
      caption={fill(t.table, { name: t.sensors })}
      rows={devices}
      rowId={({ deviceId }) => deviceId}
      empty={<p className="muted">{t.noSensor}</p>}
      columns={[
        {
          id: 'device',
          title: t.device,
          cell: ({ deviceId, model }) => (
            <>
              <Link to={`/devices/${encodeURIComponent(deviceId)}`}>{deviceId}</Link>
              <br />
              <span className="muted">{model}</span>
            </>
          ),
        },
        {
          id: 'contact',
          title: t.lastContact,
          cell: ({ lastContactAt, lifecycle }) => (
            <>
              {lastContactAt === null ? t.never : <RelativeTime time={lastContactAt} />}
              {lifecycle !== 'active' && (
                <>
                  {' '}
                  <Badge>{t[lifecycle]}</Badge>
                </>
              )}
            </>
          ),
        },
      ]}
    />
  );
}

const SHOWN_ELSEWHERE = [
  'assetId',
  'type',
  'name',
  'location',
  'district',
  'address',
  'department',
  'latest',
  'alerts',
  'devices',
  'version',
];

function AssetFacts({ asset }: { readonly asset: AssetDetail }): ReactElement {
  const t = useTexts(ASSET_TEXTS);
  const formats = useFormats();
  const words = useTexts(ATTRIBUTE_VALUES);
  const wordOf = (value: string) => (Object.hasOwn(words, value) ? words[value as keyof typeof words] : value);
  const departmentName = useDepartmentName();
  const [longitude, latitude] = asset.location.coordinates;
  const more = Object.entries(asset).filter(([name]) => !SHOWN_ELSEWHERE.includes(name));
  const shown = (value: unknown): string =>
    typeof value === 'number'
      ? formats.number(value)
      : typeof value === 'string'
        ? wordOf(value)
        : Array.isArray(value)
          ? value.map(shown).join(', ')
          : JSON.stringify(value);
  return (
    <Facts
      facts={[
        [t.id, asset.assetId],
        [t.department, departmentName(asset.department)],
        [t.address, addressOf(asset) ?? '–'],
        [t.district, asset.district ?? '–'],
        [t.position, `${formats.number(latitude, 5)}, ${formats.number(longitude, 5)}`],
        ...more.map(
          ([name, value]) => [Object.hasOwn(t, name) ? t[name as keyof typeof t] : name, shown(value)] as const,
        ),
        ...(asset.latest ? [[t.lastMeasurement, <ExactTime key="t" time={asset.latest.observedAt} />] as const] : []),
      ]}
    />
  );
}
