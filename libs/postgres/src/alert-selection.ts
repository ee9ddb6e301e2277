import type { AlertSelection, AlertState } from '@stadtfunk/maintenance';
import { and, eq, gte, inArray, isNotNull, isNull, or, sql, type SQL } from 'drizzle-orm';
import { OWNERS } from './asset-owner.ts';
import { isUuid } from './page-cursor.ts';
import { alerts, assets } from './schema.ts';
import { anyHolds } from './text-search.ts';

/** Names written out, because inside of a subquery Drizzle may leave the table's name away. */
export const ownerOfAlert = sql`coalesce("assets"."department", case "assets"."type" ${OWNERS} end)`;

/** The jobs about an alert, or about the alert of the group that stands for it, as `ja` and `j`. */
export const jobsOfAlert = sql`job_alerts ja join jobs j on j.job_id = ja.job_id
  where ja.alert_id in ("alerts"."alert_id", "alerts"."group_alert_id")`;

const STATES: Readonly<Record<AlertState, SQL | undefined>> = {
  unacknowledged: and(isNull(alerts.clearedAt), isNull(alerts.suppression), isNull(alerts.acknowledgedAt)),
  acknowledged: and(isNull(alerts.clearedAt), isNull(alerts.suppression), isNotNull(alerts.acknowledgedAt)),
  shelved: and(isNull(alerts.clearedAt), eq(alerts.suppression, 'shelved')),
  suppressed: and(isNull(alerts.clearedAt), inArray(alerts.suppression, ['byDesign', 'outOfService'])),
  cleared: isNotNull(alerts.clearedAt),
};

/** What `alerts`, joined with `assets`, has to fulfil. */
export function isSelected(selection: AlertSelection): SQL | undefined {
  const { open, severities, states, words = [], since, alertIds } = selection;
  const isOf = <T>(value: T | undefined, test: (given: T) => SQL | undefined) =>
    value === undefined ? undefined : test(value);
  return and(
    isOf(open, (isOpen) => (isOpen ? isNull(alerts.clearedAt) : isNotNull(alerts.clearedAt))),
    isOf(severities, (any) => inArray(alerts.severity, [...any])),
    isOf(states, isInState),
    isOf(selection.ruleId, (id) => eq(alerts.ruleId, id)),
    isOf(selection.assetId, (id) => eq(alerts.assetId, id)),
    isOf(selection.deviceId, (id) => eq(alerts.deviceId, id)),
    isOf(selection.groupAlertId, (id) => (isUuid(id) ? eq(alerts.groupAlertId, id) : sql`false`)),
    isOf(selection.assetType, (type) => eq(assets.type, type)),
    isOf(selection.district, (district) => eq(assets.district, district)),
    isOf(selection.departments, isOfDepartment),
    isOf(since, (time) => gte(alerts.raisedAt, new Date(time))),
    isOf(alertIds, (ids) => inArray(alerts.alertId, ids.filter(isUuid))),
    ...words.map((word) => anyHolds(WORDS, word)),
  );
}

/** Said apart where none is over, because there is an index of those that are open. */
function isInState(states: readonly AlertState[]): SQL | undefined {
  if (states.length === 0) return sql`false`;
  const areOpen = states.includes('cleared') ? undefined : isNull(alerts.clearedAt);
  return and(areOpen, or(...states.map((state) => STATES[state])));
}

function isOfDepartment(departments: readonly string[]): SQL {
  const any = sql`any(${sql.param([...departments])}::text[])`;
  return sql`(${ownerOfAlert} = ${any} or exists (select from ${jobsOfAlert} and j.department = ${any}))`;
}

const WORDS = [
  sql`"alerts"."title"->>'de'`,
  sql`"alerts"."title"->>'en'`,
  sql`"alerts"."rule_id"`,
  sql`"alerts"."device_id"`,
  sql`"alerts"."asset_id"`,
  sql`"alerts"."subject"`,
  sql`"assets"."name"`,
  sql`"assets"."district"`,
  sql`"assets"."address"->>'streetAddress'`,
  sql`"assets"."attributes"->>'streetPoleNum'`,
  sql`"assets"."attributes"->>'serialNumber'`,
];
