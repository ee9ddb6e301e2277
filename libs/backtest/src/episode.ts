import type { ClearReason, Severity, Text } from '@stadtfunk/maintenance';

/** The job that an alert would have made. */
export interface EpisodeJob {
  readonly jobId: string;
  readonly kind: string;
  readonly department: string;
  /** It is the job that the same problem had before, opened again. */
  readonly isReopened: boolean;
  /** It is the open job of another rule about the same subject (`joins`). */
  readonly isJoined: boolean;
}

/** An alert that would have been. Times are UTC ms in event time. */
export interface Episode {
  readonly alertId: string;
  readonly ruleId: string;
  readonly ruleVersion: string;
  /** The worst that it came to. */
  readonly severity: Severity;
  readonly title: Text;
  /** `asset:<id>`, `device:<id>` or, of a group, `group:<kind>:<what they have in common>`. */
  readonly subject: string;
  readonly assetId: string | null;
  readonly deviceId: string;
  readonly raisedAt: number;
  /** null: open at the end. */
  readonly clearedAt: number | null;
  readonly clearReason: ClearReason | null;
  /** The alert of the group behind which it stands or stood; null: there was none. */
  readonly groupAlertId: string | null;
  /** How many alerts stand or stood behind it; null: it is not the alert of a group. */
  readonly members: number | null;
  /** null: it asks for none, waits for others, or has that of its group. */
  readonly job: EpisodeJob | null;
}

/** A time, UTC ms: `from` inclusive, `to` exclusive. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

/** Whether an episode has a part in the period. */
export function touches({ raisedAt, clearedAt }: Episode, { from, to }: Period): boolean {
  return raisedAt < to && (clearedAt ?? Infinity) > from;
}

/** How much of an episode lies in the period, ms. */
export function withinMs({ raisedAt, clearedAt }: Episode, { from, to }: Period): number {
  return Math.max(0, Math.min(clearedAt ?? to, to) - Math.max(raisedAt, from));
}

/** Whether two episodes were there at the same time. */
export function overlap(a: Episode, b: Episode): boolean {
  return (
    (a.raisedAt < (b.clearedAt ?? Infinity) && b.raisedAt < (a.clearedAt ?? Infinity)) || a.raisedAt === b.raisedAt
  );
}
