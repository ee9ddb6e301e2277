import {
  movedJob,
  type Alert,
  type AlertOutcome,
  type AlertsAssignment,
  type AlertsStep,
  type Job,
  type JobStep,
} from '@stadtfunk/maintenance';
import { and, asc, inArray, isNull, sql } from 'drizzle-orm';
import { noteChange } from './audit-scope.ts';
import type { Database } from './database.ts';
import { jobColumns, toJob } from './job-columns.ts';
import { writeSteps } from './job-steps.ts';
import { isUuid } from './page-cursor.ts';
import { transaction, type Transaction } from './query.ts';
import { alertOf, type AlertRow } from './rows.ts';
import { alerts, jobs } from './schema.ts';
import { tell } from './tell.ts';

/** The alerts that there are of these, by id, locked in the order of their ids: two that do so do not wait for each other in a ring. */
export async function lockAlerts(tx: Transaction, alertIds: readonly string[]): Promise<ReadonlyMap<string, AlertRow>> {
  const ids = alertIds.filter(isUuid);
  if (ids.length === 0) return new Map();
  const rows = await tx
    .select()
    .from(alerts)
    .where(inArray(alerts.alertId, ids))
    .orderBy(asc(alerts.alertId))
    .for('update');
  return new Map(rows.map((row) => [row.alertId, row]));
}

/** Why nothing can be done about an alert any more; undefined: it is open. */
export function goneOutcome(alertId: string, row: AlertRow | undefined): AlertOutcome | undefined {
  if (!row) return { alertId, outcome: 'gone', code: 'alert.unknown' };
  return row.clearedAt === null ? undefined : { alertId, outcome: 'gone', code: 'alert.cleared' };
}

export function acknowledgeAlerts(database: Database, step: AlertsStep): Promise<readonly AlertOutcome[]> {
  const { alertIds, actor } = step;
  const at = new Date(step.at);
  return transaction(database, async (tx) => {
    const known = await lockAlerts(tx, alertIds);
    const isNew = (row: AlertRow) => row.clearedAt === null && row.acknowledgedAt === null;
    const fresh = [...known.values()].filter(isNew).map(({ alertId }) => alertId);
    const changed = await acknowledge(tx, fresh, actor, at);
    if (changed.size > 0) noteChange(tx, { after: { acknowledged: [...changed.keys()] } });
    await tell(
      tx,
      alertIds.flatMap((alertId) => changed.get(alertId) ?? []).map((data) => ({ type: 'alert.acknowledged', data })),
      at,
    );
    return alertIds.map((alertId): AlertOutcome => {
      const row = known.get(alertId);
      const gone = goneOutcome(alertId, row);
      if (gone) return gone;
      // Asked again, as after an answer that was lost, it is done.
      const isDone = changed.has(alertId) || row?.acknowledgedBy === actor;
      return isDone
        ? { alertId, outcome: 'done', code: null }
        : { alertId, outcome: 'conflict', code: 'alert.acknowledged' };
    });
  });
}

async function acknowledge(
  tx: Transaction,
  alertIds: readonly string[],
  actor: string,
  at: Date,
): Promise<ReadonlyMap<string, Alert>> {
  if (alertIds.length === 0) return new Map();
  const rows = await tx
    .update(alerts)
    .set({ acknowledgedAt: at, acknowledgedBy: actor })
    .where(and(inArray(alerts.alertId, [...alertIds]), isNull(alerts.acknowledgedAt)))
    .returning();
  return new Map(rows.map((row) => [row.alertId, alertOf(row)]));
}

export function assignAlerts(
  database: Database,
  { alertIds, ...assignment }: AlertsAssignment,
): Promise<readonly AlertOutcome[]> {
  return transaction(database, async (tx) => {
    const known = await alertsBy(tx, alertIds);
    const covering = await activeJobs(
      tx,
      [...known.values()].flatMap(({ alertId, groupAlertId }) => groupAlertId ?? alertId),
    );
    const own = await activeJobs(tx, [...known.keys()]);
    const jobIdOf = ({ alertId, groupAlertId }: AlertRow) => own.get(alertId) ?? covering.get(groupAlertId ?? alertId);
    const wanted = [...new Set([...known.values()].flatMap((row) => jobIdOf(row) ?? []))];
    const moved = await assignJobs(tx, wanted, assignment);
    return alertIds.map((alertId): AlertOutcome => {
      const row = known.get(alertId);
      const jobId = row && jobIdOf(row);
      const outcome = jobId === undefined ? undefined : moved.get(jobId);
      if (outcome) return { alertId, ...outcome };
      return goneOutcome(alertId, row) ?? { alertId, outcome: 'conflict', code: 'alert.withoutJob' };
    });
  });
}

async function alertsBy(tx: Transaction, alertIds: readonly string[]): Promise<ReadonlyMap<string, AlertRow>> {
  const ids = alertIds.filter(isUuid);
  if (ids.length === 0) return new Map();
  const rows = await tx.select().from(alerts).where(inArray(alerts.alertId, ids));
  return new Map(rows.map((row) => [row.alertId, row]));
}

/** The newest job that is still to be done, by alert. */
async function activeJobs(tx: Transaction, alertIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (alertIds.length === 0) return new Map();
  const { rows } = await tx.execute<{ alert_id: string; job_id: string }>(sql`
    select distinct on (ja.alert_id) ja.alert_id, j.job_id from job_alerts ja join jobs j on j.job_id = ja.job_id
    where ja.alert_id = any(${sql.param([...alertIds])}::uuid[]) and j.state in ('open', 'assigned', 'inProgress', 'waiting')
    order by ja.alert_id, j.number desc`);
  return new Map(rows.map(({ alert_id, job_id }) => [alert_id, job_id]));
}

type Moved = Pick<AlertOutcome, 'outcome' | 'code'>;
const DONE: Moved = { outcome: 'done', code: null };

async function assignJobs(
  tx: Transaction,
  jobIds: readonly string[],
  { actor, at, assignee, departments }: Omit<AlertsAssignment, 'alertIds'>,
): Promise<ReadonlyMap<string, Moved>> {
  if (jobIds.length === 0) return new Map();
  const found = inArray(jobs.jobId, [...jobIds]);
  await tx.select({ jobId: jobs.jobId }).from(jobs).where(found).orderBy(asc(jobs.number)).for('update');
  // Asked again once they are locked, as they are then.
  const present = (await tx.select(jobColumns).from(jobs).where(found).orderBy(asc(jobs.number))).map(toJob);
  const outcomes = new Map<string, Moved>();
  const steps: JobStep[] = [];
  for (const job of present) {
    if (departments && !departments.includes(job.department)) {
      outcomes.set(job.jobId, { outcome: 'conflict', code: 'job.foreign' });
      continue;
    }
    const decided = isAssignedTo(job, assignee)
      ? null
      : movedJob(job, { jobId: job.jobId, action: 'assign', actor, at, assignee });
    if (decided?.ok === false) outcomes.set(job.jobId, { outcome: 'conflict', code: 'job.wrongState' });
    else outcomes.set(job.jobId, DONE);
    if (decided?.ok) steps.push(decided.value);
  }
  await writeSteps(tx, steps);
  const changed = new Set(steps.map(({ job }) => job.jobId));
  const asBefore = present.filter(({ jobId }) => changed.has(jobId));
  if (changed.size > 0) noteChange(tx, { before: assigned(asBefore), after: assigned(steps.map(({ job }) => job)) });
  await tell(
    tx,
    steps.map(({ job }) => ({ type: 'job.changed', data: job })),
    new Date(at),
  );
  return outcomes;
}

/** What an entry says of jobs that are given to somebody. */
function assigned(jobs: readonly Job[]) {
  return { jobs: jobs.map(({ jobId, number, state, assignee }) => ({ jobId, number, state, assignee })) };
}

/** Then there is nothing to do, as after an answer that was lost. */
function isAssignedTo(job: Job, assignee: string): boolean {
  return job.state === 'assigned' && job.assignee === assignee;
}
