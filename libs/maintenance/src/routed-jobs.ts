import type { Severity } from './alert.ts';
import type { JobPriority } from './job.ts';

/** A job with what it was routed by. */
export interface RoutedJob {
  readonly jobId: string;
  readonly number: number;
  readonly kind: string;
  readonly priority: JobPriority;
  readonly department: string;
  readonly crew: string | null;
  /** Whom the rule or the asset named; null: it is not known. */
  readonly draftedFor: string | null;
  /** Of its first alert. */
  readonly severity: Severity | null;
  /** Of its asset. */
  readonly type: string | null;
  readonly district: string | null;
  /** Somebody has handed it over to another department or crew since. */
  readonly isDelegated: boolean;
}

/** Jobs as they look to those who think about other routes. */
export abstract class RoutedJobs {
  /** Newest first. */
  abstract latest(limit: number): Promise<readonly RoutedJob[]>;
}
