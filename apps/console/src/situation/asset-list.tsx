import { type ReactElement, useEffect, useMemo, useRef } from 'react';
import type { SituationAsset } from '../api/types.ts';
import { type Told, useTexts } from '../i18n/texts.ts';
import { SeverityBadge } from '../ui/badge.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Icon, type IconName } from '../ui/icons.tsx';
import { Empty } from '../ui/states.tsx';
import { compareTexts, prepareOrder } from '../ui/text-order.ts';
import { RelativeTime } from '../ui/time.tsx';
import { useUrlSort } from '../ui/url-state.ts';
import { rankOf, severityOf } from './city-state.ts';
import { SITUATION_TEXTS } from './texts.ts';

const TYPE_ICONS: Readonly<Record<SituationAsset['type'], IconName>> = {
  WasteContainer: 'container',
  ParkingSpot: 'parking',
  Streetlight: 'light',
  StreetlightControlCabinet: 'cabinet',
};
const WORST_FIRST = { column: 'severity', descending: false };

/** One rank after the other: the usual order has little left to sort then, which at ten thousand rows one would feel. */
function inRanks(assets: readonly SituationAsset[]): readonly SituationAsset[] {
  const ranks: SituationAsset[][] = [[], [], [], [], []];
  for (const asset of assets) ranks[rankOf(asset) - 1]?.push(asset);
  return ranks.flat();
}

const idOf = ({ assetId }: SituationAsset) => assetId;

function nameOf({ name, assetId }: SituationAsset): string {
  return name ?? assetId;
}

function byName(one: SituationAsset, other: SituationAsset): number {
  return compareTexts(nameOf(one), nameOf(other));
}

function bySeverity(one: SituationAsset, other: SituationAsset): number {
  // Of two that fare alike the one that comes first by its name: at ten thousand rows only where it matters.
  return rankOf(one) - rankOf(other) || (one.alerts.length > 0 ? byName(one, other) : 0);
}

function byDistrict(one: SituationAsset, other: SituationAsset): number {
  return compareTexts(one.district ?? '', other.district ?? '');
}

/** Times as the API writes them are in order as texts; never is before all. */
function byLastContact({ lastContactAt: one }: SituationAsset, { lastContactAt: other }: SituationAsset): number {
  const [a, b] = [one ?? '', other ?? ''];
  return a < b ? -1 : a > b ? 1 : 0;
}

type SituationTexts = Told<typeof SITUATION_TEXTS>;

function columnsOf(t: SituationTexts, onSelect: (assetId: string) => void): readonly Column<SituationAsset>[] {
  return [
    {
      id: 'severity',
      title: t.severity,
      className: 'asset-list__severity',
      compare: bySeverity,
      cell: (asset) => {
        const severity = severityOf(asset);
        return severity === null ? <span className="muted">–</span> : <SeverityBadge severity={severity} />;
      },
    },
    {
      id: 'name',
      title: t.name,
      compare: byName,
      cell: (asset) => (
        <button
          type="button"
          className="asset-list__name"
          onClick={() => onSelect(asset.assetId)}
          title={nameOf(asset)}
        >
          <Icon name={TYPE_ICONS[asset.type]} />
          <span className="kern-sr-only">{t[asset.type]}: </span>
          <span>{nameOf(asset)}</span>
        </button>
      ),
    },
    {
      id: 'district',
      title: t.district,
      className: 'asset-list__district',
      hideOnPhone: true,
      compare: byDistrict,
      cell: ({ district }) => district ?? '–',
    },
    {
      id: 'lastContact',
      title: t.lastContact,
      className: 'asset-list__contact',
      hideOnPhone: true,
      compare: byLastContact,
      cell: ({ lastContactAt }) => <RelativeTime time={lastContactAt} />,
    },
  ];
}

/** The same as on the map, to be read, sorted and gone through by keyboard. */
export function AssetList({
  assets,
  isFiltered,
  activeId,
  onSelect,
}: {
  readonly assets: readonly SituationAsset[];
  readonly isFiltered: boolean;
  readonly activeId: string | null;
  readonly onSelect: (assetId: string) => void;
}): ReactElement {
  const t = useTexts(SITUATION_TEXTS);
  const [sort, setSort] = useUrlSort(WORST_FIRST);
  const select = useRef(onSelect);
  useEffect(() => {
    select.current = onSelect;
  });
  // The same columns whatever the address says: else every row would be drawn again.
  const columns = useMemo(() => columnsOf(t, (assetId) => select.current(assetId)), [t]);
  const rows = useMemo(() => inRanks(assets), [assets]);
  useEffect(() => prepareOrder(assets.map(nameOf)), [assets]);
  const empty = isFiltered ? <Empty title={t.none} /> : <Empty title={t.noAssets}>{t.noAssetsHelp}</Empty>;
  return (
    <DataTable
      caption={t.list}
      rows={rows}
      columns={columns}
      rowId={idOf}
      sort={sort}
      onSort={setSort}
      activeId={activeId}
      isLong
      empty={empty}
    />
  );
}
