import {
  MaintenanceStore,
  type Alert,
  type AlertEntry,
  type AlertFilter,
  type AlertOutcome,
  type AlertSelection,
  type AlertsAssignment,
  type AlertsStep,
  type AlertTally,
  type Department,
  type DomainEvent,
  type Job,
  type JobChanges,
  type JobCounts,
  type JobEdit,
  type JobEvent,
  type JobFilter,
  type JobMove,
  type JobRefusal,
  type JobSelection,
  type NewJob,
} from '@stadtfunk/maintenance';
import type { Page } from '@stadtfunk/readings';
import { and, asc, desc, eq, isNull, sql } from 'drizzle-orm';
import { acknowledgeAlerts, assignAlerts } from './alert-bulk.ts';
import { listAlerts, tallyAlerts } from './alert-list.ts';
import type { Database } from './database.ts';
import { eventCursor, isBehind, isSettled, readEventCursor } from './event-cursor.ts';
import { changeJob, commentJob, editJob } from './job-change.ts';
import { createJob } from './job-creation.ts';
import { escalateJobs, flagUnprovenJobs } from './job-escalation.ts';
import { isUuid } from './page-cursor.ts';
import { query, transaction } from './query.ts';
import { jobColumns, toJob } from './job-columns.ts';
import { countJobs, listJobs } from './job-list.ts';
import { alertOf } from './rows.ts';
import { alerts, departments, jobHistory, jobs, outbox } from './schema.ts';
import { tell } from './tell.ts';

/** Alerts, jobs and their events in tables. Lists begin with the newest. */
export class PostgresMaintenanceStore extends MaintenanceStore {
  readonly #database: Database;

  constructor(database: Database) {
    super();
    this.#database = database;
  }

  override listAlerts(filter: AlertFilter): Promise<Page<AlertEntry>> {
    return listAlerts(this.#database, filter);
  }

  override tallyAlerts(selection: AlertSelection): Promise<readonly AlertTally[]> {
    return tallyAlerts(this.#database, selection);
  }

  override async findAlert(alertId: string): Promise<Alert | undefined> {
    if (!isUuid(alertId)) return undefined;
    const [row] = await query(this.#database, (drizzle) =>
      drizzle.select().from(alerts).where(eq(alerts.alertId, alertId)),
    );
    return row && alertOf(row);
  }

  override async acknowledgeAlert(alertId: string, actor: string, at: number): Promise<Alert | undefined> {
    if (!isUuid(alertId)) return undefined;
    return transaction(this.#database, async (tx) => {
      const [changed] = await tx
        .update(alerts)
        .set({ acknowledgedAt: new Date(at), acknowledgedBy: actor })
        .where(and(eq(alerts.alertId, alertId), isNull(alerts.acknowledgedAt)))
        .returning();
      if (!changed) {
        const [row] = await tx.select().from(alerts).where(eq(alerts.alertId, alertId));
        return row && alertOf(row);
      }
      const alert = alertOf(changed);
      await tell(tx, [{ type: 'alert.acknowledged', data: alert }], new Date(at));
      return alert;
    });
  }

  override acknowledgeAlerts(step: AlertsStep): Promise<readonly AlertOutcome[]> {
    return acknowledgeAlerts(this.#database, step);
  }

  override assignAlerts(step: AlertsAssignment): Promise<readonly AlertOutcome[]> {
    return assignAlerts(this.#database, step);
  }

  override listJobs(filter: JobFilter): Promise<Page<Job>> {
    return listJobs(this.#database, filter);
  }

  override countJobs(selection: JobSelection, now: number): Promise<JobCounts> {
    return countJobs(this.#database, selection, now);
  }

  override createJob(job: NewJob): Promise<Job | JobRefusal> {
    return createJob(this.#database, job);
  }

  override async findJob(jobId: string): Promise<Job | undefined> {
    if (!isUuid(jobId)) return undefined;
    const [row] = await query(this.#database, (drizzle) =>
      drizzle.select(jobColumns).from(jobs).where(eq(jobs.jobId, jobId)),
    );
    return row && toJob(row);
  }

  override async jobHistory(jobId: string): Promise<readonly JobEvent[]> {
    if (!isUuid(jobId)) return [];
    const rows = await query(this.#database, (drizzle) =>
      drizzle.select().from(jobHistory).where(eq(jobHistory.jobId, jobId)).orderBy(asc(jobHistory.entryId)),
    );
    return rows.map((row) => ({
      at: row.at.getTime(),
      actor: row.actor,
      action: row.action as JobEvent['action'],
      from: row.fromState as JobEvent['from'],
      to: row.toState as JobEvent['to'],
      note: row.note,
      ...(row.changes !== null && { changes: row.changes as JobChanges }),
    }));
  }

  override async moveJob(move: JobMove): Promise<Job | JobRefusal> {
    return changeJob(this.#database, move);
  }

  override async editJob(edit: JobEdit): Promise<Job | JobRefusal> {
    return editJob(this.#database, edit);
  }

  override commentJob(jobId: string, actor: string, at: number, note: string, requestKey?: string) {
    return commentJob(this.#database, { jobId, actor, at, note, ...(requestKey !== undefined && { requestKey }) });
  }

  override escalateOverdue(now: number, limit: number): Promise<number> {
    return escalateJobs(this.#database, now, limit);
  }

  override flagUnproven(doneBefore: number, now: number, limit: number): Promise<number> {
    return flagUnprovenJobs(this.#database, doneBefore, now, limit);
  }

  override async listDepartments(): Promise<readonly Department[]> {
    const rows = await query(this.#database, (drizzle) =>
      drizzle.select().from(departments).orderBy(asc(departments.departmentId)),
    );
    return rows.map((row) => ({ departmentId: row.departmentId, name: { de: row.nameDe, en: row.nameEn } }));
  }

  override async putDepartments(described: readonly Department[]): Promise<void> {
    if (described.length === 0) return;
    const rows = described.map(({ departmentId, name }) => ({ departmentId, nameDe: name.de, nameEn: name.en }));
    await query(this.#database, (drizzle) =>
      drizzle
        .insert(departments)
        .values(rows)
        .onConflictDoUpdate({
          target: departments.departmentId,
          set: { nameDe: sql`excluded.name_de`, nameEn: sql`excluded.name_en` },
        }),
    );
  }

  override async events(after: string | null, limit: number): Promise<readonly DomainEvent[]> {
    const where = and(isSettled, after === null ? undefined : isBehind(readEventCursor(after)));
    const rows = await query(this.#database, (drizzle) =>
      drizzle
        .select({
          tx: sql<string>`${outbox.tx}::text`,
          eventId: outbox.eventId,
          type: outbox.type,
          at: outbox.at,
          data: outbox.data,
        })
        .from(outbox)
        .where(where)
        .orderBy(asc(outbox.tx), asc(outbox.eventId))
        .limit(limit),
    );
    return rows.map((row) => ({
      cursor: eventCursor(row.tx, row.eventId),
      type: row.type,
      at: row.at.getTime(),
      data: row.data as DomainEvent['data'],
    }));
  }

  override async lastEvent(): Promise<string | null> {
    const [row] = await query(this.#database, (drizzle) =>
      drizzle
        .select({ tx: sql<string>`${outbox.tx}::text`, eventId: outbox.eventId })
        .from(outbox)
        .where(isSettled)
        .orderBy(desc(outbox.tx), desc(outbox.eventId))
        .limit(1),
    );
    return row ? eventCursor(row.tx, row.eventId) : null;
  }
}
