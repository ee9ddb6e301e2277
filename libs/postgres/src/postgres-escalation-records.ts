import {
  ESCALATION_ACTOR,
  EscalationRecords,
  type Alert,
  type EscalatedAlert,
  type Escalation,
  type EscalationCursor,
  type EscalationReach,
  type EscalationRecipient,
  type Job,
  type OverdueCursor,
  type OverdueJob,
  type OverdueReach,
  type Severity,
  type ToldEscalation,
  type ToldOverdue,
  type UnacknowledgedAlert,
} from '@stadtfunk/maintenance';
import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { OWNERS } from './asset-owner.ts';
import { bulkRows, moment } from './bulk-rows.ts';
import type { Database } from './database.ts';
import { writeHistory } from './job-steps.ts';
import { overdueJobs, stepText, tellOverdueStep, toldOverdueSteps } from './overdue-escalation.ts';
import { isUuid } from './page-cursor.ts';
import { query, transaction, type Transaction } from './query.ts';
import { alertOf } from './rows.ts';
import { alertEscalations, alerts, jobAlerts, jobs } from './schema.ts';
import { tell } from './tell.ts';

/**
 * Nobody has seen it, it is not over, and nobody has taken its work; it is not held back, nor told as one of a group. Written out,
 * as the index has it.
 */
const isWaiting = sql`a.cleared_at is null and a.acknowledged_at is null and a.suppression is null and a.group_alert_id is null and not exists (
  select from job_alerts ja join jobs j on j.job_id = ja.job_id where ja.alert_id = a.alert_id and j.state <> 'open')`;

/** Steps of alerts that nobody acknowledges and of jobs that are overdue, in tables. */
export class PostgresEscalationRecords extends EscalationRecords {
  readonly #database: Database;

  constructor(database: Database) {
    super();
    this.#database = database;
  }

  override async unacknowledged(
    reach: readonly EscalationReach[],
    now: number,
    limit: number,
    after: EscalationCursor | null,
  ): Promise<readonly UnacknowledgedAlert[]> {
    const isFurther = after
      ? sql`and (a.raised_at, a.alert_id) > (${new Date(after.raisedAt).toISOString()}::timestamptz, ${after.alertId}::uuid)`
      : sql``;
    return query(this.#database, async (drizzle) => {
      const { rows } = await drizzle.execute<FoundRow>(sql`
        select a.alert_id,
          coalesce(
            (select j.department from job_alerts ja join jobs j on j.job_id = ja.job_id
             where ja.alert_id = a.alert_id order by j.number desc limit 1),
            (select coalesce(s.department, case s.type ${OWNERS} end) from assets s where s.asset_id = a.asset_id)
          ) as department,
          (select coalesce(json_agg((extract(epoch from e.at) * 1000)::float8 order by e.step), '[]')
           from alert_escalations e where e.alert_id = a.alert_id and e.severity = a.severity) as told_at
        from json_to_recordset(${bulkRows(
          reach.map(({ severity, afterMs, steps }) => ({ severity, before: now - afterMs, steps })),
        )}::json) as r(severity text, before float8, steps int)
        join alerts a on a.severity = r.severity and a.raised_at <= ${sql.raw(moment('r.before'))}
        where ${isWaiting} ${isFurther}
          and (select count(*) from alert_escalations e where e.alert_id = a.alert_id and e.severity = a.severity) < r.steps
        order by a.raised_at, a.alert_id
        limit ${limit}`);
      const found = new Map(rows.map((row) => [row.alert_id, row]));
      if (found.size === 0) return [];
      const those = await drizzle
        .select()
        .from(alerts)
        .where(inArray(alerts.alertId, [...found.keys()]))
        .orderBy(asc(alerts.raisedAt), asc(alerts.alertId));
      return those.map((row) => {
        const { department, told_at } = found.get(row.alertId)!;
        return { alert: alertOf(row), department, toldAt: told_at.map(Math.round) };
      });
    });
  }

  override tell({ alertId, severity }: Alert, escalation: Escalation, time: number): Promise<boolean> {
    const at = new Date(time);
    const { step, department, to } = escalation;
    return transaction(this.#database, async (tx) => {
      // Locked, and judged again: somebody may have acknowledged it meanwhile.
      const [row] = await tx
        .select()
        .from(alerts)
        .where(and(eq(alerts.alertId, alertId), eq(alerts.severity, severity), isNull(alerts.clearedAt)))
        .for('update');
      if (!row || !(await isStillWaiting(tx, alertId))) return false;
      const noted = await tx
        .insert(alertEscalations)
        .values({ alertId, severity, step, at, department, recipients: [...to] })
        .onConflictDoNothing()
        .returning({ step: alertEscalations.step });
      if (noted.length === 0) return false;
      await noteInJobs(tx, alertId, escalation, time);
      const data: EscalatedAlert = { ...alertOf(row), escalation };
      await tell(tx, [{ type: 'alert.escalated', data }], at);
      return true;
    });
  }

  override async told(alertId: string): Promise<readonly ToldEscalation[]> {
    if (!isUuid(alertId)) return [];
    const rows = await query(this.#database, (drizzle) =>
      drizzle
        .select()
        .from(alertEscalations)
        .where(eq(alertEscalations.alertId, alertId))
        .orderBy(asc(alertEscalations.at), asc(alertEscalations.step)),
    );
    return rows.map(({ step, severity, at, department, recipients }) => ({
      step,
      severity: severity as Severity,
      at: at.getTime(),
      department,
      to: recipients as readonly EscalationRecipient[],
    }));
  }

  override overdue(
    reach: readonly OverdueReach[],
    now: number,
    limit: number,
    after: OverdueCursor | null,
  ): Promise<readonly OverdueJob[]> {
    return overdueJobs(this.#database, reach, now, limit, after);
  }

  override tellOverdue(job: Job, escalation: Escalation, at: number): Promise<boolean> {
    return tellOverdueStep(this.#database, job, escalation, at);
  }

  override toldOverdue(jobId: string): Promise<readonly ToldOverdue[]> {
    return toldOverdueSteps(this.#database, jobId);
  }
}

type FoundRow = { alert_id: string; department: string | null; told_at: readonly number[] };

async function isStillWaiting(tx: Transaction, alertId: string): Promise<boolean> {
  const { rows } = await tx.execute(sql`select from alerts a where a.alert_id = ${alertId}::uuid and ${isWaiting}`);
  return rows.length > 0;
}

/** An alert has no history of its own; its jobs have. */
async function noteInJobs(tx: Transaction, alertId: string, escalation: Escalation, at: number): Promise<void> {
  const open = await tx
    .select({ jobId: jobs.jobId })
    .from(jobs)
    .innerJoin(jobAlerts, eq(jobAlerts.jobId, jobs.jobId))
    .where(and(eq(jobAlerts.alertId, alertId), eq(jobs.state, 'open')))
    .orderBy(asc(jobs.number));
  if (open.length === 0) return;
  const note = stepText(escalation);
  await writeHistory(
    tx,
    open.map(({ jobId }) => [
      jobId,
      { at, actor: ESCALATION_ACTOR, action: 'escalate', from: 'open', to: 'open', note },
    ]),
  );
}
