import type { Fault } from '@stadtfunk/kernel';
import type { FileLayer } from './file-layer.ts';

export const MIB = 1024 * 1024;

export interface FileUplinkLogOptions {
  readonly directory: string;
  /** Counts at the first start of a directory only; it is stored with the log. */
  readonly partitions?: number;
  readonly segmentBytes?: number;
  readonly retainMs?: number;
  readonly retainBytes?: number;
  /** Appends are refused while the file system has less: the databases on it need room to catch up. */
  readonly minFreeBytes?: number;
  /** UTC ms. */
  readonly now?: () => number;
  readonly files?: FileLayer;
  /** Told of faults that nobody waits for, such as a failed retention. */
  readonly onFault?: (fault: Fault) => void;
}

export const FILE_UPLINK_LOG_DEFAULTS = {
  partitions: 32,
  segmentBytes: 64 * MIB,
  retainMs: 30 * 24 * 3_600_000,
  retainBytes: 16 * 1024 * MIB,
  minFreeBytes: 512 * MIB,
} as const;

export interface FileUplinkLogStatus {
  readonly bytes: number;
  readonly segments: number;
  /** UTC ms of the oldest uplink kept, null in an empty log. */
  readonly oldestReceivedAt: number | null;
  readonly freeBytes: number;
  /** Bytes of never acknowledged records that the last start has cut off. */
  readonly truncatedBytes: number;
  readonly lastFault: { readonly code: string; readonly detail: string } | null;
}
