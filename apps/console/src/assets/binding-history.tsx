import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { fill, useTexts } from '../i18n/texts.ts';
import { DataTable } from '../ui/data-table.tsx';
import { Loaded } from '../ui/states.tsx';
import { ExactTime } from '../ui/time.tsx';
import { useBindings } from './asset-queries.ts';
import { ASSET_TEXTS } from './texts.ts';

/** Which devices sat on an asset (`of="device"`), or on which assets a device sat. */
export function BindingHistory({ path, of }: { readonly path: string; readonly of: 'asset' | 'device' }): ReactElement {
  const t = useTexts(ASSET_TEXTS);
  return (
    <Loaded query={useBindings(path)}>
      {({ items }) => (
        <DataTable
          caption={fill(t.table, { name: t.formerSensors })}
          rows={items}
          rowId={({ deviceId, assetId, from }) => `${deviceId} ${assetId} ${from}`}
          empty={<p className="muted">–</p>}
          columns={[
            {
              id: 'what',
              title: of === 'device' ? t.device : t.id,
              cell: ({ deviceId, assetId }) =>
                of === 'device' ? (
                  <Link to={`/devices/${encodeURIComponent(deviceId)}`}>{deviceId}</Link>
                ) : (
                  <Link to={`/assets/${encodeURIComponent(assetId)}`}>{assetId}</Link>
                ),
            },
            { id: 'from', title: t.from, cell: ({ from }) => <ExactTime time={from} /> },
            { id: 'until', title: t.until, cell: ({ until }) => (until === null ? t.now : <ExactTime time={until} />) },
          ]}
        />
      )}
    </Loaded>
  );
}
