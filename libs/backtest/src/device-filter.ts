import type { AssetType } from '@stadtfunk/devices';
import type { RuleSubject } from '@stadtfunk/rules';

/** A part of the fleet; all that are given have to fit. */
export interface DeviceFilter {
  readonly assetId?: string;
  readonly type?: AssetType;
  readonly district?: string;
}

/** Whether a device belongs to it by the asset that it sits on then. */
export function isPart({ assetId, type, district }: DeviceFilter, { asset }: Pick<RuleSubject, 'asset'>): boolean {
  return (
    (assetId === undefined || asset?.assetId === assetId) &&
    (type === undefined || asset?.type === type) &&
    (district === undefined || asset?.district === district)
  );
}
