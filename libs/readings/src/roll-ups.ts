import type { QuantityName } from './quantities.ts';
import type { DataClass } from './retention.ts';
import type { Subject } from './telemetry-store.ts';

export type Grain = Exclude<DataClass, 'reading'>;

/** The values of one quantity in an hour or a day. Of a flag, `sum` counts how often it was true, and there are no extremes. */
export interface Total {
  readonly count: number;
  readonly sum: number;
  readonly min?: number;
  readonly max?: number;
}

export type Totals = { readonly [name in QuantityName]?: Total };
export type MutableTotals = { -readonly [name in QuantityName]?: Total };

/** One hour or day of a subject, over all pairs of asset and device that it is made of. */
export interface RollUp {
  /** UTC ms. */
  readonly start: number;
  readonly totals: Totals;
}

export interface RollUpQuery {
  readonly subject: Subject;
  readonly grain: Grain;
  /** UTC ms: the starts of what is asked for, from here (inclusive) to there (exclusive). */
  readonly from: number;
  readonly to: number;
  /** Only these. Empty: those of the subject's kind. */
  readonly quantities: readonly QuantityName[];
  readonly limit: number;
}

/**
 * Hours and days of readings, beside the telemetry store that has the readings themselves. There is one row for each pair
 * of asset and device that reported: an asset keeps its history over a change of its sensor, and a device has its own.
 * Faults as of the telemetry store.
 */
export abstract class RollUps {
  /** Makes one hour, [start, end), of everybody's readings. Again gives the same, or what has changed. Gives the rows. */
  abstract rollUpHour(start: number, end: number): Promise<number>;
  /** Makes one day, [start, end), of everybody's hours. */
  abstract rollUpDay(start: number, end: number): Promise<number>;
  /** Oldest first; those that have any of the quantities. */
  abstract read(query: RollUpQuery): Promise<readonly RollUp[]>;
  /** Whether anybody has an hour or a day that starts in [from, to). */
  abstract has(grain: Grain, from: number, to: number): Promise<boolean>;
  /** Starts of all hours, UTC ms in whole hours of UTC, in which there are readings. Slow: for a first start. */
  abstract hoursWithReadings(): Promise<readonly number[]>;
  /** Removes what is older than `before`, at most about `limit` rows; gives how many. 0 where the engine does it by itself. */
  abstract purge(dataClass: DataClass, before: number, limit: number): Promise<number>;
}
