import type { Reading } from '@stadtfunk/readings';

/** What a batch showed of a device beside its counters: of the readings that were stored, and what its payloads name. */
export interface DeviceSigns {
  /** Observed longer than `LATE_AFTER_MS` before they arrived. */
  readonly late: number;
  /** By the verdict on their clock; the rest are `ok`. */
  readonly clockRepaired: number;
  readonly clockUnknown: number;
  /** As its payloads named it last; null: they do not. */
  readonly firmware: string | null;
}

export type CountedSigns = { -readonly [name in keyof Omit<DeviceSigns, 'firmware'>]: number };

/** The same time as that from which the rules call a reading late (`RULE_OPTIONS.lateAfterMs`). */
export const LATE_AFTER_MS = 30 * 60_000;

export const NO_SIGNS: DeviceSigns = { late: 0, clockRepaired: 0, clockUnknown: 0, firmware: null };

/** Counts a reading that is stored. */
export function noteStored(signs: CountedSigns, { observedAt, receivedAt, clock }: Reading): void {
  if (receivedAt - observedAt > LATE_AFTER_MS) signs.late++;
  if (clock === 'repaired') signs.clockRepaired++;
  else if (clock === 'unknown') signs.clockUnknown++;
}
