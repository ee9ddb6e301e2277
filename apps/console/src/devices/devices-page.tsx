import type { ReactElement } from 'react';
import { Link, useSearchParams } from 'react-router';
import { SearchBox } from '../assets/search-box.tsx';
import type { Device } from '../api/types.ts';
import { useTexts } from '../i18n/texts.ts';
import { useCaller } from '../shell/caller.ts';
import { Badge } from '../ui/badge.tsx';
import { LinkButton } from '../ui/button.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { FilterBar } from '../ui/filter-bar.tsx';
import { LoadMore } from '../ui/load-more.tsx';
import { Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { RelativeTime } from '../ui/time.tsx';
import { useDevices, useModels } from './device-queries.ts';
import { DEVICE_TEXTS } from './texts.ts';
import '../assets/assets.css';

export default function DevicesPage(): ReactElement {
  const t = useTexts(DEVICE_TEXTS);
  const caller = useCaller();
  const [params] = useSearchParams();
  const model = params.get('model');
  const devices = useDevices(model === null ? {} : { model });
  const models = useModels();
  const columns: readonly Column<Device>[] = [
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
        assetId === null ? (
          <span className="muted">{t.nowhere}</span>
        ) : (
          <Link to={`/assets/${encodeURIComponent(assetId)}`}>{assetId}</Link>
        ),
    },
    {
      id: 'contact',
      title: t.lastContact,
      cell: ({ lastContactAt }) => (lastContactAt === null ? t.never : <RelativeTime time={lastContactAt} />),
    },
    {
      id: 'lifecycle',
      title: t.lifecycle,
      hideOnPhone: true,
      cell: ({ lifecycle }) => <Badge tone={lifecycle === 'active' ? 'success' : 'neutral'}>{t[lifecycle]}</Badge>,
    },
    { id: 'imei', title: t.imei, hideOnPhone: true, cell: ({ imei }) => imei ?? '–' },
  ];
  return (
    <Page
      title={t.title}
      actions={
        caller.may('imports.write') && (
          <LinkButton to="/imports?kind=devices" icon="arrowDown">
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
            name: 'model',
            label: t.model,
            options: (models.data ?? []).map(({ id, vendor, name }) => ({ value: id, label: `${vendor} ${name}` })),
          },
        ]}
      />
      {devices.data === undefined ? (
        devices.isError ? (
          <Failed error={devices.error} onRetry={() => void devices.refetch()} />
        ) : (
          <Loading />
        )
      ) : (
        <DataTable
          caption={t.title}
          rows={devices.data.pages.flatMap(({ items }) => items)}
          columns={columns}
          rowId={({ deviceId }) => deviceId}
          empty={
            <Empty title={t.empty}>
              <p>{t.emptyHelp}</p>
            </Empty>
          }
        />
      )}
      <LoadMore
        hasMore={devices.hasNextPage}
        busy={devices.isFetchingNextPage}
        onMore={() => void devices.fetchNextPage()}
      />
    </Page>
  );
}
