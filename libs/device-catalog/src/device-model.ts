import type { AssetType } from '@stadtfunk/devices';
import type { QuantityName } from '@stadtfunk/readings';
import type { Format } from './format.ts';

/** A device that a city can buy. */
export interface DeviceModel {
  /** `vendor-model`, lower case: `dragino-ndds75`. */
  readonly id: string;
  readonly vendor: string;
  readonly name: string;
  readonly format: Format;
  /** The asset types that it is mounted on. */
  readonly assetTypes: readonly AssetType[];
  readonly measures: readonly QuantityName[];
  /** What the sensor can measure, where that is narrower than what is possible. Values outside are suspicious. */
  readonly limits?: { readonly [name in QuantityName]?: readonly [min: number, max: number] };
  /** How often it reports by default, ms. */
  readonly reportingIntervalMs: number;
  readonly source: string;
}
