import type { ReactElement } from 'react';
import { Link, useSearchParams } from 'react-router';
import type { Asset } from '../api/types.ts';
import { useDepartmentName } from '../api/departments.ts';
import { useTexts } from '../i18n/texts.ts';
import { useCaller } from '../shell/caller.ts';
import { LinkButton } from '../ui/button.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { FilterBar } from '../ui/filter-bar.tsx';
import { LoadMore } from '../ui/load-more.tsx';
import { Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { useAssets } from './asset-queries.ts';
import { SearchBox } from './search-box.tsx';
import { ASSET_TEXTS } from './texts.ts';
import { addressOf, numberOf, titleOf, TypeName } from './type-name.tsx';
import './assets.css';

const TYPES = ['WasteContainer', 'ParkingSpot', 'Streetlight', 'StreetlightControlCabinet'] as const;

export default function AssetsPage(): ReactElement {
  const t = useTexts(ASSET_TEXTS);
  const caller = useCaller();
  const [params] = useSearchParams();
  const filter = Object.fromEntries(
    ['type', 'district'].flatMap((name) => (params.get(name) ? [[name, params.get(name) ?? '']] : [])),
  );
  const assets = useAssets(filter);
  const departmentName = useDepartmentName();
  const columns: readonly Column<Asset>[] = [
    {
      id: 'name',
      title: t.name,
      cell: (asset) => <Link to={`/assets/${encodeURIComponent(asset.assetId)}`}>{titleOf(asset)}</Link>,
    },
    { id: 'number', title: t.number, cell: (asset) => numberOf(asset) ?? '–' },
    { id: 'type', title: t.type, cell: ({ type }) => <TypeName type={type} /> },
    { id: 'address', title: t.address, hideOnPhone: true, cell: (asset) => addressOf(asset) ?? '–' },
    { id: 'district', title: t.district, hideOnPhone: true, cell: ({ district }) => district ?? '–' },
    { id: 'department', title: t.department, hideOnPhone: true, cell: ({ department }) => departmentName(department) },
  ];
  const rows = assets.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Page
      title={t.title}
      actions={
        caller.may('imports.write') && (
          <LinkButton to="/imports" icon="arrowDown">
            {t.import}
          </LinkButton>
        )
      }
    >
      <SearchBox />
      <FilterBar
        filters={[
          {
            kind: 'choice',
            name: 'type',
            label: t.type,
            options: TYPES.map((type) => ({ value: type, label: t[type] })),
          },
          { kind: 'text', name: 'district', label: t.district },
        ]}
      />
      {assets.data === undefined ? (
        assets.isError ? (
          <Failed error={assets.error} onRetry={() => void assets.refetch()} />
        ) : (
          <Loading />
        )
      ) : (
        <DataTable
          caption={t.title}
          rows={rows}
          columns={columns}
          rowId={({ assetId }) => assetId}
          empty={
            <Empty title={t.empty}>
              <p>{t.emptyHelp}</p>
            </Empty>
          }
        />
      )}
      <LoadMore
        hasMore={assets.hasNextPage}
        busy={assets.isFetchingNextPage}
        onMore={() => void assets.fetchNextPage()}
      />
    </Page>
  );
}
