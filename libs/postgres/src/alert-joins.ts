import { ACTIVE_JOB_STATES, isActive, joinedJob, takesAlerts, type Job, type JobStep } from '@stadtfunk/maintenance';
import { asc, inArray, sql } from 'drizzle-orm';
import type { Order } from './alert-raises.ts';
import { bulkRows } from './bulk-rows.ts';
import { hasRoom, jobColumns, toJob } from './job-columns.ts';
import { writeSteps } from './job-steps.ts';
import { jobAlerts, jobs } from './schema.ts';
import type { Writer } from './writer.ts';

/**
 * Gives alerts to the active jobs of open alerts that one of the rules which they join has raised about the same.
 * @param orders of which no two are about the same
 * @returns the jobs, by alert; those that have found none are not there
 */
export async function joinJobs(tx: Writer, orders: readonly Order[], at: Date): Promise<ReadonlyMap<string, Job>> {
  const found = await findJobs(tx, orders);
  if (found.size === 0) return new Map();
  // Locked, and judged again: somebody may have moved them meanwhile.
  const rows = await tx
    .select(jobColumns)
    .from(jobs)
    .where(inArray(jobs.jobId, [...new Set(found.values())]))
    .orderBy(asc(jobs.number))
    .for('update', { of: jobs });
  const known = new Map(rows.map((row) => [row.jobId, toJob(row)]));
  const steps: (JobStep & { readonly alertId: string })[] = [];
  for (const { raise, draft } of orders) {
    const before = known.get(found.get(raise.alertId) ?? '');
    if (!before || !isActive(before.state) || !takesAlerts(before)) continue;
    const { alertId, ruleId } = raise;
    const { dueAt, priority } = draft;
    const step = joinedJob(before, { alertId, ruleId, dueAt, priority }, at.getTime());
    known.set(before.jobId, step.job);
    steps.push({ ...step, alertId });
  }
  if (steps.length === 0) return new Map();
  await writeSteps(tx, steps);
  await tx.insert(jobAlerts).values(steps.map(({ job, alertId }) => ({ jobId: job.jobId, alertId })));
  return new Map(steps.map(({ job, alertId }) => [alertId, job]));
}

/** The oldest such job, by alert. */
async function findJobs(tx: Writer, orders: readonly Order[]): Promise<ReadonlyMap<string, string>> {
  if (orders.length === 0) return new Map();
  const active = sql.raw(ACTIVE_JOB_STATES.map((state) => `'${state}'`).join(', '));
  const { rows } = await tx.execute<{ alert_id: string; job_id: string }>(sql`
    select r.alert_id, found.job_id
    from json_to_recordset(${bulkRows(
      orders.map(({ raise, draft }) => ({ alert_id: raise.alertId, subject: raise.subject, rules: draft.joins })),
    )}::json) as r(alert_id uuid, subject text, rules text[])
    cross join lateral (
      select j.job_id
      from alerts a join job_alerts ja on ja.alert_id = a.alert_id join jobs j on j.job_id = ja.job_id
      where a.subject = r.subject and a.cleared_at is null and a.rule_id = any(r.rules) and j.state in (${active})
        and ${hasRoom('j')}
      order by j.number
      limit 1
    ) found`);
  return new Map(rows.map((row) => [row.alert_id, row.job_id]));
}
