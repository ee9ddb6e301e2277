import { momentKey, type Reading } from '@stadtfunk/readings';

/** Joins readings of one device and moment, the later one winning: one statement cannot write a row twice. */
export function mergeRepeats(readings: readonly Reading[]): readonly Reading[] {
  const byMoment = new Map<string, Reading>();
  for (const reading of readings) {
    const key = momentKey(reading);
    const earlier = byMoment.get(key);
    byMoment.set(key, earlier ? { ...reading, values: { ...earlier.values, ...reading.values } } : reading);
  }
  return byMoment.size === readings.length ? readings : [...byMoment.values()];
}
