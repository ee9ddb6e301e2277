import type { RunKey } from './schedule-records.ts';

export interface TaskRun extends RunKey {
  /** Counts from 1. */
  readonly attempt: number;
  /** Aborted when this run was given to somebody else, because this process was paused or cut off: then it has to end. */
  readonly signal: AbortSignal;
}

/**
 * Does what is due. Resolves when all of it is done; whatever it throws has it tried again. May run again after a crash, so
 * what it does twice must come to the same; works in batches, each all or nothing, and looks at the signal in between.
 */
export type ScheduledTask = (run: TaskRun) => Promise<void>;

/** By the name of the schedule. */
export type ScheduledTasks = Readonly<Record<string, ScheduledTask>>;
