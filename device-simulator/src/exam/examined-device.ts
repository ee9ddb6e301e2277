import { durationMs } from '@stadtfunk/kernel';
import type { BoundDevice } from '@stadtfunk/devices';
import type { CityDevice } from '../city/city.ts';
import type { Incident } from '../truth/incident.ts';
import type { Delivery } from './delivery.ts';

/** A device under examination, with all that came of it. */
export interface ExaminedDevice {
  readonly bound: BoundDevice;
  /** Between two regular uplinks, ms. */
  readonly intervalMs: number;
  /** In the order in which they were received. */
  readonly deliveries: readonly Delivery[];
  /** What was so of its asset and of itself. */
  readonly incidents: readonly Incident[];
  /** The same without the silences that come of lost uplinks alone: what the truth itself names. */
  readonly faults: readonly Incident[];
}

/** A device as the platform knows it after `provision`. */
export function boundDeviceOf(
  { asset: written, spec }: Pick<CityDevice, 'asset' | 'spec'>,
  registeredAt: number,
): BoundDevice {
  const { assetId, type, name, location, district, address, ...attributes } = written;
  const { deviceId, model, imei, iccid } = spec;
  const reportingIntervalMs = durationMs(spec.reportingInterval) ?? null;
  return {
    device: { deviceId, model, lifecycle: 'active', imei, iccid, uplinkTopic: null, reportingIntervalMs },
    asset: {
      assetId,
      type,
      name,
      location,
      district,
      address: (address as Readonly<Record<string, string>> | undefined) ?? null,
      department: null,
      attributes,
    },
    registeredAt,
  };
}
