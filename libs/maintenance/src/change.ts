import type { ClearReason, Evidence, Severity, Text } from './alert.ts';
import type { JobPriority } from './job.ts';

/** The job that an alert asks for. */
export interface JobDraft {
  readonly jobId: string;
  readonly kind: string;
  readonly title: Text;
  readonly department: string;
  readonly priority: JobPriority;
  readonly dueAt: number | null;
}

/**
 * What the rules decided, with ids that follow from the decision, so that deciding again changes nothing.
 * A raise is void when an alert of the same subject and rule is open; a clear is void when its alert is not.
 */
export type AlertChange =
  | {
      readonly type: 'raise';
      readonly alertId: string;
      readonly ruleId: string;
      readonly ruleVersion: string;
      readonly severity: Severity;
      readonly title: Text;
      readonly subject: string;
      readonly assetId: string | null;
      readonly deviceId: string;
      readonly raisedAt: number;
      readonly evidence: Evidence;
      readonly job: JobDraft | null;
    }
  | {
      readonly type: 'clear';
      readonly alertId: string;
      readonly deviceId: string;
      readonly clearedAt: number;
      readonly reason: ClearReason;
      readonly evidence: Evidence | null;
    };
