import type { Result } from '@stadtfunk/kernel';
import {
  editedJob,
  movedJob,
  type Job,
  type JobEdit,
  type JobMove,
  type JobRefusal,
  type JobStep,
} from '@stadtfunk/maintenance';
import { and, eq } from 'drizzle-orm';
import type { Database } from './database.ts';
import { jobColumns, toJob } from './job-columns.ts';
import { writeHistory, writeSteps } from './job-steps.ts';
import { isUuid } from './page-cursor.ts';
import { transaction, type Transaction } from './query.ts';
import { departments, jobHistory, jobs } from './schema.ts';
import { tell, type Told } from './tell.ts';

/** Moves a job, with history and event in the same transaction, if it still has the version that it was seen at. */
export function changeJob(database: Database, move: JobMove): Promise<Job | JobRefusal> {
  return change(database, move, (job) => movedJob(job, move), move.department);
}

/** Changes a job that stays in its state, in the same way. */
export function editJob(database: Database, edit: JobEdit): Promise<Job | JobRefusal> {
  return change(database, edit, (job) => editedJob(job, edit));
}

/** Writes into the history of a job, whatever its state; its version stays. */
export function commentJob(
  database: Database,
  {
    jobId,
    actor,
    at,
    note,
    requestKey,
  }: Pick<JobMove, 'jobId' | 'actor' | 'at' | 'requestKey'> & { readonly note: string },
): Promise<Job | undefined> {
  if (!isUuid(jobId)) return Promise.resolve(undefined);
  return transaction(database, async (tx) => {
    // Locked, so that the history has the comment at the state in which it was made.
    const [row] = await tx.select(jobColumns).from(jobs).where(eq(jobs.jobId, jobId)).for('update', { of: jobs });
    if (!row) return undefined;
    const job = toJob(row);
    if (requestKey !== undefined && (await isDone(tx, jobId, requestKey))) return job;
    const { state } = job;
    await writeHistory(tx, [[jobId, { at, actor, action: 'comment', from: state, to: state, note }]], requestKey);
    await tell(tx, [{ type: 'job.changed', data: job }], new Date(at));
    return job;
  });
}

async function change(
  database: Database,
  { jobId, version, at, requestKey }: Pick<JobMove, 'jobId' | 'version' | 'at' | 'requestKey'>,
  decide: (job: Job) => Result<JobStep | null>,
  department?: string,
): Promise<Job | JobRefusal> {
  const unknown: JobRefusal = { code: 'job.unknown', detail: `there is no job ${jobId}` };
  if (!isUuid(jobId)) return unknown;
  return transaction(database, async (tx) => {
    const find = () => tx.select(jobColumns).from(jobs).where(eq(jobs.jobId, jobId));
    if (department !== undefined && !(await isDepartment(tx, department))) {
      return { code: 'department.unknown', detail: `there is no department '${department}'` };
    }
    const [seen] = await find().for('update', { of: jobs });
    if (!seen) return unknown;
    const before = toJob(seen);
    if (requestKey !== undefined && (await isDone(tx, jobId, requestKey))) return before;
    if (version !== undefined && version !== before.version) {
      return { code: 'job.conflict', detail: `job ${jobId} is at version ${before.version}, not ${version} any more` };
    }
    const decided = decide(before);
    if (!decided.ok) return { code: decided.error.code as JobRefusal['code'], detail: decided.error.detail };
    if (!decided.value) return before;
    await writeSteps(tx, [decided.value], requestKey);
    // Asked again: an alert may have been added while this waited for the row.
    const [row] = await find();
    const job = toJob(row!);
    await tell(tx, [{ type: 'job.changed', data: job }, ...departureOf(before, job)], new Date(at));
    return job;
  });
}

/** Whose job it is no more may not see it any more, and has to hear that it has gone. */
function departureOf(before: Job, { jobId, department }: Job): readonly Told[] {
  if (department === before.department) return [];
  return [{ type: 'job.left', data: { jobId, left: before.department }, quiet: true }];
}

/** Whether a request was done already. Its job has to be locked: two of the same may come at once. */
async function isDone(tx: Transaction, jobId: string, requestKey: string): Promise<boolean> {
  const isIt = and(eq(jobHistory.jobId, jobId), eq(jobHistory.requestKey, requestKey));
  return (await tx.$count(jobHistory, isIt)) > 0;
}

async function isDepartment(tx: Transaction, departmentId: string): Promise<boolean> {
  const found = await tx.$count(departments, eq(departments.departmentId, departmentId));
  return found > 0;
}
