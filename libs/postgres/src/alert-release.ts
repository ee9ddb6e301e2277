import { absorbedJob, returnedJob, type JobDraft, type JobStep } from '@stadtfunk/maintenance';
import { and, asc, inArray, isNull, sql } from 'drizzle-orm';
import { openJobs, type Order } from './alert-raises.ts';
import { jobColumns, toJob } from './job-columns.ts';
import { writeSteps } from './job-steps.ts';
import { alertOf } from './rows.ts';
import { alerts, heldAlerts, jobs } from './schema.ts';
import type { Told } from './tell.ts';
import type { Writer } from './writer.ts';

/**
 * Lets alerts out that were kept back: each gets the job that it asks for, and everybody is told. Those of which somebody was
 * told before have their job still, or get it back from their group.
 */
export async function releaseAlerts(tx: Writer, alertIds: readonly string[], at: Date): Promise<readonly Told[]> {
  if (alertIds.length === 0) return [];
  const rows = await tx
    .update(alerts)
    .set({ suppression: null, suppressedUntil: null, groupAlertId: null })
    .where(and(inArray(alerts.alertId, [...alertIds]), isNull(alerts.clearedAt)))
    .returning();
  const held = await tx
    .select()
    .from(heldAlerts)
    .where(inArray(heldAlerts.alertId, [...alertIds]));
  const known = new Map(held.map((row) => [row.alertId, row]));
  const returned = await returnJobs(
    tx,
    held.filter(({ told }) => told).map(({ alertId }) => alertId),
    at,
  );
  const orders: Order[] = rows.flatMap((row) => {
    const { job: draft = null, told = true } = known.get(row.alertId) ?? {};
    return draft === null || told
      ? []
      : [{ raise: { ...row, raisedAt: row.raisedAt.getTime() }, draft: draft as JobDraft }];
  });
  const opened = await openJobs(tx, orders, at);
  await forget(tx, alertIds);
  return [...rows]
    .sort((a, b) => a.raisedAt.getTime() - b.raisedAt.getTime() || (a.alertId < b.alertId ? -1 : 1))
    .flatMap((row) => {
      const wasTold = known.get(row.alertId)?.told ?? true;
      const job = opened.get(row.alertId) ?? returned.get(row.alertId);
      return [{ type: wasTold ? 'alert.released' : 'alert.raised', data: alertOf(row) }, ...(job ? [job] : [])];
    });
}

/** Those that can become members of a group again are remembered until they are over. */
async function forget(tx: Writer, alertIds: readonly string[]): Promise<void> {
  await tx.delete(heldAlerts).where(and(inArray(heldAlerts.alertId, [...alertIds]), isNull(heldAlerts.groupKey)));
  await tx
    .update(heldAlerts)
    .set({ state: 'single', told: true, waitsUntil: null })
    .where(inArray(heldAlerts.alertId, [...alertIds]));
}

/** The job of a group takes the place of the jobs of these alerts that nobody has begun. */
export async function absorbJobs(
  tx: Writer,
  alertIds: readonly string[],
  ruleId: string,
  at: Date,
): Promise<readonly Told[]> {
  const steps = (await jobsOf(tx, alertIds)).flatMap((job) => absorbedJob(job, { ruleId }, at.getTime()) ?? []);
  await writeSteps(tx, steps);
  return steps.map(({ job }) => ({ type: 'job.changed', data: job }));
}

/** Jobs that a group had taken over are open again; those that a person has cancelled are not. By alert. */
async function returnJobs(tx: Writer, alertIds: readonly string[], at: Date): Promise<ReadonlyMap<string, Told>> {
  const cancelled = (await jobsOf(tx, alertIds)).filter(({ state }) => state === 'cancelled');
  if (cancelled.length === 0) return new Map();
  const { rows } = await tx.execute<{ job_id: string; actor: string }>(sql`
    select distinct on (job_id) job_id, actor from job_history
    where job_id = any(${sql.param(cancelled.map(({ jobId }) => jobId))}::uuid[])
    order by job_id, entry_id desc`);
  const cancelledBy = new Map(rows.map(({ job_id, actor }) => [job_id, actor]));
  const steps: JobStep[] = [];
  for (const job of cancelled) {
    const actor = cancelledBy.get(job.jobId) ?? '';
    const step = actor.startsWith('rule:') ? returnedJob(job, { ruleId: actor.slice(5) }, at.getTime()) : undefined;
    if (step) steps.push(step);
  }
  await writeSteps(tx, steps);
  const wanted = new Set(alertIds);
  return new Map(
    steps.flatMap(({ job }) => {
      const told = { type: 'job.changed', data: job };
      return job.alertIds.filter((alertId) => wanted.has(alertId)).map((alertId) => [alertId, told] as const);
    }),
  );
}

async function jobsOf(tx: Writer, alertIds: readonly string[]) {
  if (alertIds.length === 0) return [];
  const rows = await tx
    .select(jobColumns)
    .from(jobs)
    .where(sql`${jobs.jobId} in (select job_id from job_alerts where alert_id = any(${sql.param(alertIds)}::uuid[]))`)
    .orderBy(asc(jobs.number))
    .for('update', { of: jobs });
  return rows.map(toJob);
}
