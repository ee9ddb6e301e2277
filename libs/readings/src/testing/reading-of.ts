import type { Reading } from '../reading.ts';

const NOON = Date.UTC(2026, 10, 21, 12);

/** A plausible reading of the container `bin-1`. */
export function readingOf(more: Partial<Reading> = {}): Reading {
  return {
    deviceId: 'sensor-1',
    assetId: 'bin-1',
    observedAt: NOON,
    receivedAt: (more.observedAt ?? NOON) + 1_500,
    clock: 'ok',
    quality: 4,
    values: { fillingLevel: 0.5 },
    ...more,
  };
}
