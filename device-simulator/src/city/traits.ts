import { durationMs } from '@stadtfunk/kernel';
import type { Fraction } from '../world/waste.ts';
import type { AssetSpec } from './asset.ts';
import { STREET_TYPES, type StreetType } from './streets.ts';

/** How an asset's attributes decide what happens to it; what they leave open is as it mostly is. */

export function streetTypeOf(asset: AssetSpec): StreetType {
  const given = asset['streetType'];
  return STREET_TYPES.find((type) => type === given) ?? 'residential';
}

/** Public litter bins are what is not of households; beside those, the kind of waste decides. */
export function fractionOf(asset: AssetSpec): Fraction {
  const kinds: unknown = asset['storedWasteKind'];
  const kind: unknown = Array.isArray(kinds) ? kinds[0] : kinds;
  if (kind === 'paper' || kind === 'glass') return kind;
  if (kind === 'plastic' || kind === 'metal') return 'packaging';
  return asset['storedWasteOrigin'] === 'household' ? 'residual' : 'litter';
}

/** How long one may park there, ms; Infinity without a limit. */
export function parkingLimitMs(asset: AssetSpec): number {
  const limit = asset['maximumParkingDuration'];
  return (typeof limit === 'string' ? durationMs(limit) : undefined) ?? Infinity;
}

export function needsPermit(asset: AssetSpec): boolean {
  const permits = asset['requiredPermit'];
  return Array.isArray(permits) && permits.length > 0;
}

/** A number of the asset, or what is usual. */
export function numberOf(asset: AssetSpec, attribute: string, usual: number): number {
  const value = asset[attribute];
  return typeof value === 'number' && value > 0 ? value : usual;
}

export function cabinetOf(asset: AssetSpec): string | null {
  const cabinet = asset['refStreetlightControlCabinet'];
  return typeof cabinet === 'string' ? cabinet : null;
}

/** Whether a cabinet switches by an astronomical clock; if it does not say, it does. */
export function hasAstronomicalClock(cabinet: AssetSpec): boolean {
  const features = cabinet['features'];
  return !Array.isArray(features) || features.includes('astronomicalClock');
}
