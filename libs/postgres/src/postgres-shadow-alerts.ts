import type { ClearReason, Evidence, JobDraft, Severity, Text } from '@stadtfunk/maintenance';
import type { Page } from '@stadtfunk/readings';
import { ShadowAlerts, type ShadowAlert, type ShadowAlertFilter } from '@stadtfunk/rules';
import { and, desc, eq, isNotNull, isNull, or, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { isAssetOf, isNamed } from './department-limit.ts';
import { pageCursor, readPageCursor, toPage } from './page-cursor.ts';
import { query } from './query.ts';
import { shadowAlerts } from './schema.ts';

/** What rules in shadow mode have recorded, in a table of its own. */
export class PostgresShadowAlerts extends ShadowAlerts {
  readonly #database: Database;

  constructor(database: Database) {
    super();
    this.#database = database;
  }

  override async list(filter: ShadowAlertFilter): Promise<Page<ShadowAlert>> {
    const { clearedAt, raisedAt, alertId } = shadowAlerts;
    const where = and(
      filter.open === undefined ? undefined : filter.open ? isNull(clearedAt) : isNotNull(clearedAt),
      filter.severity === undefined ? undefined : eq(shadowAlerts.severity, filter.severity),
      filter.ruleId === undefined ? undefined : eq(shadowAlerts.ruleId, filter.ruleId),
      filter.assetId === undefined ? undefined : eq(shadowAlerts.assetId, filter.assetId),
      filter.deviceId === undefined ? undefined : eq(shadowAlerts.deviceId, filter.deviceId),
      filter.departments &&
        or(
          isAssetOf('"shadow_alerts"."asset_id"', filter.departments),
          isNamed(`"shadow_alerts"."job"->>'department'`, filter.departments),
        ),
      filter.after === undefined ? undefined : sql`(${raisedAt}, ${alertId}) < ${behind(filter.after)}`,
    );
    const rows = await query(this.#database, (drizzle) =>
      drizzle
        .select()
        .from(shadowAlerts)
        .where(where)
        .orderBy(desc(raisedAt), desc(alertId))
        .limit(filter.limit + 1),
    );
    return toPage(rows, filter.limit, toShadowAlert, (row) =>
      pageCursor('shadow-alerts', [row.raisedAt.getTime(), row.alertId]),
    );
  }

  override async purge(before: number, limit: number): Promise<number> {
    const time = sql`${new Date(before).toISOString()}::timestamptz`;
    // Raised before, too: by that there is an index.
    const purged = await query(this.#database, (drizzle) =>
      drizzle.execute(sql`
        delete from shadow_alerts where alert_id in (
          select alert_id from shadow_alerts where raised_at < ${time} and cleared_at < ${time}
          order by raised_at, alert_id limit ${limit})`),
    );
    return purged.rowCount ?? 0;
  }
}

function behind(cursor: string) {
  const [time, id] = readPageCursor('shadow-alerts', cursor, ['time', 'uuid']);
  return sql`(${new Date(Number(time)).toISOString()}::timestamptz, ${id}::uuid)`;
}

function toShadowAlert(row: typeof shadowAlerts.$inferSelect): ShadowAlert {
  return {
    ...row,
    severity: row.severity as Severity,
    title: row.title as Text,
    raisedAt: row.raisedAt.getTime(),
    clearedAt: row.clearedAt?.getTime() ?? null,
    clearReason: row.clearReason as ClearReason | null,
    raisedBy: row.raisedBy as Evidence,
    clearedBy: row.clearedBy as Evidence | null,
    job: row.job as JobDraft | null,
  };
}
