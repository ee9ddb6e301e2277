import type { Asset } from '@stadtfunk/devices';
import type { Job } from '@stadtfunk/maintenance';

/** What can be told of a job. */
export const FACT_NAMES = [
  'jobId',
  'number',
  'kind',
  'title.de',
  'title.en',
  'department',
  'priority',
  'state',
  'assignee',
  'waitingFor',
  'tags',
  'createdAt',
  'dueAt',
  'closedAt',
  'deviceId',
  'assetId',
  'asset.type',
  'asset.name',
  'asset.district',
  'asset.address',
  'asset.latitude',
  'asset.longitude',
  'link',
] as const;
export type FactName = (typeof FACT_NAMES)[number];

/** UTC ms. */
export const TIME_FACTS: readonly FactName[] = ['createdAt', 'dueAt', 'closedAt'];

export type Fact = string | number | readonly string[] | null;
export type Facts = Readonly<Record<FactName, Fact>>;

/** @param link where people find the console; null: nowhere that others reach */
export function factsOf(job: Job, asset: Asset | undefined, link: string | null): Facts {
  const [longitude = null, latitude = null] = asset?.location.coordinates ?? [];
  return {
    jobId: job.jobId,
    number: job.number,
    kind: job.kind,
    'title.de': job.title.de,
    'title.en': job.title.en,
    department: job.department,
    priority: job.priority,
    state: job.state,
    assignee: job.assignee,
    waitingFor: job.waitingFor,
    tags: job.tags,
    createdAt: job.createdAt,
    dueAt: job.dueAt,
    closedAt: job.closedAt,
    deviceId: job.deviceId,
    assetId: job.assetId,
    'asset.type': asset?.type ?? null,
    'asset.name': asset?.name ?? null,
    'asset.district': asset?.district ?? null,
    'asset.address': addressText(asset?.address ?? null),
    'asset.latitude': latitude,
    'asset.longitude': longitude,
    link,
  };
}

/** `Am Markt 1, 63450 Hanau`, of a schema.org PostalAddress. */
function addressText(address: Asset['address']): string | null {
  if (!address) return null;
  const place = [address.postalCode, address.addressLocality].filter(Boolean).join(' ');
  return [address.streetAddress, place].filter(Boolean).join(', ') || null;
}
