import { CityPlan } from '@stadtfunk/device-simulator';
import { idFrom } from '@stadtfunk/kernel';
import { openDatabase } from '@stadtfunk/postgres';

const SEVERITIES = ['critical', 'major', 'minor', 'minor', 'warning'] as const;
const NAMES = { WasteContainer: 'waste.full', ParkingSpot: 'parking.overstay', Streetlight: 'light.darkAtNight' };
const ROWS = 1_000;

/** Fills empty records with a city as the simulator generates it, and alerts that are open. As the programs write them, but at once. */
export async function fillCity(
  url: string,
  { assets: size, alerts }: { assets: number; alerts: number },
): Promise<void> {
  const { source } = new CityPlan({ seed: 1, size });
  const database = await openDatabase({ url }, { info: () => undefined, warn: () => undefined });
  const every = Math.floor(size / alerts);
  const insert = (table: string, columns: string, rows: readonly object[]) =>
    database.pool.query(
      `insert into ${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${table}, $1)`,
      [JSON.stringify(rows)],
    );
  try {
    for (let from = 0; from < size; from += ROWS) {
      const batch = Array.from({ length: Math.min(ROWS, size - from) }, (_, index) => source.assetAt(from + index));
      await insert(
        'assets',
        'asset_id, type, name, location, district, address, attributes',
        batch.map(({ assetId, type, name, location, district, address }) => {
          return { asset_id: assetId, type, name, location, district, address, attributes: {} };
        }),
      );
    }
    const observed = { observedAt: Date.now(), receivedAt: Date.now(), values: { fillingLevel: 0.95 } };
    const open = Array.from({ length: alerts }, (_, index) => {
      const { assetId, type } = source.assetAt(index * every);
      const rule = NAMES[type as keyof typeof NAMES];
      return {
        ...{ alert_id: idFrom('alert', assetId), rule_id: rule, rule_version: '1', subject: `asset:${assetId}` },
        ...{ severity: SEVERITIES[index % SEVERITIES.length], title: { de: 'Alarm', en: 'Alert' }, asset_id: assetId },
        ...{ device_id: `of-${assetId}`, raised_at: new Date(Date.now() - index * 60_000), raised_by: observed },
      };
    });
    const columns =
      'alert_id, rule_id, rule_version, subject, severity, title, asset_id, device_id, raised_at, raised_by';
    await insert('alerts', columns, open);
    await database.pool.query('analyze');
  } finally {
    await database.close();
  }
}
