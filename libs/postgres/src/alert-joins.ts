import { ACTIVE_JOB_STATES, joinedJob, type Job } from '@stadtfunk/maintenance';
import { and, asc, inArray, sql } from 'drizzle-orm';
import type { Order } from './alert-raises.ts';
import { jobColumns, toJob } from './job-columns.ts';
import { writeSteps } from './job-steps.ts';
import { jobAlerts, jobs } from './schema.ts';
import type { Writer } from './writer.ts';

/** Gives an alert to the active job of an open alert that one of these rules has raised about the same; undefined: none. */
export async function join(
  tx: Writer,
  { raise, draft }: Order,
  rules: readonly string[],
  at: Date,
): Promise<Job | undefined> {
  const [row] = await tx
    .select(jobColumns)
    .from(jobs)
    .where(
      and(
        inArray(jobs.state, [...ACTIVE_JOB_STATES]),
        sql`${jobs.jobId} in (
          select ja.job_id from alerts a join job_alerts ja on ja.alert_id = a.alert_id
          where a.subject = ${raise.subject} and a.cleared_at is null and a.rule_id = any(${sql.param(rules)}::text[]))`,
      ),
    )
    .orderBy(asc(jobs.number))
    .limit(1)
    .for('update', { of: jobs });
  if (!row) return undefined;
  const { alertId, ruleId } = raise;
  const step = joinedJob(toJob(row), { alertId, ruleId, dueAt: draft.dueAt, priority: draft.priority }, at.getTime());
  await writeSteps(tx, [step]);
  await tx.insert(jobAlerts).values({ jobId: step.job.jobId, alertId });
  return step.job;
}
