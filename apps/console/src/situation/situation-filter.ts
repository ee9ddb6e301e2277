import type { Severity, SituationAsset } from '../api/types.ts';
import { severityOf } from './city-state.ts';

/** What the address says is to be shown. */
export interface SituationFilter {
  /** A severity, `any` for those with an alert, or `quiet`; null: all. */
  readonly severity: string | null;
  readonly text: string | null;
  readonly type: string | null;
  readonly district: string | null;
  readonly department: string | null;
}

export function filterAssets(assets: readonly SituationAsset[], filter: SituationFilter): readonly SituationAsset[] {
  const { severity, text, type, district, department } = filter;
  const words = (text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return assets.filter(
    (asset) =>
      (type === null || asset.type === type) &&
      (district === null || asset.district === district) &&
      (department === null || asset.department === department) &&
      hasSeverity(severityOf(asset), severity) &&
      (words.length === 0 || mentions(asset, words)),
  );
}

function hasSeverity(severity: Severity | null, wanted: string | null): boolean {
  if (wanted === null) return true;
  if (wanted === 'quiet') return severity === null;
  return wanted === 'any' ? severity !== null : severity === wanted;
}

function mentions({ assetId, name, district }: SituationAsset, words: readonly string[]): boolean {
  const said = `${assetId} ${name ?? ''} ${district ?? ''}`.toLowerCase();
  return words.every((word) => said.includes(word));
}

/** How many assets have each severity as their worst, and how many none. */
export function countSeverities(assets: readonly SituationAsset[]): Readonly<Record<Severity | 'quiet', number>> {
  const counts = { critical: 0, major: 0, minor: 0, warning: 0, quiet: 0 };
  for (const asset of assets) counts[severityOf(asset) ?? 'quiet']++;
  return counts;
}

/** The words that occur, in the order of the alphabet. */
export function wordsOf(
  assets: readonly SituationAsset[],
  member: 'type' | 'district' | 'department',
): readonly string[] {
  return [...new Set(assets.map((asset) => asset[member]))]
    .filter((word) => word !== null)
    .sort((one, other) => one.localeCompare(other, 'de'));
}
