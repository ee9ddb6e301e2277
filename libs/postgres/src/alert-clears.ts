import { ACTIVE_JOB_STATES, type Job, type JobEvent } from '@stadtfunk/maintenance';
import { and, inArray, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Clear } from './alert-changes.ts';
import { bulkRows, moment } from './bulk-rows.ts';
import { jobColumns, toJob } from './job-columns.ts';
import { alertOf } from './rows.ts';
import { alerts, jobHistory, jobs } from './schema.ts';
import type { Told } from './tell.ts';

const WITHDRAWN = {
  ruleRemoved: 'the rule was removed',
  rebound: 'the sensor was moved to another asset',
} as const;

/**
 * Ends alerts that are open. A job whose alerts are all over is confirmed by the sensor that measured it, also when
 * somebody has said before that it is done; a job that nobody can confirm any more is withdrawn.
 */
export async function clearAlerts(tx: NodePgDatabase, clears: readonly Clear[], at: Date): Promise<readonly Told[]> {
  const first = new Map<string, Clear>();
  for (const clear of clears) if (!first.has(clear.alertId)) first.set(clear.alertId, clear);
  const { rows: over } = await tx.execute<{ alert_id: string }>(sql`
    update alerts a set cleared_at = ${sql.raw(moment('r.at'))}, clear_reason = r.reason, cleared_by = r.evidence
    from json_to_recordset(${bulkRows(
      [...first.values()].map(({ alertId, clearedAt, reason, evidence }) => ({
        id: alertId,
        at: clearedAt,
        reason,
        evidence,
      })),
    )}::json) as r(id uuid, at float8, reason text, evidence jsonb)
    where a.alert_id = r.id and a.cleared_at is null
    returning a.alert_id`);
  if (over.length === 0) return [];
  const alertIds = over.map((row) => row.alert_id);
  const cleared = await tx.select().from(alerts).where(inArray(alerts.alertId, alertIds));
  const rows = new Map(cleared.map((row) => [row.alertId, row]));
  const ends = new Map(
    [...first].flatMap(([alertId, clear]) => {
      const row = rows.get(alertId);
      return row ? [[alertId, { ...clear, ruleId: row.ruleId }] as const] : [];
    }),
  );
  const closed = await closeJobs(tx, alertIds, ends, at);

  const told: Told[] = [];
  for (const { alertId } of first.values()) {
    const row = rows.get(alertId);
    if (row) told.push({ type: 'alert.cleared', data: alertOf(row) });
  }
  return [...told, ...closed.map((job) => ({ type: 'job.changed', data: job }))];
}

async function closeJobs(
  tx: NodePgDatabase,
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
  const closures: Closure[] = [];
  for (const row of rows) {
    const before = toJob(row);
    const end = before.alertIds.flatMap((alertId) => ends.get(alertId) ?? []).at(-1);
    const closure = end && closureOf(before, end, at.getTime());
    if (closure) closures.push(closure);
  }
  if (closures.length === 0) return [];
  await tx.execute(sql`
    update jobs j set state = r.state, evidence = r.evidence, closed_at = ${sql.raw(moment('r.at'))}, version = r.version
    from json_to_recordset(${bulkRows(
      closures.map(({ job }) => ({
        id: job.jobId,
        state: job.state,
        evidence: job.evidence,
        at: job.closedAt,
        version: job.version,
      })),
    )}::json) as r(id uuid, state text, evidence jsonb, at float8, version int)
    where j.job_id = r.id`);
  await tx.insert(jobHistory).values(
    closures.map(({ job, event: { from, to, ...same } }) => {
      return { ...same, jobId: job.jobId, at, fromState: from, toState: to };
    }),
  );
  return closures.map(({ job }) => job);
}

/** The end of an alert, with the rule that it was of. */
type End = Clear & { readonly ruleId: string };

interface Closure {
  readonly job: Job;
  readonly event: Omit<JobEvent, 'at'>;
}

/** How the end of its last alert ends a job; undefined: not at all. */
function closureOf(before: Job, end: End, at: number): Closure | undefined {
  const closed = { ...before, closedAt: before.closedAt ?? at, version: before.version + 1 };
  if (end.reason === 'measured') {
    const event = { actor: `sensor:${end.deviceId}`, action: 'verify', from: before.state, note: null } as const;
    return { job: { ...closed, state: 'verified', evidence: end.evidence }, event: { ...event, to: 'verified' } };
  }
  if (before.state === 'done') return undefined;
  const event = {
    actor: `rule:${end.ruleId}`,
    action: 'cancel',
    from: before.state,
    note: WITHDRAWN[end.reason],
  } as const;
  return { job: { ...closed, state: 'cancelled' }, event: { ...event, to: 'cancelled' } };
}
