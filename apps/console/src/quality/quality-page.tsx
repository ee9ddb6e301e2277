import { type ReactElement, useMemo } from 'react';
import { Link } from 'react-router';
import type { DataQuality, Ledger } from '../api/types.ts';
import { Tile } from '../devices/tile.tsx';
import { useFormats } from '../i18n/formats.ts';
import { fill, useTexts } from '../i18n/texts.ts';
import { useCaller } from '../shell/caller.ts';
import { Chart } from '../ui/chart.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Notice } from '../ui/notice.tsx';
import { Section } from '../ui/page.tsx';
import { PhoneLine } from '../ui/phone-line.tsx';
import { Empty, Loaded } from '../ui/states.tsx';
import { ExactTime, RelativeTime } from '../ui/time.tsx';
import { useUrlParam, useUrlSort } from '../ui/url-state.ts';
import { Choice } from './choice.tsx';
import { QualityFrame } from './quality-frame.tsx';
import { useLedger, useQuality } from './quality-queries.ts';
import { useReason } from './reason-texts.ts';
import { QUALITY_TEXTS } from './texts.ts';

const DAY_MS = 86_400_000;
const DAYS = { '7': 'd7', '14': 'd14', '90': 'd90' } as const;
const SILENT = { PT6H: 'h6', P1D: 'd1', P7D: 'w1' } as const;

/** Figures of the whole city are for whoever may see all of it; letters and deliveries are there by department. */
export default function QualityPage(): ReactElement {
  const t = useTexts(QUALITY_TEXTS);
  if (useCaller().mayEverywhere('quality.read')) return <CityQuality />;
  return (
    <QualityFrame>
      <Notice kind="info" title={t.cityOnly}>
        {t.cityOnlyHelp}
      </Notice>
    </QualityFrame>
  );
}

function CityQuality(): ReactElement {
  const t = useTexts(QUALITY_TEXTS);
  const [daysText, setDays] = useUrlParam('days');
  const [silentText, setSilent] = useUrlParam('silentFor');
  const days = daysText !== null && Object.hasOwn(DAYS, daysText) ? Number(daysText) : 14;
  const silentFor = silentText !== null && Object.hasOwn(SILENT, silentText) ? silentText : 'P1D';
  const ledger = useLedger();
  const quality = useQuality(days, silentFor);
  const open = quality.data?.letters.reduce((sum, { state, count }) => sum + (state === 'open' ? count : 0), 0);
  return (
    <QualityFrame {...(open === undefined ? {} : { openLetters: open })}>
      <Section title={t.ledger}>
        <Loaded query={ledger}>{(told) => <LedgerTiles ledger={told} />}</Loaded>
      </Section>
      <Loaded query={quality}>
        {(told) => (
          <>
            <Section
              title={fill(t.trend, { n: days })}
              actions={
                <Choice
                  label={t.days}
                  value={String(days)}
                  onChange={setDays}
                  options={Object.entries(DAYS).map(([value, name]) => ({ value, label: t[name] }))}
                />
              }
            >
              <Trend quality={told} days={days} />
            </Section>
            <Section title={t.models}>
              <Models models={told.models} />
            </Section>
            <div className="charts">
              <Section title={t.quarantineReasons}>
                <Reasons reasons={told.quarantined} caption={t.quarantineReasons} />
              </Section>
              <Section title={t.rejectReasons}>
                <Reasons reasons={told.rejected} caption={t.rejectReasons} linksToLetters />
              </Section>
            </div>
            <Section
              title={t.silent}
              actions={
                <Choice
                  label={t.silentFor}
                  value={silentFor}
                  onChange={setSilent}
                  options={Object.entries(SILENT).map(([value, name]) => ({ value, label: t[name] }))}
                />
              }
            >
              <Silent silent={told.silent} />
            </Section>
          </>
        )}
      </Loaded>
    </QualityFrame>
  );
}

function LedgerTiles({ ledger: { uplinks, readings, rules } }: { readonly ledger: Ledger }): ReactElement {
  const t = useTexts(QUALITY_TEXTS);
  const formats = useFormats();
  const isWhole =
    uplinks.received === uplinks.processed + uplinks.rejected + uplinks.waiting &&
    readings.decoded === readings.stored + readings.duplicate + readings.quarantined;
  const share = (count: number, total: number) => (total === 0 ? undefined : formats.percent(count / total, 2));
  const tile = (name: keyof typeof QUALITY_TEXTS, count: number, more?: string) => (
    <Tile key={name} name={t[name]} value={formats.number(count)} {...(more === undefined ? {} : { more })} />
  );
  return (
    <>
      {isWhole ? <p className="muted">{t.ledgerHelp}</p> : <Notice kind="danger" title={t.ledgerBroken} />}
      <dl className="tiles">
        {tile('received', uplinks.received)}
        {tile('processed', uplinks.processed)}
        {tile('rejected', uplinks.rejected, share(uplinks.rejected, uplinks.received))}
        {tile('waiting', uplinks.waiting)}
        {tile('decoded', readings.decoded)}
        {tile('stored', readings.stored)}
        {tile('duplicate', readings.duplicate, share(readings.duplicate, readings.decoded))}
        {tile('quarantined', readings.quarantined, share(readings.quarantined, readings.decoded))}
        {tile('rulesWaiting', rules.waiting)}
      </dl>
    </>
  );
}

const SHARES = ['late', 'duplicate', 'quarantined', 'rejected'] as const;
/** About the middle of a day of the city, where its point is drawn. */
const noonOf = (day: string) => Date.parse(`${day}T12:00:00Z`);

function Trend({ quality, days }: { readonly quality: DataQuality; readonly days: number }): ReactElement {
  const t = useTexts(QUALITY_TEXTS);
  const end = Date.parse(`${quality.today}T00:00:00Z`) + DAY_MS;
  const counts = useMemo(
    () => [
      {
        id: 'uplinks',
        label: t.uplinks,
        gapMs: 1.5 * DAY_MS,
        points: quality.days.map(({ day, counts: of }) => ({ at: noonOf(day), value: of.processed + of.rejected })),
      },
    ],
    [quality.days, t],
  );
  const shares = useMemo(
    () =>
      SHARES.map((measure) => ({
        id: measure,
        label: t[measure],
        gapMs: 1.5 * DAY_MS,
        points: quality.days.map(({ day, shares: of }) => ({ at: noonOf(day), value: of[measure] })),
      })),
    [quality.days, t],
  );
  if (quality.days.length === 0) return <p className="muted">{t.noTrend}</p>;
  const [from, to] = [end - days * DAY_MS, end];
  return (
    <div className="charts">
      <Chart title={t.uplinks} unit="" series={counts} from={from} to={to} />
      <Chart title={t.sharesByDay} unit="%" display="percent" series={shares} from={from} to={to} />
    </div>
  );
}

type Model = DataQuality['models'][number];
const MODEL_SHARES = ['late', 'duplicate', 'quarantined', 'rejected', 'clockRepaired', 'clockUnknown'] as const;

function Models({ models }: { readonly models: readonly Model[] }): ReactElement {
  const t = useTexts(QUALITY_TEXTS);
  const formats = useFormats();
  const [sort, setSort] = useUrlSort({ column: 'model', descending: false });
  const columns: readonly Column<Model>[] = [
    {
      id: 'model',
      title: t.model,
      cell: ({ model, firmware }) => (
        <>
          <Link to={`/devices?model=${encodeURIComponent(model)}`}>{model}</Link>
          {firmware !== null && <PhoneLine>{firmware}</PhoneLine>}
        </>
      ),
      compare: (a, b) => a.model.localeCompare(b.model),
    },
    { id: 'firmware', title: t.firmware, hideOnPhone: true, cell: ({ firmware }) => firmware ?? '–' },
    {
      id: 'devices',
      title: t.devices,
      isNumeric: true,
      cell: ({ devices }) => formats.number(devices),
      compare: (a, b) => a.devices - b.devices,
    },
    { id: 'heard', title: t.heard, isNumeric: true, hideOnPhone: true, cell: ({ heard }) => formats.number(heard) },
    ...MODEL_SHARES.map((measure) => ({
      id: measure,
      title: t[measure],
      isNumeric: true,
      hideOnPhone: measure !== 'late' && measure !== 'duplicate',
      cell: ({ shares }: Model) => (shares[measure] === null ? '–' : formats.percent(shares[measure], 1)),
      compare: (a: Model, b: Model) => (a.shares[measure] ?? -1) - (b.shares[measure] ?? -1),
    })),
  ];
  return (
    <DataTable
      caption={fill(t.table, { name: t.models })}
      rows={models}
      columns={columns}
      rowId={({ model, firmware }) => `${model} ${firmware ?? ''}`}
      sort={sort}
      onSort={setSort}
      empty={<Empty title={t.noModels} />}
    />
  );
}

function Reasons({
  reasons,
  caption,
  linksToLetters = false,
}: {
  readonly reasons: DataQuality['quarantined'];
  readonly caption: string;
  readonly linksToLetters?: boolean;
}): ReactElement {
  const t = useTexts(QUALITY_TEXTS);
  const reason = useReason();
  const formats = useFormats();
  return (
    <DataTable
      caption={fill(t.table, { name: caption })}
      rows={reasons}
      rowId={({ code }) => code}
      empty={<Empty title={t.none} isGood />}
      columns={[
        {
          id: 'code',
          title: t.reason,
          cell: ({ code }) =>
            linksToLetters ? (
              <Link to={`/quality/dead-letters?code=${encodeURIComponent(code)}`}>{reason(code)}</Link>
            ) : (
              <span>{reason(code)}</span>
            ),
        },
        { id: 'count', title: t.count, isNumeric: true, cell: ({ count }) => formats.number(count) },
      ]}
    />
  );
}

function Silent({ silent: { since, count, devices } }: { readonly silent: DataQuality['silent'] }): ReactElement {
  const t = useTexts(QUALITY_TEXTS);
  const formats = useFormats();
  if (count === 0) return <Empty title={t.noSilent} isGood />;
  return (
    <>
      <p>
        {fill(t.silentCount, { n: formats.number(count), since: formats.exact(since) })}{' '}
        {count > devices.length && fill(t.firstSilent, { n: devices.length })}
      </p>
      <DataTable
        caption={fill(t.table, { name: t.silent })}
        rows={devices}
        rowId={({ deviceId }) => deviceId}
        columns={[
          {
            id: 'device',
            title: t.device,
            cell: ({ deviceId }) => <Link to={`/devices/${encodeURIComponent(deviceId)}`}>{deviceId}</Link>,
          },
          { id: 'model', title: t.model, hideOnPhone: true, cell: ({ model }) => model },
          {
            id: 'asset',
            title: t.asset,
            cell: ({ assetId }) =>
              assetId === null ? '–' : <Link to={`/assets/${encodeURIComponent(assetId)}`}>{assetId}</Link>,
          },
          {
            id: 'contact',
            title: t.lastContact,
            cell: ({ lastContactAt }) =>
              lastContactAt === null ? (
                t.never
              ) : (
                <>
                  <ExactTime time={lastContactAt} />{' '}
                  <span className="muted">
                    (<RelativeTime time={lastContactAt} />)
                  </span>
                </>
              ),
          },
        ]}
      />
    </>
  );
}
