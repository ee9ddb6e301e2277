import type { Alert, Evidence, Job, Text } from '@stadtfunk/maintenance';
import { getTableColumns, sql } from 'drizzle-orm';
import { jobs, type alerts } from './schema.ts';

/** A job's row with the alerts that it covers. */
export const jobColumns = {
  ...getTableColumns(jobs),
  // Names written out: of a single table Drizzle leaves the table's name away, and inside `job_alerts` it is needed.
  alertIds: sql<readonly string[]>`(
    select coalesce(json_agg(covered.alert_id order by covered.alert_id), '[]')
    from job_alerts covered where covered.job_id = "jobs"."job_id"
  )`,
};

export function toAlert(row: typeof alerts.$inferSelect): Alert {
  return {
    alertId: row.alertId,
    ruleId: row.ruleId,
    ruleVersion: row.ruleVersion,
    severity: row.severity as Alert['severity'],
    title: row.title as Text,
    subject: row.subject,
    assetId: row.assetId,
    deviceId: row.deviceId,
    raisedAt: row.raisedAt.getTime(),
    acknowledgedAt: row.acknowledgedAt?.getTime() ?? null,
    acknowledgedBy: row.acknowledgedBy,
    clearedAt: row.clearedAt?.getTime() ?? null,
    clearReason: row.clearReason as Alert['clearReason'],
    raisedBy: row.raisedBy as Evidence,
    clearedBy: row.clearedBy as Evidence | null,
  };
}

export function toJob(row: typeof jobs.$inferSelect & { readonly alertIds: readonly string[] }): Job {
  return {
    jobId: row.jobId,
    number: row.number,
    kind: row.kind,
    title: row.title as Text,
    department: row.department,
    assetId: row.assetId,
    deviceId: row.deviceId,
    priority: row.priority as Job['priority'],
    state: row.state as Job['state'],
    assignee: row.assignee,
    createdAt: row.createdAt.getTime(),
    dueAt: row.dueAt?.getTime() ?? null,
    closedAt: row.closedAt?.getTime() ?? null,
    evidence: row.evidence as Evidence | null,
    alertIds: row.alertIds,
    version: row.version,
  };
}
