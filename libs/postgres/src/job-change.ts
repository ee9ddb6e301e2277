import { moveJob, type Job, type JobMove, type JobRefusal } from '@stadtfunk/maintenance';
import { Fault } from '@stadtfunk/kernel';
import { and, eq, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { isUuid } from './page-cursor.ts';
import { transaction, type Transaction } from './query.ts';
import { jobColumns, toJob } from './job-columns.ts';
import { jobHistory, jobs } from './schema.ts';
import { tell } from './tell.ts';

/** How often a move on "whatever version it is now" is tried when others change the job in between. */
const MOST_TRIES = 10;

/**
 * Moves a job if it still has the version that it was seen at, with history and event in the same transaction.
 * `assign` without an assignee is to the actor. A job that is done has no evidence until a sensor confirms it;
 * reopening takes back when and how it was closed, and who had it.
 */
export async function changeJob(database: Database, move: JobMove): Promise<Job | JobRefusal> {
  if (!isUuid(move.jobId)) return unknown(move);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const outcome = await transaction(database, (tx) => tryMove(tx, move));
    if (outcome !== 'overtaken') return outcome;
  }
  throw new Fault('records.conflict', `job ${move.jobId} changes faster than it can be moved`, true);
}

async function tryMove(tx: Transaction, move: JobMove): Promise<Job | JobRefusal | 'overtaken'> {
  const { jobId, action, actor, version, note = null } = move;
  const at = new Date(move.at);
  const [seen] = await tx.select(jobColumns).from(jobs).where(eq(jobs.jobId, jobId));
  if (!seen) return unknown(move);
  const before = toJob(seen);
  if (version !== undefined && version !== before.version) return conflict(move, before.version);
  const moved = moveJob(before.state, action);
  if (!moved.ok) return { code: 'job.wrongState', detail: moved.error.detail };

  const changed = await tx
    .update(jobs)
    .set({ state: moved.value, version: sql`${jobs.version} + 1`, ...fieldsOf(move, at) })
    .where(and(eq(jobs.jobId, jobId), eq(jobs.version, before.version)))
    .returning({ jobId: jobs.jobId });
  if (changed.length === 0) return 'overtaken';

  const [row] = await tx.select(jobColumns).from(jobs).where(eq(jobs.jobId, jobId));
  const job = toJob(row!);
  await tx.insert(jobHistory).values({ jobId, at, actor, action, fromState: before.state, toState: job.state, note });
  await tell(tx, [{ type: 'job.changed', data: job }], at);
  return job;
}

/** What an action changes besides state and version. */
function fieldsOf({ action, actor, assignee }: JobMove, at: Date): Partial<typeof jobs.$inferInsert> {
  switch (action) {
    case 'assign':
      return { assignee: assignee ?? actor };
    case 'start':
      return {};
    case 'done':
    case 'cancel':
      return { closedAt: at };
    case 'reopen':
      return { closedAt: null, evidence: null, assignee: null, overdueAt: null };
  }
}

function unknown({ jobId }: JobMove): JobRefusal {
  return { code: 'job.unknown', detail: `there is no job ${jobId}` };
}

function conflict({ jobId, version }: JobMove, present: number): JobRefusal {
  return { code: 'job.conflict', detail: `job ${jobId} is at version ${present}, not ${version} any more` };
}
