import { ACTIVE_JOB_STATES, verifiedJob, withdrawnJob, type Job, type JobStep } from '@stadtfunk/maintenance';
import { and, getTableColumns, inArray, isNull, sql } from 'drizzle-orm';
import type { Clear } from './alert-changes.ts';
import { bulkRows, moment } from './bulk-rows.ts';
import { jobColumns, toJob } from './job-columns.ts';
import { writeSteps } from './job-steps.ts';
import { alertOf } from './rows.ts';
import { alerts, heldAlerts, jobs } from './schema.ts';
import type { Told } from './tell.ts';
import type { Writer } from './writer.ts';

/**
 * Ends alerts that are open. A job whose alerts are all over is confirmed by the sensor that measured it, also when
 * somebody has said before that it is done; a job that nobody can confirm any more is withdrawn.
 */
export async function clearAlerts(tx: Writer, clears: readonly Clear[], at: Date): Promise<readonly Told[]> {
  const first = new Map<string, Clear>();
  for (const clear of clears) if (!first.has(clear.alertId)) first.set(clear.alertId, clear);
  const ended = sql`json_to_recordset(${bulkRows(
    [...first.values()].map(({ alertId, clearedAt, reason, evidence, explanation }) => {
      return { id: alertId, at: clearedAt, reason, evidence, explanation };
    }),
  )}::json) as r(id uuid, at float8, reason text, evidence jsonb, explanation jsonb)`;
  const cleared = await tx
    .update(alerts)
    .set({
      clearedAt: sql.raw(moment('r.at')),
      clearReason: sql`r.reason`,
      clearedBy: sql`r.evidence`,
      explanation: sql`case when r.explanation is null then ${alerts.explanation}
                       else ${alerts.explanation} || jsonb_build_object('cleared', r.explanation) end`,
    })
    .from(ended)
    .where(and(sql`${alerts.alertId} = r.id`, isNull(alerts.clearedAt)))
    .returning(getTableColumns(alerts));
  if (cleared.length === 0) return [];
  const alertIds = cleared.map(({ alertId }) => alertId);
  const rows = new Map(cleared.map((row) => [row.alertId, row]));
  const ends = new Map(
    [...first].flatMap(([alertId, clear]) => {
      const row = rows.get(alertId);
      return row ? [[alertId, { ...clear, ruleId: row.ruleId }] as const] : [];
    }),
  );
  const untold = await forgetHeld(tx, alertIds);
  const closed = await closeJobs(tx, alertIds, ends, at);

  const told: Told[] = [];
  for (const { alertId } of first.values()) {
    const row = rows.get(alertId);
    if (row) told.push({ type: 'alert.cleared', data: alertOf(row), quiet: untold.has(alertId) });
  }
  return [...told, ...closed.map((job) => ({ type: 'job.changed', data: job }))];
}

/** Nothing waits any more. Gives the alerts that nobody outside was ever told of. */
async function forgetHeld(tx: Writer, alertIds: readonly string[]): Promise<ReadonlySet<string>> {
  const { alertId, told } = heldAlerts;
  const held = await tx
    .delete(heldAlerts)
    .where(inArray(alertId, [...alertIds]))
    .returning({ alertId, told });
  return new Set(held.flatMap((row) => (row.told ? [] : row.alertId)));
}

async function closeJobs(
  tx: Writer,
  alertIds: readonly string[],
  ends: ReadonlyMap<string, End>,
  at: Date,
): Promise<readonly Job[]> {
  const rows = await tx
    .select(jobColumns)
    .from(jobs)
    .where(
      and(
        inArray(jobs.state, [...ACTIVE_JOB_STATES, 'done']),
        sql`${jobs.jobId} in (select job_id from job_alerts where alert_id = any(${sql.param(alertIds)}::uuid[]))`,
        sql`not exists (select from job_alerts ja join alerts a on a.alert_id = ja.alert_id
                        where ja.job_id = "jobs"."job_id" and a.cleared_at is null)`,
      ),
    )
    .orderBy(jobs.number)
    .for('update');
  const steps: JobStep[] = [];
  for (const row of rows) {
    const before = toJob(row);
    const end = before.alertIds.flatMap((alertId) => ends.get(alertId) ?? []).at(-1);
    const step = end && closureOf(before, end, at.getTime());
    if (step) steps.push(step);
  }
  await writeSteps(tx, steps);
  return steps.map(({ job }) => job);
}

/** The end of an alert, with the rule that it was of. */
type End = Clear & { readonly ruleId: string };

/** How the end of its last alert ends a job; undefined: not at all. */
function closureOf(before: Job, { deviceId, evidence, ruleId, reason }: End, at: number): JobStep | undefined {
  return reason === 'measured'
    ? verifiedJob(before, { deviceId, evidence }, at)
    : withdrawnJob(before, { ruleId, reason }, at);
}
