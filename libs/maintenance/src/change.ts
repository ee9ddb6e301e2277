import type { ClearReason, Evidence, Severity, Text } from './alert.ts';
import type { ExplainedDecision, ExplainedRise, Explanation } from './explanation.ts';
import type { JobPriority } from './job.ts';
import type { Grouping } from './suppression/alert-group.ts';

/** The job that an alert asks for. */
export interface JobDraft {
  readonly jobId: string;
  readonly kind: string;
  readonly title: Text;
  readonly department: string;
  /** Absent: none. */
  readonly crew?: string;
  /** The department that the rule or the asset named, where the organisation has decided on another one since. */
  readonly draftedFor?: string;
  readonly priority: JobPriority;
  readonly dueAt: number | null;
  /** When the problem could be known, UTC ms: what due times count from. Absent: when the alert was raised. */
  readonly dueFrom?: number;
  /** How soon the problem must be back to open the job again; absent: `RELAPSE_WITHIN_MS`. */
  readonly reopenWithinMs?: number;
  /** Rules of the same problem: the active job of an open alert of theirs takes this one in. Absent: none. */
  readonly joins?: readonly string[];
}

/**
 * What the rules decided, with ids that follow from the decision, so that deciding again changes nothing.
 * A raise is void when an alert of the same subject and rule is open; a clear is void when its alert is not; a worsening
 * is void besides when the alert is that severe already.
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
      /** With which others it may be one problem. Absent: with none. */
      readonly grouping?: Grouping;
      /** Absent where nobody explains: it was not a rule that decided. */
      readonly explanation?: Explanation;
    }
  | {
      /** The severity rises: ITU-T X.733, trend indication `moreSevere`. */
      readonly type: 'worsen';
      readonly alertId: string;
      readonly ruleId: string;
      readonly severity: Severity;
      readonly worsenedAt: number;
      /** What the job's priority rises to, if it is lower; null: it stays. */
      readonly priority: JobPriority | null;
      readonly explanation?: ExplainedRise;
    }
  | {
      readonly type: 'clear';
      readonly alertId: string;
      readonly deviceId: string;
      readonly clearedAt: number;
      readonly reason: ClearReason;
      readonly evidence: Evidence | null;
      readonly explanation?: ExplainedDecision;
    };
