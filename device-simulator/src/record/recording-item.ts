import type { BoundDevice } from '@stadtfunk/devices';
import type { Uplink } from '@stadtfunk/uplinks';

/** What a recording says of itself. */
export interface RecordingHeader {
  /** Zone of the city whose uplinks these are, such as `Europe/Berlin`. */
  readonly zone: string;
  /** Where the uplinks come from: `mqtt`, `uplink-log`, `simulation`. A copy keeps it. */
  readonly origin: string;
  /** When the recording was begun, UTC ms; null where no clock was asked, so that the same simulation gives the same bytes. */
  readonly recordedAt: number | null;
  /** Identities, places and texts are not the original ones. */
  readonly anonymised: boolean;
  /** Times are later than they were by so much, ms. */
  readonly shiftedMs: number;
}

/**
 * One thing that a recording holds, in the order of reception: what a device is, before its first uplink and when it has moved or
 * changed, and the uplinks as they were received. Devices of which nobody knew what they are have no `device`.
 */
export type RecordingItem =
  { readonly type: 'device'; readonly bound: BoundDevice } | { readonly type: 'uplink'; readonly uplink: Uplink };

/** What a recording holds altogether; its last frame says so. */
export interface RecordingTotals {
  devices: number;
  uplinks: number;
  payloadBytes: number;
  /** Of the first and the last uplink, UTC ms; null without any. */
  firstReceivedAt: number | null;
  lastReceivedAt: number | null;
}

export function noTotals(): RecordingTotals {
  return { devices: 0, uplinks: 0, payloadBytes: 0, firstReceivedAt: null, lastReceivedAt: null };
}

/** Counts an item. */
export function countIn(totals: RecordingTotals, item: RecordingItem): void {
  if (item.type === 'device') {
    totals.devices++;
    return;
  }
  const { receivedAt, payload } = item.uplink;
  totals.uplinks++;
  totals.payloadBytes += payload.length;
  totals.firstReceivedAt = Math.min(totals.firstReceivedAt ?? receivedAt, receivedAt);
  totals.lastReceivedAt = Math.max(totals.lastReceivedAt ?? receivedAt, receivedAt);
}
