import type { QuarantinedReading } from '@stadtfunk/readings';
import type { Positions, StoredUplink } from '@stadtfunk/uplinks';
import type { DeviceSigns } from './device-signs.ts';
import type { QualityCount } from './quality-counts.ts';

/** The ledger's counters. Uplinks: processed, rejected. Readings: decoded = stored + duplicate + quarantined. */
export interface Tally {
  readonly processed: number;
  readonly rejected: number;
  readonly decoded: number;
  readonly stored: number;
  readonly duplicate: number;
  readonly quarantined: number;
}

/** What a batch did for one device: counters to add, and the memory that tells its repeats from news. */
export interface DeviceProgress {
  readonly deviceId: string;
  readonly add: Tally;
  /** Absent: nothing was shown. */
  readonly signs?: DeviceSigns;
  /** UTC ms of the newest uplink. */
  readonly lastReceivedAt: number;
  readonly memory: Uint8Array;
}

/** An uplink that could not be processed, with its bytes and the reason. */
export interface DeadLetter extends StoredUplink {
  readonly code: string;
  readonly detail: string;
}

/** A dead letter that somebody asked to try again. */
export interface RetriedLetter extends StoredUplink {
  readonly letterId: string;
}

/** How a retry ended: processed after all, or rejected again with a reason. */
export interface RetryOutcome {
  readonly letterId: string;
  readonly error: { readonly code: string; readonly detail: string } | null;
}

/** What one batch of uplinks came to. Written in one transaction, with the positions that it reaches. */
export interface IngestCommit {
  readonly logId: string;
  /** Partition and the sequence reached, for those that the batch moved. */
  readonly reached: readonly (readonly [partition: number, sequence: number])[];
  readonly devices: readonly DeviceProgress[];
  readonly deadLetters: readonly DeadLetter[];
  readonly quarantined: readonly QuarantinedReading[];
  /** Hours of UTC (their starts, UTC ms) that the readings fell into, which stand in the telemetry store already. */
  readonly hours: readonly number[];
  /**
   * What is counted by day, and the slot in which: a number that no other process has at this time (a partition of its own), so that
   * those who commit side by side never wait for each other's rows. Absent: nothing.
   */
  readonly quality?: { readonly slot: number; readonly counts: readonly QualityCount[] };
  /** A retry's device counters in `devices` already take its rejection back (rejected -1). */
  readonly retries: readonly RetryOutcome[];
}

export interface LedgerCounts {
  readonly tally: Tally;
  /** How far the group has come in the present log. */
  readonly reached: Positions;
  /** Uplinks passed since this group first started, over all logs that it ever read; for one device: its own. */
  readonly counted: number;
}

/** Where the consumer group `store` keeps what it has done. */
export abstract class IngestRecords {
  /** Where to go on, per partition of this log; at first `floors`, which is remembered as the start. */
  abstract positions(logId: string, floors: Positions): Promise<Positions>;
  abstract memories(deviceIds: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
  abstract commit(commit: IngestCommit): Promise<void>;
  /** Dead letters marked for retry, oldest first: of another log, or of these partitions of this one. */
  abstract retries(limit: number, logId: string, partitions: readonly number[]): Promise<readonly RetriedLetter[]>;
  /** The counters of all devices, or of one, with the positions of the same moment. */
  abstract counts(logId: string, partitions: number, deviceId?: string): Promise<LedgerCounts>;
}
