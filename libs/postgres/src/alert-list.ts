import type {
  AlertEntry,
  AlertFilter,
  AlertJob,
  AlertOrder,
  AlertPlace,
  AlertSelection,
  AlertTally,
} from '@stadtfunk/maintenance';
import type { Page } from '@stadtfunk/readings';
import { and, asc, desc, eq, getTableColumns, isNull, sql, type SQL } from 'drizzle-orm';
import { isSelected, jobsOfAlert, ownerOfAlert } from './alert-selection.ts';
import type { Database } from './database.ts';
import { pageCursor, readPageCursor, toPage } from './page-cursor.ts';
import { query } from './query.ts';
import { alertOf, type AlertRow } from './rows.ts';
import { alerts, assets } from './schema.ts';

const weight = sql<number>`case "alerts"."severity" when 'critical' then 3 when 'major' then 2 when 'minor' then 1 else 0 end`;
const stateOfOpen = sql<AlertTally['state']>`case
  when "alerts"."suppression" = 'shelved' then 'shelved' when "alerts"."suppression" is not null then 'suppressed'
  when "alerts"."acknowledged_at" is null then 'unacknowledged' else 'acknowledged' end`;

const besides = {
  place: sql<AlertPlace | null>`case when "assets"."asset_id" is not null then json_build_object(
    'assetId', "assets"."asset_id", 'type', "assets"."type", 'name', "assets"."name", 'district', "assets"."district",
    'street', "assets"."address"->>'streetAddress') end`,
  departments: sql<readonly string[]>`(select coalesce(json_agg(d order by d), '[]') from (
    select ${ownerOfAlert} union select j.department from ${jobsOfAlert}) all_of_them(d) where d is not null)`,
  job: sql<AlertJob | null>`(select json_build_object('jobId', j.job_id, 'number', j.number, 'state', j.state,
      'department', j.department, 'priority', j.priority, 'assignee', j.assignee,
      'dueAt', (extract(epoch from j.due_at) * 1000)::float8)
    from ${jobsOfAlert}
    order by j.state in ('open', 'assigned', 'inProgress', 'waiting') desc, ja.alert_id = "alerts"."alert_id" desc, j.number desc
    limit 1)`,
};

/** The cursor of each order has a name of its own, so that none is taken for another. */
const LISTS: Readonly<Record<AlertOrder, string>> = {
  newest: 'alerts',
  oldest: 'alertsOldest',
  severity: 'alertsBySeverity',
};

const ORDERS: Readonly<Record<AlertOrder, readonly SQL[]>> = {
  newest: [desc(alerts.raisedAt), desc(alerts.alertId)],
  oldest: [asc(alerts.raisedAt), asc(alerts.alertId)],
  severity: [desc(weight), desc(alerts.raisedAt), desc(alerts.alertId)],
};

export async function listAlerts(database: Database, filter: AlertFilter): Promise<Page<AlertEntry>> {
  const { order = 'newest', explained = true, limit, after } = filter;
  const columns = {
    ...getTableColumns(alerts),
    explanation: explained ? sql<unknown>`"alerts"."explanation"` : sql<unknown>`null`,
    weight,
    ...besides,
  };
  const isBehind = after === undefined ? undefined : behind(order, after);
  const rows = await query(database, (drizzle) =>
    drizzle
      .select(columns)
      .from(alerts)
      .leftJoin(assets, eq(assets.assetId, alerts.assetId))
      .where(and(isSelected(filter), isBehind))
      .orderBy(...ORDERS[order])
      .limit(limit + 1),
  );
  return toPage(rows, limit, entryOf, (row) => {
    const keys = [row.raisedAt.getTime(), row.alertId];
    return pageCursor(LISTS[order], order === 'severity' ? [row.weight, ...keys] : keys);
  });
}

export async function tallyAlerts(database: Database, selection: AlertSelection): Promise<readonly AlertTally[]> {
  const rows = await query(database, (drizzle) =>
    drizzle
      .select({
        severity: alerts.severity,
        state: stateOfOpen,
        ruleId: alerts.ruleId,
        assetType: assets.type,
        district: assets.district,
        count: sql<number>`count(*)::int`,
      })
      .from(alerts)
      .leftJoin(assets, eq(assets.assetId, alerts.assetId))
      .where(and(isSelected(selection), isNull(alerts.clearedAt)))
      .groupBy(alerts.severity, stateOfOpen, alerts.ruleId, assets.type, assets.district),
  );
  return rows as readonly AlertTally[];
}

interface Besides {
  readonly place: AlertPlace | null;
  readonly departments: readonly string[];
  readonly job: AlertJob | null;
}

function entryOf({ place, departments, job, ...row }: AlertRow & Besides): AlertEntry {
  return { ...alertOf(row), place, departments, job };
}

function behind(order: AlertOrder, cursor: string): SQL {
  const raised = (time: unknown, id: unknown) =>
    sql`${new Date(Number(time)).toISOString()}::timestamptz, ${id as string}::uuid`;
  if (order === 'severity') {
    const [heavy, time, id] = readPageCursor(LISTS.severity, cursor, ['id', 'time', 'uuid']);
    return sql`(${weight}, ${alerts.raisedAt}, ${alerts.alertId}) < (${heavy}::int, ${raised(time, id)})`;
  }
  const [time, id] = readPageCursor(LISTS[order], cursor, ['time', 'uuid']);
  const than = order === 'newest' ? sql`<` : sql`>`;
  return sql`(${alerts.raisedAt}, ${alerts.alertId}) ${than} (${raised(time, id)})`;
}
