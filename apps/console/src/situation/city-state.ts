import type { Severity, SituationAsset } from '../api/types.ts';
import type { LiveEvent } from '../live/live.ts';

const RANKS: Readonly<Record<Severity, number>> = { critical: 1, major: 2, minor: 3, warning: 4 };
/** Of an asset without an open alert. */
export const QUIET_RANK = 5;

const ACTIVE_STATES: readonly unknown[] = ['open', 'assigned', 'inProgress', 'waiting'];

export function severityOf({ alerts }: Pick<SituationAsset, 'alerts'>): Severity | null {
  return alerts[0]?.severity ?? null;
}

/** 1 is worst, 5 is quiet. */
export function rankOf(asset: Pick<SituationAsset, 'alerts'>): number {
  const severity = severityOf(asset);
  return severity === null ? QUIET_RANK : RANKS[severity];
}

/**
 * The assets after what has happened; those that nothing happened to stay the same objects, and so does the list if nothing
 * happened to any. Undefined: something happened to an asset that is not among them.
 */
export function afterEvents(
  assets: readonly SituationAsset[],
  events: readonly LiveEvent[],
): readonly SituationAsset[] | undefined {
  const places = new Map(assets.map(({ assetId }, index) => [assetId, index]));
  const changed = new Map<number, SituationAsset>();
  const present = (index: number) => changed.get(index) ?? assets[index]!;
  for (const { type, data } of events) {
    if (type.startsWith('alert.')) {
      if (typeof data['assetId'] !== 'string') continue;
      const index = places.get(data['assetId']);
      if (index === undefined) return undefined;
      changed.set(index, withAlert(present(index), data));
    } else if (type.startsWith('job.')) {
      for (const index of placesOfJob(assets, places, present, data)) changed.set(index, withJob(present(index), data));
    }
  }
  const different = [...changed].filter(([index, asset]) => asset !== assets[index]);
  if (different.length === 0) return assets;
  const next = [...assets];
  for (const [index, asset] of different) next[index] = asset;
  return next;
}

function withAlert(asset: SituationAsset, data: LiveEvent['data']): SituationAsset {
  const alertId = String(data['alertId']);
  const severity = data['severity'] as Severity;
  const counts = data['open'] === true && (data['suppression'] ?? null) === null;
  const known = asset.alerts.find((alert) => alert.alertId === alertId);
  if (counts ? known?.severity === severity : !known) return asset;
  const others = asset.alerts.filter((alert) => alert !== known);
  const lastContactAt = laterOf(asset.lastContactAt, contactOf(data));
  if (!counts) return { ...asset, alerts: others, lastContactAt };
  const alerts = [...others, { alertId, severity }].sort((a, b) => RANKS[a.severity] - RANKS[b.severity]);
  return { ...asset, alerts, lastContactAt };
}

/** When the reading came that raised the alert, or that cleared it. */
function contactOf(data: LiveEvent['data']): string | null {
  const evidence: { readonly receivedAt?: string } = data['clearedBy'] ?? data['raisedBy'] ?? {};
  return evidence.receivedAt ?? null;
}

function laterOf(one: string | null, other: string | null): string | null {
  return one === null || (other !== null && other > one) ? other : one;
}

/** The assets that a job is about: its own, and those of the alerts that it covers; and those that still hold it. */
function placesOfJob(
  assets: readonly SituationAsset[],
  places: ReadonlyMap<string, number>,
  present: (index: number) => SituationAsset,
  data: LiveEvent['data'],
): readonly number[] {
  const found = new Set<number>();
  const own = typeof data['assetId'] === 'string' ? places.get(data['assetId']) : undefined;
  if (own !== undefined) found.add(own);
  const alertIds = new Set(data['alertIds'] as readonly string[] | undefined);
  const jobId = String(data['jobId']);
  for (let index = 0; index < assets.length; index++) {
    const { alerts, jobIds } = present(index);
    if (alerts.some(({ alertId }) => alertIds.has(alertId)) || jobIds.includes(jobId)) found.add(index);
  }
  return [...found];
}

function withJob(asset: SituationAsset, data: LiveEvent['data']): SituationAsset {
  const jobId = String(data['jobId']);
  const isActive = ACTIVE_STATES.includes(data['state']);
  if (asset.jobIds.includes(jobId) === isActive) return asset;
  return {
    ...asset,
    jobIds: isActive ? [jobId, ...asset.jobIds] : asset.jobIds.filter((known) => known !== jobId),
  };
}
