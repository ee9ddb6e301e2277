import type { JobEvent, JobStep } from '@stadtfunk/maintenance';
import { sql, type SQL } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { bulkRows, moment } from './bulk-rows.ts';

type Writer = Pick<NodePgDatabase, 'execute'>;

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
  const history = steps.map(({ job, event }) => [job.jobId, event] as const);
  await tx.execute(sql`with moved as (
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
    where j.job_id = r.id
  ) ${historyInsert(history, requestKey)}`);
}

export async function writeHistory(
  tx: Writer,
  entries: readonly (readonly [jobId: string, event: JobEvent])[],
  requestKey?: string,
): Promise<void> {
  await tx.execute(historyInsert(entries, requestKey));
}

/** What cannot be stored in what a person wrote is refused, not replaced as `bulkRows` does. */
function historyInsert(
  entries: readonly (readonly [jobId: string, event: JobEvent])[],
  requestKey: string | undefined,
): SQL {
  const rows = entries.map(([jobId, { at, actor, action, from, to, note, changes }]) => {
    return { id: jobId, at, actor, action, from_state: from, to_state: to, note, changes, key: requestKey };
  });
  return sql`insert into job_history (job_id, at, actor, action, from_state, to_state, note, changes, request_key)
    select h.id, ${sql.raw(moment('h.at'))}, h.actor, h.action, h.from_state, h.to_state, h.note, h.changes, h.key
    from json_to_recordset(${JSON.stringify(rows)}::json) as h(id uuid, at float8, actor text, action text, from_state text,
      to_state text, note text, changes jsonb, key text)`;
}
