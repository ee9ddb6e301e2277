import type { Reading } from '@stadtfunk/readings';

/** One uplink as it was heard, with the readings that were made of it; none: contact that says nothing. */
export interface HeardUplink {
  readonly deviceId: string;
  /** UTC ms, by the intake's clock. */
  readonly receivedAt: number;
  readonly readings: readonly Reading[];
}

/**
 * What was heard, in batches of any size. Uplinks of one device, and of devices that have sat on the same asset, come in the
 * order of `receivedAt`; between others no order is needed, because no rule looks at two of them.
 */
export type UplinkSource = AsyncIterable<readonly HeardUplink[]>;
