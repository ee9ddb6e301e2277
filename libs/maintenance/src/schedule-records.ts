import { lastDue, nextDue, type Schedule } from './schedule.ts';

/** How the runs of a schedule stand. Times are UTC ms. */
export interface ScheduledRun {
  readonly name: string;
  /** The due time that was taken up last. */
  readonly dueAt: number;
  /** When its run was done; null: it is still to be done. */
  readonly doneAt: number | null;
  /** Failed attempts since the last run that was done. */
  readonly attempts: number;
  /** Code or message of the last failure; null: the last attempt went well. */
  readonly lastError: string | null;
  /** When an attempt ended last, well or not; null: never. */
  readonly lastRunAt: number | null;
  /** Not to be tried again before; null: at once. */
  readonly retryAt: number | null;
  /** Somebody runs it now, or died of late. */
  readonly isHeld: boolean;
}

/** Which run of which schedule. */
export type RunKey = Pick<ScheduledRun, 'name' | 'dueAt'>;

/** `held`: by somebody else. `over`: it was done, or a later due time took its place. */
export type RunClaim = { readonly attempt: number } | 'held' | 'over';

/**
 * What was run and what is to be run, kept where all processes see it. Whoever runs holds the run for a time that he renews; by
 * the clock of the records, so that clocks of processes need not agree. What nobody renews is free again.
 */
export abstract class ScheduleRecords {
  abstract list(): Promise<readonly ScheduledRun[]>;
  /** Keeps a schedule that was never seen before, with nothing to catch up on. One that is known stays as it is. */
  abstract add(run: RunKey): Promise<void>;
  /** A run is to be done for a later due time, instead of one that is not done yet. False: others were faster, or it is held. */
  abstract takeUp(seen: RunKey, dueAt: number): Promise<boolean>;

  abstract claim(run: RunKey, holder: string, leaseMs: number): Promise<RunClaim>;
  /** False: the run is not this holder's any more, and he must stop. */
  abstract renew(run: RunKey, holder: string, leaseMs: number): Promise<boolean>;
  /** False, and nothing is changed, when the run is not this holder's any more; so with `fail`. */
  abstract complete(run: RunKey, holder: string, at: number): Promise<boolean>;
  abstract fail(run: RunKey, holder: string, failure: RunFailure): Promise<boolean>;
}

export interface RunFailure {
  readonly at: number;
  readonly error: string;
  readonly retryAt: number;
}

/** What has to be done about a schedule now. `run`: what was taken up waits to be run. */
export type ScheduleStep =
  | { readonly step: 'add' | 'takeUp'; readonly dueAt: number }
  | { readonly step: 'run'; readonly run: ScheduledRun }
  | { readonly step: 'none' };

/** Derived from the records alone. Of due times that were missed only the latest is run. */
export function nextStep(schedule: Schedule, run: ScheduledRun | undefined, now: number): ScheduleStep {
  if (!run) return { step: 'add', dueAt: lastDue(schedule, now) };
  if (run.isHeld) return { step: 'none' };
  if (nextDue(schedule, run.dueAt) <= now) return { step: 'takeUp', dueAt: lastDue(schedule, now) };
  const isWaiting = run.doneAt === null && (run.retryAt === null || run.retryAt <= now);
  return isWaiting ? { step: 'run', run } : { step: 'none' };
}
