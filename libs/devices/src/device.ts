import type { Asset } from './asset.ts';

export const LIFECYCLES = ['planned', 'active', 'maintenance', 'retired'] as const;
export type Lifecycle = (typeof LIFECYCLES)[number];

/** What sends. */
export interface Device {
  readonly deviceId: string;
  /** Id of a model, or name of a format, of the device catalogue. */
  readonly model: string;
  readonly lifecycle: Lifecycle;
  /** 15 digits; null if unknown. Where known, a payload that names another one is refused as foreign. */
  readonly imei: string | null;
  readonly iccid: string | null;
  /** Topic of its uplinks where its firmware dictates one; null: the default template. */
  readonly uplinkTopic: string | null;
  /** How often it reports when nothing happens, ms; null: what its model does. */
  readonly reportingIntervalMs: number | null;
}

/** A time in which a device sat on an asset, UTC ms: `from` inclusive, `until` exclusive. */
export interface FormerBinding {
  readonly assetId: string;
  readonly from: number;
  readonly until: number;
}

/** A device with the asset that it is bound to now, as the hot path needs them. */
export interface BoundDevice {
  readonly device: Device;
  readonly asset: Asset | null;
  /** Where it sat before; absent where it never moved. */
  readonly former?: readonly FormerBinding[];
  /** Since when the device is registered as it is now, UTC ms. Absent: nobody knows. */
  readonly registeredAt?: number;
  /** When it was put into service last, after it had been planned or out of service, UTC ms. Absent: it always was, or is not. */
  readonly activeSince?: number;
}

/** The asset that a reading of this time (UTC ms) is about: a sensor that moved takes its history not along. */
export function assetIdAt({ asset, former }: BoundDevice, time: number): string | null {
  const earlier = former?.find(({ from, until }) => time >= from && time < until);
  return earlier?.assetId ?? asset?.assetId ?? null;
}
