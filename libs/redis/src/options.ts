import type { Fault } from '@stadtfunk/kernel';

export interface RedisUplinkLogOptions {
  /** `redis://[user:password@]host:port[/db]`, `rediss://` for TLS. */
  readonly url: string;
  /** Counts at the first start of a log only; it is stored with the log. */
  readonly partitions?: number;
  /** Frames whose newest uplink is older may go. */
  readonly retainMs?: number;
  /** The oldest frames may go while all frames together are larger. Redis holds them in memory. */
  readonly retainBytes?: number;
  /** Time between two looks for what may be deleted. */
  readonly trimEveryMs?: number;
  /** A server that says nothing for so long, though it was asked something, is away. */
  readonly answerTimeoutMs?: number;
  /** `require` refuses a server whose settings break the promise of an acknowledgement, `warn` only tells of it. */
  readonly durability?: 'require' | 'warn';
  /** Opens a log that is there, and makes none: fault `log.missing`. Writes nothing until something is appended or committed. */
  readonly existingOnly?: boolean;
  /** UTC ms. */
  readonly now?: () => number;
  /** Told of faults that nobody waits for: a failed trim, settings that break the promise or cannot be seen. */
  readonly onFault?: (fault: Fault) => void;
}

export const REDIS_UPLINK_LOG_DEFAULTS = {
  partitions: 32,
  retainMs: 24 * 3_600_000,
  retainBytes: 1024 * 1024 * 1024,
  trimEveryMs: 5_000,
  answerTimeoutMs: 10_000,
  durability: 'require',
  existingOnly: false,
} as const;
