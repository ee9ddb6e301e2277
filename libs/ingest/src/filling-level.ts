import type { Asset } from '@stadtfunk/devices';

/** Beyond this multiple of the container's height an echo does not come from its contents: the lid is open, or no echo. */
const BEYOND_CONTAINER = 1.5;
/** So far outside of 0..1 a level still comes from rounding, a dent or a heap above the rim. */
const SLACK = 0.1;

export type FillingLevel = { readonly level: number; readonly suspicious: boolean } | 'beyond' | 'noGeometry';

/**
 * Filling level 0..1 of a container from the distance that its sensor measures downwards:
 * `1 - (distance - sensorOffset) / containerHeight`, clamped.
 *
 * @param distanceMm from the sensor to the contents
 * @param asset with `containerHeight` (m, floor to rim) and `sensorOffset` (m, sensor above the rim; default 0)
 */
export function fillingLevelOf(distanceMm: number, asset: Asset | null): FillingLevel {
  if (asset?.type !== 'WasteContainer') return 'noGeometry';
  const { containerHeight, sensorOffset } = asset.attributes;
  if (typeof containerHeight !== 'number' || !(containerHeight > 0)) return 'noGeometry';
  const offset = typeof sensorOffset === 'number' ? sensorOffset : 0;
  const depth = (distanceMm / 1000 - offset) / containerHeight;
  if (depth > BEYOND_CONTAINER) return 'beyond';
  const level = Math.min(1, Math.max(0, 1 - depth));
  return { level: Math.round(level * 10_000) / 10_000, suspicious: depth < -SLACK || depth > 1 + SLACK };
}
