import type { ReactElement } from 'react';
import { Link, useSearchParams } from 'react-router';
import type { Asset } from '../api/types.ts';
import { useDepartmentName } from '../api/departments.ts';
import { useDistricts } from '../api/districts.ts';
import { useTexts } from '../i18n/texts.ts';
import type { Column } from '../ui/data-table.tsx';
import { PagedTable } from '../ui/paged-table.tsx';
import { PhoneLine } from '../ui/phone-line.tsx';
import { useAssets } from './asset-queries.ts';
import { EmptyRegistry, RegistryPage } from './registry-page.tsx';
import { ASSET_TEXTS } from './texts.ts';
import { addressOf, numberOf, titleOf, typeIcon, TypeName } from './type-name.tsx';

const TYPES = ['WasteContainer', 'ParkingSpot', 'Streetlight', 'StreetlightControlCabinet'] as const;

export default function AssetsPage(): ReactElement {
  const t = useTexts(ASSET_TEXTS);
  const [params] = useSearchParams();
  const filter = Object.fromEntries(
    ['type', 'district'].flatMap((name) => (params.get(name) ? [[name, params.get(name) ?? '']] : [])),
  );
  const assets = useAssets(filter);
  const departmentName = useDepartmentName();
  const districts = useDistricts(params.get('district'));
  const columns: readonly Column<Asset>[] = [
    {
      id: 'name',
      title: t.name,
      cell: (asset) => (
        <>
          <Link to={`/assets/${encodeURIComponent(asset.assetId)}`}>{titleOf(asset)}</Link>
          <PhoneLine icon={typeIcon(asset.type)}>
            {[t[asset.type], asset.district].filter(Boolean).join(', ')}
          </PhoneLine>
        </>
      ),
    },
    { id: 'number', title: t.number, className: 'nowrap', cell: (asset) => numberOf(asset) ?? '–' },
    { id: 'type', title: t.type, hideOnPhone: true, cell: ({ type }) => <TypeName type={type} /> },
    { id: 'address', title: t.address, hideOnPhone: true, cell: (asset) => addressOf(asset) ?? '–' },
    { id: 'district', title: t.district, hideOnPhone: true, cell: ({ district }) => district ?? '–' },
    { id: 'department', title: t.department, hideOnPhone: true, cell: ({ department }) => departmentName(department) },
  ];
  return (
    <RegistryPage
      title={t.title}
      importPath="/imports"
      filters={[
        {
          kind: 'choice',
          name: 'type',
          label: t.type,
          options: TYPES.map((type) => ({ value: type, label: t[type] })),
        },
        { kind: 'choice', name: 'district', label: t.district, options: districts },
      ]}
    >
      <PagedTable
        query={assets}
        caption={t.title}
        columns={columns}
        rowId={({ assetId }) => assetId}
        empty={<EmptyRegistry isFiltered={Object.keys(filter).length > 0} title={t.empty} help={t.emptyHelp} />}
      />
    </RegistryPage>
  );
}
