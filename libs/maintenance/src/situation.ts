import type { AssetType } from '@stadtfunk/devices';
import type { Severity } from './alert.ts';

/** An asset as it stands on the map. */
export interface SituationAsset {
  readonly assetId: string;
  readonly type: AssetType;
  readonly name: string | null;
  /** Degrees, WGS 84. */
  readonly longitude: number;
  readonly latitude: number;
  readonly district: string | null;
  /** Who owns it. */
  readonly department: string;
  /** Open ones that are not suppressed: the worst first, then the oldest. */
  readonly alerts: readonly { readonly alertId: string; readonly severity: Severity }[];
  /** That are about it or cover one of those alerts, and are not closed: the newest first. */
  readonly jobIds: readonly string[];
  /** UTC ms, of any of its devices; null: never. */
  readonly lastContactAt: number | null;
}

export abstract class SituationSource {
  /** All assets by id, or those of these departments. */
  abstract read(departments: readonly string[] | null): Promise<readonly SituationAsset[]>;
}
