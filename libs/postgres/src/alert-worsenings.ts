import {
  ACTIVE_JOB_STATES,
  JOB_PRIORITIES,
  SEVERITIES,
  worsenedJob,
  type JobPriority,
  type JobStep,
} from '@stadtfunk/maintenance';
import { and, inArray, sql, type SQL } from 'drizzle-orm';

import type { Worsen } from './alert-changes.ts';
import { bulkRows } from './bulk-rows.ts';
import { jobColumns, toJob } from './job-columns.ts';
import { writeSteps } from './job-steps.ts';
import { alertOf } from './rows.ts';
import { alerts, jobs } from './schema.ts';
import type { Told } from './tell.ts';
import type { Writer } from './writer.ts';

/** Lets the severities of open alerts rise, with the priorities of their jobs where the rules say so. */
export async function worsenAlerts(tx: Writer, worsenings: readonly Worsen[], at: Date): Promise<readonly Told[]> {
  const told: Told[] = [];
  // An alert that rises twice in one batch says so twice.
  for (let waiting = worsenings; waiting.length > 0;) {
    const first = new Map<string, Worsen>();
    const others: Worsen[] = [];
    for (const worsening of waiting) {
      if (first.has(worsening.alertId)) others.push(worsening);
      else first.set(worsening.alertId, worsening);
    }
    told.push(...(await worsenEach(tx, first, at)));
    waiting = others;
  }
  return told;
}

const RANK = ranking(SEVERITIES);
const PRIORITY_RANK = ranking(JOB_PRIORITIES);

function ranking(names: readonly string[]): SQL {
  return sql.raw(`array[${names.map((name) => `'${name}'`).join(', ')}]`);
}

async function worsenEach(tx: Writer, worsenings: ReadonlyMap<string, Worsen>, at: Date): Promise<readonly Told[]> {
  const { rows: risen } = await tx.execute<{ alert_id: string }>(sql`
    update alerts a set severity = r.severity,
      explanation = case when r.rise is null then a.explanation
                    else jsonb_set(a.explanation, '{worsened}', (a.explanation -> 'worsened') || r.rise) end
    from json_to_recordset(${bulkRows(
      [...worsenings.values()].map(({ alertId, severity, explanation }) => {
        return { id: alertId, severity, rise: explanation };
      }),
    )}::json) as r(id uuid, severity text, rise jsonb)
    where a.alert_id = r.id and a.cleared_at is null
      and array_position(${RANK}, r.severity) < array_position(${RANK}, a.severity)
    returning a.alert_id`);
  if (risen.length === 0) return [];
  const alertIds = risen.map((row) => row.alert_id);
  const found = await tx.select().from(alerts).where(inArray(alerts.alertId, alertIds));
  const rows = new Map(found.map((row) => [row.alertId, row]));
  const told: Told[] = [];
  const urgent = new Map<string, Urgency>();
  for (const { alertId, ruleId, priority } of worsenings.values()) {
    const row = rows.get(alertId);
    if (!row) continue;
    // Of an alert that is held back nobody outside is told that it has become worse, either: it comes out as it is then.
    told.push({ type: 'alert.worsened', data: alertOf(row), quiet: row.suppression !== null });
    if (priority !== null) urgent.set(alertId, { ruleId, priority });
  }
  if (urgent.size === 0) return told;
  await raiseDrafts(tx, urgent);
  return [...told, ...(await raisePriorities(tx, urgent, at))];
}

interface Urgency {
  readonly ruleId: string;
  readonly priority: JobPriority;
}

/** The jobs that alerts ask for that are held back. */
async function raiseDrafts(tx: Writer, urgent: ReadonlyMap<string, Urgency>): Promise<void> {
  const rows = bulkRows([...urgent].map(([id, { priority }]) => ({ id, priority })));
  await tx.execute(sql`
    update held_alerts h set job = jsonb_set(h.job, '{priority}', to_jsonb(r.priority))
    from json_to_recordset(${rows}::json) as r(id uuid, priority text)
    where h.alert_id = r.id and not h.told and jsonb_typeof(h.job) = 'object'
      and array_position(${PRIORITY_RANK}, r.priority) < array_position(${PRIORITY_RANK}, h.job ->> 'priority')`);
}

/** The jobs of these alerts that somebody has yet to do become as urgent, by alert. */
async function raisePriorities(tx: Writer, urgent: ReadonlyMap<string, Urgency>, at: Date): Promise<readonly Told[]> {
  const rows = await tx
    .select(jobColumns)
    .from(jobs)
    .where(
      and(
        inArray(jobs.state, [...ACTIVE_JOB_STATES]),
        sql`${jobs.jobId} in (select job_id from job_alerts where alert_id = any(${sql.param([...urgent.keys()])}::uuid[]))`,
      ),
    )
    .orderBy(jobs.number)
    .for('update', { of: jobs });
  const steps: JobStep[] = [];
  for (const row of rows) {
    let job = toJob(row);
    for (const [alertId, urgency] of urgent) {
      const step = job.alertIds.includes(alertId) ? worsenedJob(job, urgency, at.getTime()) : undefined;
      if (!step) continue;
      steps.push(step);
      job = step.job;
    }
  }
  for (const step of steps) await writeSteps(tx, [step]);
  return steps.map(({ job }) => ({ type: 'job.changed', data: job }));
}
