import type { Grain } from './roll-ups.ts';

export interface DueRollUp {
  readonly grain: Grain;
  /** UTC ms: an hour of UTC, or a local day. */
  readonly start: number;
}

/**
 * The hours and days that readings have changed and that are to be rolled up, again or for the first time. An hour is
 * noted by the commit that follows the writing of its readings; work claims it, does it, and finishes it. What is noted
 * while it is claimed stands beside the claim and stays; a claim that was not finished is given out again.
 */
export abstract class DueRollUps {
  abstract mark(grain: Grain, starts: readonly number[]): Promise<void>;
  /** What is due with a start in [from, to), claimed or not, in order of the starts. */
  abstract within(from: number, to: number): Promise<readonly DueRollUp[]>;
  /** The oldest that start before a moment, those first that were claimed and not finished; all of them are claimed now. */
  abstract claim(grain: Grain, before: number, limit: number): Promise<readonly number[]>;
  /** Ends claims and, in the same transaction, marks the days that are due because of them. */
  abstract finish(grain: Grain, starts: readonly number[], days: readonly number[]): Promise<void>;
  /** Runs work that only one process may do at a time; undefined when somebody else is at it. */
  abstract exclusively<T>(work: () => Promise<T>): Promise<T | undefined>;
}
