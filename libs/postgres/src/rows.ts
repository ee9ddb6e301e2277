import type {
  Alert,
  ClearReason,
  Evidence,
  Explanation,
  Job,
  JobPlace,
  JobPriority,
  JobState,
  Severity,
  SuppressionKind,
  Text,
} from '@stadtfunk/maintenance';
import { alerts, jobs } from './schema.ts';

/** Rows as Drizzle selects them: `typeof alerts.$inferSelect`. */
export type AlertRow = typeof alerts.$inferSelect;
export type JobRow = typeof jobs.$inferSelect;

const msOf = (time: Date | null): number | null => time?.getTime() ?? null;

/** An alert as the domain knows it. */
export function alertOf(row: AlertRow): Alert {
  return {
    alertId: row.alertId,
    ruleId: row.ruleId,
    ruleVersion: row.ruleVersion,
    severity: row.severity as Severity,
    title: row.title as Text,
    subject: row.subject,
    assetId: row.assetId,
    deviceId: row.deviceId,
    raisedAt: row.raisedAt.getTime(),
    acknowledgedAt: msOf(row.acknowledgedAt),
    acknowledgedBy: row.acknowledgedBy,
    clearedAt: msOf(row.clearedAt),
    clearReason: row.clearReason as ClearReason | null,
    raisedBy: row.raisedBy as Evidence,
    clearedBy: row.clearedBy as Evidence | null,
    ...(row.suppression !== null && {
      suppression: { kind: row.suppression as SuppressionKind, until: msOf(row.suppressedUntil) },
    }),
    ...(row.groupAlertId !== null && { groupAlertId: row.groupAlertId }),
    ...(row.members !== null && { members: row.members }),
    ...(row.explanation !== null && { explanation: row.explanation as Explanation }),
  };
}

/** A job as the domain knows it. Which alerts it covers stands in a table of its own. */
export function jobOf(row: JobRow, alertIds: readonly string[]): Job {
  return {
    jobId: row.jobId,
    number: row.number,
    kind: row.kind,
    title: row.title as Text,
    ...(row.description !== null && { description: row.description }),
    department: row.department,
    crew: row.crew,
    assetId: row.assetId,
    deviceId: row.deviceId,
    ...(row.place !== null && { place: row.place as JobPlace }),
    priority: row.priority as JobPriority,
    state: row.state as JobState,
    assignee: row.assignee,
    waitingFor: row.waitingFor,
    tags: row.tags,
    createdAt: row.createdAt.getTime(),
    dueAt: msOf(row.dueAt),
    overdueAt: msOf(row.overdueAt),
    closedAt: msOf(row.closedAt),
    evidence: row.evidence as Evidence | null,
    unprovenAt: msOf(row.unprovenAt),
    alertIds,
    version: row.version,
  };
}
