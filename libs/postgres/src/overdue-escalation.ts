import {
  ACTIVE_JOB_STATES,
  OVERDUE_ACTOR,
  type EscalatedJob,
  type Escalation,
  type EscalationRecipient,
  type Job,
  type OverdueCursor,
  type OverdueJob,
  type OverdueReach,
  type ToldOverdue,
} from '@stadtfunk/maintenance';
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { bulkRows, moment } from './bulk-rows.ts';
import type { Database } from './database.ts';
import { jobColumns, toJob } from './job-columns.ts';
import { writeHistory } from './job-steps.ts';
import { isUuid } from './page-cursor.ts';
import { query, transaction } from './query.ts';
import { jobEscalations, jobs } from './schema.ts';
import { tell } from './tell.ts';

/** Written out, as the index has it. */
const isOverdue = sql.raw(
  `j.state in (${ACTIVE_JOB_STATES.map((state) => `'${state}'`).join(', ')}) and j.overdue_at >= j.due_at`,
);

/** Jobs that are overdue, with the steps that were told since that was said. */
export function overdueJobs(
  database: Database,
  reach: readonly OverdueReach[],
  now: number,
  limit: number,
  after: OverdueCursor | null,
): Promise<readonly OverdueJob[]> {
  const isFurther =
    !after || after.dueAt === null
      ? sql``
      : sql`and (j.due_at, j.job_id) > (${new Date(after.dueAt).toISOString()}::timestamptz, ${after.jobId}::uuid)`;
  return query(database, async (drizzle) => {
    const { rows } = await drizzle.execute<{ job_id: string; told_at: readonly number[] }>(sql`
      select j.job_id,
        (select coalesce(json_agg((extract(epoch from e.at) * 1000)::float8 order by e.step), '[]')
         from job_escalations e where e.job_id = j.job_id and e.overdue_at = j.overdue_at) as told_at
      from json_to_recordset(${bulkRows(
        reach.map(({ priority, afterMs, steps }) => ({ priority, before: now - afterMs, steps })),
      )}::json) as r(priority text, before float8, steps int)
      join jobs j on j.priority = r.priority and j.due_at <= ${sql.raw(moment('r.before'))}
      where ${isOverdue} ${isFurther}
        and (select count(*) from job_escalations e where e.job_id = j.job_id and e.overdue_at = j.overdue_at) < r.steps
      order by j.due_at, j.job_id
      limit ${limit}`);
    const found = new Map(rows.map((row) => [row.job_id, row.told_at]));
    if (found.size === 0) return [];
    const those = await drizzle
      .select(jobColumns)
      .from(jobs)
      .where(inArray(jobs.jobId, [...found.keys()]))
      .orderBy(asc(jobs.dueAt), asc(jobs.jobId));
    return those.map((row) => ({ job: toJob(row), toldAt: found.get(row.jobId)!.map(Math.round) }));
  });
}

/** One step: record, history and event in one transaction, or nothing of it. */
export function tellOverdueStep(
  database: Database,
  { jobId, overdueAt: since, dueAt }: Job,
  escalation: Escalation,
  time: number,
): Promise<boolean> {
  const at = new Date(time);
  const { step, to } = escalation;
  return transaction(database, async (tx) => {
    if (since === null || dueAt === null) return false;
    const overdueAt = new Date(since);
    // Locked, and judged again: somebody may have done it meanwhile, or put it off.
    const [row] = await tx
      .select(jobColumns)
      .from(jobs)
      .where(
        and(
          eq(jobs.jobId, jobId),
          inArray(jobs.state, [...ACTIVE_JOB_STATES]),
          eq(jobs.overdueAt, overdueAt),
          eq(jobs.dueAt, new Date(dueAt)),
        ),
      )
      .for('update', { of: jobs });
    if (!row) return false;
    const noted = await tx
      .insert(jobEscalations)
      .values({ jobId, overdueAt, step, at, department: row.department, recipients: [...to] })
      .onConflictDoNothing()
      .returning({ step: jobEscalations.step });
    if (noted.length === 0) return false;
    const job = toJob(row);
    const { state } = job;
    const note = stepText(escalation);
    await writeHistory(tx, [
      [jobId, { at: time, actor: OVERDUE_ACTOR, action: 'escalate', from: state, to: state, note }],
    ]);
    const data: EscalatedJob = { ...job, escalation };
    await tell(tx, [{ type: 'job.escalated', data }], at);
    return true;
  });
}

export async function toldOverdueSteps(database: Database, jobId: string): Promise<readonly ToldOverdue[]> {
  if (!isUuid(jobId)) return [];
  const rows = await query(database, (drizzle) =>
    drizzle
      .select()
      .from(jobEscalations)
      .where(eq(jobEscalations.jobId, jobId))
      .orderBy(asc(jobEscalations.at), asc(jobEscalations.step)),
  );
  return rows.map(({ step, overdueAt, at, department, recipients }) => ({
    step,
    overdueAt: overdueAt.getTime(),
    at: at.getTime(),
    department,
    to: recipients as readonly EscalationRecipient[],
  }));
}

/** What the history of a job says of a step. */
export function stepText({ step, to }: Pick<Escalation, 'step' | 'to'>): string {
  const names = to.map(({ role, name }) => `${name} (${role})`).join(', ');
  return `step ${step}: ${names === '' ? 'nobody to tell' : names}`;
}
