import {
  ACTIVE_JOB_STATES,
  isRelapse,
  RELAPSE_WITHIN_MS,
  relapsedJob,
  type Job,
  type JobStep,
} from '@stadtfunk/maintenance';
import { asc, sql, type SQL } from 'drizzle-orm';
import type { Order } from './alert-raises.ts';
import { bulkRows, moment } from './bulk-rows.ts';
import { hasRoom, jobColumns, toJob } from './job-columns.ts';
import { writeSteps } from './job-steps.ts';
import { jobAlerts, jobs } from './schema.ts';
import type { Writer } from './writer.ts';

/**
 * Gives the jobs of problems that are back to the new alerts, by alert: jobs that are active although their alerts are over,
 * or that were done or verified not long ago.
 */
export async function relapse(tx: Writer, orders: readonly Order[], at: Date): Promise<ReadonlyMap<string, Job>> {
  if (orders.length === 0) return new Map();
  const found = candidatesOf(orders);
  // Locked, and judged again: somebody may have moved them meanwhile.
  const rows = await tx
    .select({
      job: jobColumns,
      alertId: sql<string>`found.alert_id`,
      clearedAt: sql<number>`(extract(epoch from found.cleared_at) * 1000)::float8`,
    })
    .from(jobs)
    .innerJoin(found, sql`found.job_id = ${jobs.jobId}`)
    .orderBy(asc(jobs.number))
    .for('update', { of: jobs });
  const known = new Map(rows.map(({ job }) => [job.jobId, toJob(job)]));
  const candidates = new Map(rows.map(({ alertId, job, clearedAt }) => [alertId, { jobId: job.jobId, clearedAt }]));
  const steps: (JobStep & { readonly alertId: string })[] = [];
  for (const { raise, draft } of orders) {
    const candidate = candidates.get(raise.alertId);
    const before = candidate && known.get(candidate.jobId);
    if (!before || !isRelapse(before, Math.round(candidate.clearedAt), raise.raisedAt, draft.reopenWithinMs)) continue;
    const { alertId, ruleId } = raise;
    const step = relapsedJob(before, { alertId, ruleId, dueAt: draft.dueAt }, at.getTime());
    known.set(before.jobId, step.job);
    steps.push({ ...step, alertId });
  }
  if (steps.length === 0) return new Map();
  await writeSteps(tx, steps);
  await tx.insert(jobAlerts).values(steps.map(({ job, alertId }) => ({ jobId: job.jobId, alertId })));
  return new Map(steps.map(({ job, alertId }) => [alertId, job]));
}

/** How far back the alerts of a problem are looked at: one that flaps has thousands. */
const LAST_ALERTS = 50;

/** The job of the last time, by alert: rows of `alert_id`, `job_id` and `cleared_at`, called `found`. */
function candidatesOf(orders: readonly Order[]): SQL {
  const active = sql.raw(ACTIVE_JOB_STATES.map((state) => `'${state}'`).join(', '));
  return sql`(
    select r.alert_id, candidate.job_id, candidate.cleared_at
    from json_to_recordset(${bulkRows(
      orders.map(({ raise: { alertId, subject, ruleId, raisedAt }, draft }) => ({
        alert_id: alertId,
        subject,
        rule_id: ruleId,
        since: raisedAt - (draft.reopenWithinMs ?? RELAPSE_WITHIN_MS),
      })),
    )}::json) as r(alert_id uuid, subject text, rule_id text, since float8)
    cross join lateral (
      select j.job_id, last.cleared_at
      from (
        select ja.job_id, max(a.cleared_at) as cleared_at
        from (
          select a.alert_id, a.cleared_at
          from alerts a
          where a.subject = r.subject and a.rule_id = r.rule_id and a.cleared_at is not null
          order by a.cleared_at desc
          limit ${sql.raw(String(LAST_ALERTS))}
        ) a
        -- "offset 0" keeps the planner from reading all of job_alerts for the few that are asked for.
        cross join lateral (select ja.job_id from job_alerts ja where ja.alert_id = a.alert_id offset 0) ja
        group by ja.job_id
      ) last
      join jobs j on j.job_id = last.job_id
      where (
          j.state in (${active})
          or (j.state in ('done', 'verified') and last.cleared_at >= ${sql.raw(moment('r.since'))})
        )
        and ${hasRoom('j')}
      order by j.state in (${active}) desc, last.cleared_at desc, j.number desc
      limit 1
    ) candidate
  ) found`;
}
