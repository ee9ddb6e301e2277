import { readFile } from 'node:fs/promises';
import { readDeviceDocument } from '@stadtfunk/device-simulator';
import type { BoundDevice } from '@stadtfunk/devices';
import { durationMs, messageOf } from '@stadtfunk/kernel';
import { settings, UserError } from '@stadtfunk/platform';
import { askApi } from '../api-client.ts';

type Body = Readonly<Record<string, unknown>>;
const ASSET_MEMBERS = new Set(['assetId', 'type', 'name', 'location', 'district', 'address', 'department']);

/** What the running platform says of its devices and the assets that they sit on now. */
export async function devicesFromApi(): Promise<BoundDevice[]> {
  const [devices, assets] = await Promise.all([pagesOf('/api/v1/devices'), pagesOf('/api/v1/assets')]);
  const byId = new Map(assets.map((asset) => [asset['assetId'], assetOf(asset)]));
  return devices.map(({ reportingInterval, createdAt, assetId, ...device }) =>
    readDeviceDocument(
      JSON.stringify({
        ...device,
        reportingIntervalMs: typeof reportingInterval === 'string' ? durationMs(reportingInterval) : null,
        registeredAt: Date.parse(String(createdAt)),
        asset: byId.get(assetId) ?? null,
      }),
    ),
  );
}

/** What a file says: a JSON document a line, as in docs/recording.md. */
export async function devicesFromFile(path: string): Promise<BoundDevice[]> {
  const text = await readFile(path, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    throw new UserError(`cannot read ${path}: ${thrown.code}`, 2);
  });
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      const { reportingInterval, ...document } = JSON.parse(line) as Body;
      const interval =
        typeof reportingInterval === 'string' ? { reportingIntervalMs: durationMs(reportingInterval) } : {};
      return [readDeviceDocument(JSON.stringify({ ...document, ...interval }))];
    } catch (thrown) {
      throw new UserError(`${path}: line ${index + 1}: ${messageOf(thrown)}`, 2);
    }
  });
}

async function pagesOf(path: string): Promise<Body[]> {
  const config = settings();
  const items: Body[] = [];
  for (let after: string | null = ''; after !== null;) {
    const rest: string = after && `&after=${encodeURIComponent(after)}`;
    const page = (await askApi(config, 'GET', `${path}?limit=1000${rest}`)) as { items: Body[]; next: string | null };
    items.push(...page.items);
    after = page.next;
  }
  return items;
}

/** Attributes stand beside the members that every asset has. */
function assetOf(body: Body): Body {
  const attributes = Object.entries(body).filter(([name]) => !ASSET_MEMBERS.has(name));
  const members = Object.entries(body).filter(([name]) => ASSET_MEMBERS.has(name));
  return { ...Object.fromEntries(members), attributes: Object.fromEntries(attributes) };
}
