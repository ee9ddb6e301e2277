import type { AlertChange } from '@stadtfunk/maintenance';
import type { Positions } from '@stadtfunk/uplinks';

/** The memory that the rules have of one device, as JSON text. */
export interface StoredState {
  readonly deviceId: string;
  readonly state: string;
  /** The same of the rules that only record; absent: they know nothing of the device. */
  readonly shadow?: string;
}

/** What one batch came to. Written in one transaction: states, alerts, jobs, events, positions. */
export interface RulesCommit {
  readonly logId: string;
  readonly reached: readonly (readonly [partition: number, sequence: number])[];
  readonly states: readonly (StoredState & { readonly partition: number })[];
  readonly changes: readonly AlertChange[];
  /** What the rules that only record decided. Kept apart: no alert, no job, no event, nobody is told. */
  readonly shadowChanges?: readonly AlertChange[];
  /** UTC ms, for `createdAt` and the history. */
  readonly at: number;
}

/** An alert that is open about an asset (its subject is the asset), for a device that takes over from another. */
export interface OpenAlert {
  readonly alertId: string;
  readonly ruleId: string;
  readonly raisedAt: number;
}

/** Where the consumer group `rules` keeps what it has done. */
export abstract class RulesRecords {
  abstract positions(logId: string, floors: Positions): Promise<Positions>;
  /** All states of these partitions. */
  abstract states(partitions: readonly number[]): Promise<readonly StoredState[]>;
  abstract openAlerts(assetId: string): Promise<readonly OpenAlert[]>;
  /** The same of the rules that only record. */
  abstract openShadowAlerts(assetId: string): Promise<readonly OpenAlert[]>;
  abstract commit(commit: RulesCommit): Promise<void>;
}
