import type { JobEvent, JobStep } from '@stadtfunk/maintenance';
import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { bulkRows, moment } from './bulk-rows.ts';
import { jobHistory } from './schema.ts';

type Writer = Pick<NodePgDatabase, 'insert' | 'execute'>;

/**
 * What became of jobs whose rows are locked, with what their histories say of it. Their alerts stand elsewhere.
 * @param steps several of one job each begin where the last one ended
 * @param requestKey of the request that makes the only step
 */
export async function writeSteps(tx: Writer, steps: readonly JobStep[], requestKey?: string): Promise<void> {
  if (steps.length === 0) return;
  // The server would take any of several rows for one job.
  const last = new Map(steps.map(({ job }) => [job.jobId, job]));
  const time = (column: string) => sql.raw(moment(`r.${column}`));
  await tx.execute(sql`
    update jobs j set state = r.state, department = r.department, crew = r.crew, assignee = r.assignee, waiting_for = r.waiting_for, tags = r.tags,
      priority = r.priority, due_at = ${time('due_at')}, overdue_at = ${time('overdue_at')},
      closed_at = ${time('closed_at')}, evidence = r.evidence, unproven_at = ${time('unproven_at')}, version = r.version
    from json_to_recordset(${bulkRows(
      [...last.values()].map((job) => ({
        id: job.jobId,
        state: job.state,
        department: job.department,
        crew: job.crew,
        assignee: job.assignee,
        waiting_for: job.waitingFor,
        tags: job.tags,
        priority: job.priority,
        due_at: job.dueAt,
        overdue_at: job.overdueAt,
        closed_at: job.closedAt,
        evidence: job.evidence,
        unproven_at: job.unprovenAt,
        version: job.version,
      })),
    )}::json) as r(id uuid, state text, department text, crew text, assignee text, waiting_for text, tags text[], priority text, due_at float8,
      overdue_at float8, closed_at float8, evidence jsonb, unproven_at float8, version int)
    where j.job_id = r.id`);
  await writeHistory(
    tx,
    steps.map(({ job, event }) => [job.jobId, event]),
    requestKey,
  );
}

export async function writeHistory(
  tx: Writer,
  entries: readonly (readonly [jobId: string, event: JobEvent])[],
  requestKey?: string,
): Promise<void> {
  await tx.insert(jobHistory).values(
    entries.map(([jobId, { at, from, to, ...same }]) => {
      return { ...same, jobId, at: new Date(at), fromState: from, toState: to, requestKey: requestKey ?? null };
    }),
  );
}
