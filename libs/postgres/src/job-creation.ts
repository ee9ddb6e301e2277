import type { Job, JobRefusal, NewJob } from '@stadtfunk/maintenance';
import { and, eq, isNull } from 'drizzle-orm';
import { noteChange } from './audit-scope.ts';
import type { Database } from './database.ts';
import { jobColumns, toJob } from './job-columns.ts';
import { writeHistory } from './job-steps.ts';
import { isUuid } from './page-cursor.ts';
import { transaction, type Transaction } from './query.ts';
import { alerts, departments, jobAlerts, jobs } from './schema.ts';
import { tell } from './tell.ts';

/** Opens a job that a person asks for, with history and event in the same transaction; the same job again is the one that is there. */
export function createJob(database: Database, asked: NewJob): Promise<Job | JobRefusal> {
  const { jobId, department, assignee, alertId, dueAt, actor, at, ...same } = asked;
  return transaction(database, async (tx) => {
    const find = () => tx.select(jobColumns).from(jobs).where(eq(jobs.jobId, jobId));
    const [present] = await find();
    if (present) return toJob(present);
    if ((await tx.$count(departments, eq(departments.departmentId, department))) === 0) {
      return { code: 'department.unknown', detail: `there is no department '${department}'` };
    }
    if (alertId !== null && !(await lockOpenAlert(tx, alertId))) {
      return { code: 'alert.closed', detail: 'the alert is over, or there is none of this id' };
    }
    const state = assignee === null ? 'open' : 'assigned';
    const times = { createdAt: new Date(at), dueAt: dueAt === null ? null : new Date(dueAt) };
    const made = await tx
      .insert(jobs)
      .values({ jobId, department, assignee, state, ...times, ...same })
      .onConflictDoNothing()
      .returning({ jobId: jobs.jobId });
    if (made.length > 0) {
      if (alertId !== null) await tx.insert(jobAlerts).values({ jobId, alertId });
      const changes = assignee === null ? {} : { changes: { assignee } };
      await writeHistory(tx, [[jobId, { at, actor, action: 'create', from: null, to: state, note: null, ...changes }]]);
    }
    const [row] = await find();
    const job = toJob(row!);
    if (made.length > 0) {
      noteChange(tx, { thing: { kind: 'job', id: jobId } });
      await tell(tx, [{ type: 'job.created', data: job }], new Date(at));
    }
    return job;
  });
}

/** Locked, so that it cannot be cleared before it has its job. */
async function lockOpenAlert(tx: Transaction, alertId: string): Promise<boolean> {
  if (!isUuid(alertId)) return false;
  const found = await tx
    .select({ alertId: alerts.alertId })
    .from(alerts)
    .where(and(eq(alerts.alertId, alertId), isNull(alerts.clearedAt)))
    .for('update');
  return found.length > 0;
}
