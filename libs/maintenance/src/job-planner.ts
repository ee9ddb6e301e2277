import type { Severity } from './alert.ts';
import type { JobDraft } from './change.ts';

/** What a job will be about. */
export interface JobOccasion {
  /** null: a person asks for it, and there is no alert. */
  readonly severity: Severity | null;
  /** When the alert was raised, or the person asked, UTC ms. */
  readonly raisedAt: number;
  /** Of the asset; null: there is none, or it is not known any more. */
  readonly type: string | null;
  readonly district: string | null;
}

/**
 * Decides to whom the jobs go that rules ask for, and until when they have to be done. Depends on its arguments alone, so that
 * a batch that is repeated after a crash comes to the same.
 */
export abstract class JobPlanner {
  abstract plan(draft: JobDraft, occasion: JobOccasion): JobDraft;
}
