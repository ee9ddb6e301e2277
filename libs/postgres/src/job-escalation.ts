import { ACTIVE_JOB_STATES, OVERDUE_ACTOR } from '@stadtfunk/maintenance';
import { and, asc, inArray, lte, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { jobColumns, toJob } from './job-columns.ts';
import { transaction } from './query.ts';
import { jobHistory, jobs } from './schema.ts';
import { tell } from './tell.ts';

/** Says of jobs that they are past their due time: mark, history and event in one transaction. */
export function escalateJobs(database: Database, now: number, limit: number): Promise<number> {
  const at = new Date(now);
  return transaction(database, async (tx) => {
    const rows = await tx
      .select(jobColumns)
      .from(jobs)
      .where(
        and(
          // Written out, as the index has it.
          sql`${jobs.state} in (${sql.raw(ACTIVE_JOB_STATES.map((state) => `'${state}'`).join(', '))})`,
          sql`(${jobs.overdueAt} is null or ${jobs.overdueAt} < ${jobs.dueAt})`,
          lte(jobs.dueAt, at),
        ),
      )
      .orderBy(asc(jobs.dueAt), asc(jobs.number))
      .limit(limit)
      // What somebody else escalates or moves just now is for the next time.
      .for('update', { of: jobs, skipLocked: true });
    if (rows.length === 0) return 0;
    const overdue = rows.map(toJob);
    const jobIds = overdue.map(({ jobId }) => jobId);
    await tx.update(jobs).set({ overdueAt: at }).where(inArray(jobs.jobId, jobIds));
    await tx.insert(jobHistory).values(
      overdue.map(({ jobId, state }) => {
        return { jobId, at, actor: OVERDUE_ACTOR, action: 'escalate', fromState: state, toState: state };
      }),
    );
    await tell(
      tx,
      overdue.map((job) => ({ type: 'job.overdue', data: job })),
      at,
    );
    return overdue.length;
  });
}
