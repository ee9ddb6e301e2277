import { ACTIVE_JOB_STATES, OVERDUE_ACTOR, UNPROVEN_ACTOR, type JobEvent } from '@stadtfunk/maintenance';
import { and, asc, inArray, lte, type SQL, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { jobColumns, toJob } from './job-columns.ts';
import { writeHistory } from './job-steps.ts';
import { transaction } from './query.ts';
import { jobs } from './schema.ts';
import { tell } from './tell.ts';

/** Says of jobs that they are past their due time: mark, history and event in one transaction. */
export function escalateJobs(database: Database, now: number, limit: number): Promise<number> {
  return flag(database, now, limit, {
    where: and(
      // Written out, as the index has it.
      sql`${jobs.state} in (${sql.raw(ACTIVE_JOB_STATES.map((state) => `'${state}'`).join(', '))})`,
      sql`(${jobs.overdueAt} is null or ${jobs.overdueAt} < ${jobs.dueAt})`,
      lte(jobs.dueAt, new Date(now)),
    ),
    longest: jobs.dueAt,
    mark: 'overdueAt',
    actor: OVERDUE_ACTOR,
    action: 'escalate',
    type: 'job.overdue',
  });
}

/** Says of jobs that were done that no sensor has confirmed them, in the same way. */
export function flagUnprovenJobs(database: Database, doneBefore: number, now: number, limit: number): Promise<number> {
  return flag(database, now, limit, {
    where: and(
      // Written out, as the index has it.
      sql`${jobs.state} = 'done' and ${jobs.evidence} is null and ${jobs.unprovenAt} is null`,
      lte(jobs.closedAt, new Date(doneBefore)),
    ),
    longest: jobs.closedAt,
    mark: 'unprovenAt',
    actor: UNPROVEN_ACTOR,
    action: 'unproven',
    type: 'job.unproven',
  });
}

interface Flag extends Pick<JobEvent, 'actor' | 'action'> {
  readonly where: SQL | undefined;
  readonly longest: typeof jobs.dueAt | typeof jobs.closedAt;
  readonly mark: 'overdueAt' | 'unprovenAt';
  readonly type: string;
}

function flag(
  database: Database,
  now: number,
  limit: number,
  { where, longest, mark, actor, action, type }: Flag,
): Promise<number> {
  const at = new Date(now);
  return transaction(database, async (tx) => {
    const rows = await tx
      .select(jobColumns)
      .from(jobs)
      .where(where)
      .orderBy(asc(longest), asc(jobs.number))
      .limit(limit)
      // What somebody else flags or moves just now is for the next time.
      .for('update', { of: jobs, skipLocked: true });
    if (rows.length === 0) return 0;
    const flagged = rows.map((row) => ({ ...toJob(row), [mark]: now }));
    const jobIds = flagged.map(({ jobId }) => jobId);
    await tx
      .update(jobs)
      .set({ [mark]: at })
      .where(inArray(jobs.jobId, jobIds));
    await writeHistory(
      tx,
      flagged.map(({ jobId, state }) => [jobId, { at: now, actor, action, from: state, to: state, note: null }]),
    );
    await tell(
      tx,
      flagged.map((job) => ({ type, data: job })),
      at,
    );
    return flagged.length;
  });
}
