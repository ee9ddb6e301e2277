import { batteryOutlook } from '@stadtfunk/forecast';
import type { TelemetryStore } from '@stadtfunk/readings';
import { isoOrNull } from '../schemas.ts';

/** When the battery of a device will be low. */
export async function batteryOf(telemetry: TelemetryStore, deviceId: string, now: number) {
  const outlook = await batteryOutlook(telemetry, deviceId, now);
  if (typeof outlook === 'string') return { deviceId, low: null, reason: outlook };
  const { by: quantity, low: below } = outlook;
  return { deviceId, low: { ...toMoments(outlook), quantity, below }, reason: null };
}

interface Moments {
  readonly expectedAt: number | null;
  readonly earliestAt: number | null;
  readonly latestAt: number | null;
}

export function toMoments({ expectedAt, earliestAt, latestAt }: Moments) {
  return { expectedAt: isoOrNull(expectedAt), earliestAt: isoOrNull(earliestAt), latestAt: isoOrNull(latestAt) };
}
