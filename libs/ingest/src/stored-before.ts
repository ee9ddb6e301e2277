import { momentKey, QUANTITIES, type QuantityName, type Reading, type StoredReading } from '@stadtfunk/readings';
import type { TelemetryStore } from '@stadtfunk/readings';

/**
 * Which of these readings have been stored before, from another uplink: what a device's memory has forgotten, the
 * telemetry store still knows. Readings of this batch count as stored as soon as they come after in it.
 *
 * What stands there with the same `receivedAt` is this very reading, written by an attempt that was not committed.
 */
export async function storedBefore(
  telemetry: Pick<TelemetryStore, 'find'>,
  fresh: readonly Reading[],
  doubtful: readonly Reading[],
): Promise<ReadonlySet<Reading>> {
  const repeats = new Set<Reading>();
  if (doubtful.length === 0) return repeats;
  const stored = new Map<string, StoredReading>();
  for (const reading of await telemetry.find(doubtful)) stored.set(momentKey(reading), reading);
  const inBatch = new Map<string, Reading>();
  for (const reading of fresh) inBatch.set(momentKey(reading), reading);
  for (const reading of doubtful) {
    const key = momentKey(reading);
    const before = stored.get(key);
    const beside = inBatch.get(key);
    const isRepeat = before !== undefined && before.receivedAt !== reading.receivedAt && isSame(before, reading);
    if (isRepeat || (beside && isSame(beside, reading))) repeats.add(reading);
    else inBatch.set(key, reading);
  }
  return repeats;
}

/** Says the same of the asset; where it says nothing of it, the same of the device. As in `identitiesOf`. */
function isSame(before: Pick<Reading, 'values'>, { values }: Reading): boolean {
  const names = Object.keys(values) as QuantityName[];
  const ofAsset = names.filter((name) => QUANTITIES[name].of === 'asset');
  return (ofAsset.length > 0 ? ofAsset : names).every((name) => before.values[name] === values[name]);
}
