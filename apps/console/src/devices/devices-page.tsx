import type { ReactElement } from 'react';
import { Link, useSearchParams } from 'react-router';
import { EmptyRegistry, RegistryPage } from '../assets/registry-page.tsx';
import type { Device } from '../api/types.ts';
import { useTexts } from '../i18n/texts.ts';
import { Badge } from '../ui/badge.tsx';
import type { Column } from '../ui/data-table.tsx';
import { PagedTable } from '../ui/paged-table.tsx';
import { PhoneLine } from '../ui/phone-line.tsx';
import { RelativeTime } from '../ui/time.tsx';
import { useDevices, useModels } from './device-queries.ts';
import { DEVICE_TEXTS } from './texts.ts';

export default function DevicesPage(): ReactElement {
  const t = useTexts(DEVICE_TEXTS);
  const [params] = useSearchParams();
  const model = params.get('model');
  const devices = useDevices(model === null ? {} : { model });
  const models = useModels();
  const columns: readonly Column<Device>[] = [
    {
      id: 'device',
      title: t.device,
      cell: ({ deviceId, model, lifecycle }) => (
        <>
          <Link to={`/devices/${encodeURIComponent(deviceId)}`}>{deviceId}</Link>
          <PhoneLine>
            {model}, {t[lifecycle]}
          </PhoneLine>
        </>
      ),
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
    <RegistryPage
      title={t.title}
      importPath="/imports?kind=devices"
      filters={[
        {
          kind: 'choice',
          name: 'model',
          label: t.model,
          options: (models.data ?? []).map(({ id, vendor, name }) => ({ value: id, label: `${vendor} ${name}` })),
        },
      ]}
    >
      <PagedTable
        query={devices}
        caption={t.title}
        columns={columns}
        rowId={({ deviceId }) => deviceId}
        empty={<EmptyRegistry isFiltered={model !== null} title={t.empty} help={t.emptyHelp} />}
      />
    </RegistryPage>
  );
}
