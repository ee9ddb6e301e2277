import type { StoredUplink, Uplink } from './uplink.ts';

/**
 * Per partition, the sequence up to which something is done: index = partition, value = sequence, 0 = nothing yet.
 * A list is as long as the log has partitions.
 */
export type Positions = readonly number[];

/** The consumer groups that read every uplink, each at its own pace. Retention waits for the slowest. */
export const CONSUMER_GROUPS = ['store', 'rules'] as const;
export type ConsumerGroup = (typeof CONSUMER_GROUPS)[number];

/**
 * The durable, append-only log of raw uplinks in a fixed number of partitions.
 *
 * `append` resolves when all of its uplinks are on stable storage; a rejection (`Fault` with code `log.full`,
 * `log.io`, `log.closed`) means that none of them may be acknowledged. Appends take effect in the order of the calls.
 */
export abstract class UplinkLog {
  /** Identity of this log. Positions are only meaningful together with it. */
  abstract readonly logId: string;
  abstract readonly partitions: number;

  abstract append(uplinks: readonly Uplink[]): Promise<void>;

  /** The last sequence of each partition that is durable. */
  abstract heads(): Promise<Positions>;

  /** The sequence before the oldest one that is still kept, per partition. */
  abstract floors(): Promise<Positions>;

  /**
   * Reads on from `after`. Partitions at `Infinity` are left out. What retention has already deleted is passed over:
   * compare with `floors`. Per partition, sequences come in order and without gaps.
   */
  abstract openCursor(after: Positions): UplinkCursor;

  /** Tells the log how far a group has come, so that retention may delete what every group has passed. */
  abstract commit(group: ConsumerGroup, positions: Positions): Promise<void>;

  /** The last committed positions of a group; after a crash they may be older than what the group committed last. */
  abstract committed(group: ConsumerGroup): Promise<Positions>;
}

export interface UplinkCursor {
  /** Up to `limit` uplinks; waits up to `waitMs` for the first one, then gives an empty list. */
  read(limit: number, waitMs: number): Promise<readonly StoredUplink[]>;
  /** Ends a waiting read with an empty list. */
  close(): Promise<void>;
}
