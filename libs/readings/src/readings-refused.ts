import { Fault } from '@stadtfunk/kernel';
import type { Reading } from './reading.ts';

export interface RefusedReading {
  readonly reading: Reading;
  readonly detail: string;
}

/**
 * Thrown by `TelemetryStore.write` when all readings are stored but these, which the store will never take
 * (`telemetry.refused`, not retryable). Whoever wrote them has to put them aside with their reason and go on.
 */
export class ReadingsRefused extends Fault {
  constructor(
    readonly refused: readonly RefusedReading[],
    written: number,
  ) {
    const { length } = refused;
    super('telemetry.refused', `${length} of ${written} readings refused: ${refused[0]?.detail ?? ''}`, false);
    this.name = 'ReadingsRefused';
  }
}
