import type { SituationAsset } from '@stadtfunk/maintenance';
import { isoOrNull } from '../schemas.ts';

export function toSituationBody({ longitude, latitude, lastContactAt, ...asset }: SituationAsset) {
  return {
    ...asset,
    coordinates: [longitude, latitude] as [number, number],
    lastContactAt: isoOrNull(lastContactAt),
  };
}
