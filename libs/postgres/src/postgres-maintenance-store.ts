import {
  MaintenanceStore,
  type Alert,
  type AlertFilter,
  type Department,
  type DomainEvent,
  type Job,
  type JobChanges,
  type JobEdit,
  type JobEvent,
  type JobFilter,
  type JobMove,
  type JobRefusal,
} from '@stadtfunk/maintenance';
import type { Page } from '@stadtfunk/readings';
import { and, asc, desc, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { eventCursor, isBehind, isSettled, readEventCursor } from './event-cursor.ts';
import { changeJob, editJob } from './job-change.ts';
import { escalateJobs, flagUnprovenJobs } from './job-escalation.ts';
import { isUuid, pageCursor, readPageCursor, toPage } from './page-cursor.ts';
import { query, transaction } from './query.ts';
import { jobColumns, toJob } from './job-columns.ts';
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

  override async listAlerts(filter: AlertFilter): Promise<Page<Alert>> {
    const where = and(
      filter.open === undefined ? undefined : filter.open ? isNull(alerts.clearedAt) : isNotNull(alerts.clearedAt),
      filter.severity && eq(alerts.severity, filter.severity),
      filter.ruleId === undefined ? undefined : eq(alerts.ruleId, filter.ruleId),
      filter.assetId === undefined ? undefined : eq(alerts.assetId, filter.assetId),
      filter.deviceId === undefined ? undefined : eq(alerts.deviceId, filter.deviceId),
      filter.groupAlertId === undefined ? undefined : isMemberOf(filter.groupAlertId),
      filter.after === undefined
        ? undefined
        : sql`(${alerts.raisedAt}, ${alerts.alertId}) < ${timeAndId('alerts', filter.after)}`,
    );
    const rows = await query(this.#database, (drizzle) =>
      drizzle
        .select()
        .from(alerts)
        .where(where)
        .orderBy(desc(alerts.raisedAt), desc(alerts.alertId))
        .limit(filter.limit + 1),
    );
    return toPage(rows, filter.limit, alertOf, (row) => pageCursor('alerts', [row.raisedAt.getTime(), row.alertId]));
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

  override async listJobs(filter: JobFilter): Promise<Page<Job>> {
    const where = and(
      filter.states && inArray(jobs.state, [...filter.states]),
      filter.department === undefined ? undefined : eq(jobs.department, filter.department),
      filter.crew === undefined ? undefined : eq(jobs.crew, filter.crew),
      filter.assetId === undefined ? undefined : eq(jobs.assetId, filter.assetId),
      filter.after === undefined
        ? undefined
        : sql`(${jobs.createdAt}, ${jobs.jobId}) < ${timeAndId('jobs', filter.after)}`,
    );
    const rows = await query(this.#database, (drizzle) =>
      drizzle
        .select(jobColumns)
        .from(jobs)
        .where(where)
        .orderBy(desc(jobs.createdAt), desc(jobs.jobId))
        .limit(filter.limit + 1),
    );
    return toPage(rows, filter.limit, toJob, (row) => pageCursor('jobs', [row.createdAt.getTime(), row.jobId]));
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

  override async commentJob(jobId: string, actor: string, at: number, note: string): Promise<Job | undefined> {
    if (!isUuid(jobId)) return undefined;
    return transaction(this.#database, async (tx) => {
      // Locked, so that the history has the comment at the state in which it was made.
      const [row] = await tx.select(jobColumns).from(jobs).where(eq(jobs.jobId, jobId)).for('update');
      if (!row) return undefined;
      const job = toJob(row);
      const entry = { jobId, at: new Date(at), actor, action: 'comment', note };
      await tx.insert(jobHistory).values({ ...entry, fromState: job.state, toState: job.state });
      await tell(tx, [{ type: 'job.changed', data: job }], new Date(at));
      return job;
    });
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
      data: row.data as Alert | Job,
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

function isMemberOf(groupAlertId: string) {
  return isUuid(groupAlertId) ? eq(alerts.groupAlertId, groupAlertId) : sql`false`;
}

/** The keys in a cursor as a row to compare with. */
function timeAndId(list: string, cursor: string) {
  const [time, id] = readPageCursor(list, cursor, ['time', 'uuid']);
  return sql`(${new Date(Number(time)).toISOString()}::timestamptz, ${id}::uuid)`;
}
