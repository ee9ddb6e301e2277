import { sql, type SQL } from 'drizzle-orm';
import { departmentIn } from './asset-department.ts';

const isAny = (column: string, departments: readonly string[]) =>
  sql`${sql.raw(column)} = any(${sql.param([...departments])}::text[])`;

/** Whether an asset belongs to any of these departments. @param assetId SQL of its id, with the name of its table */
export function isAssetOf(assetId: string, departments: readonly string[]): SQL {
  return sql`exists (select from assets a where a.asset_id = ${sql.raw(assetId)} and ${isAny(departmentIn('a'), departments)})`;
}

/** Whether a device sits on an asset of any of these departments. */
export function isDeviceOf(deviceId: string, departments: readonly string[]): SQL {
  return sql`exists (select from bindings b join assets a on a.asset_id = b.asset_id
    where b.device_id = ${sql.raw(deviceId)} and b.unbound_at is null and ${isAny(departmentIn('a'), departments)})`;
}

/** Whether a job is done by any of these departments. */
export function isJobOf(jobId: string, departments: readonly string[]): SQL {
  return sql`exists (select from jobs j where j.job_id = ${sql.raw(jobId)} and ${isAny('j.department', departments)})`;
}

/** Whether an event concerns any of these departments: of a job its own, of an alert as in `alert-selection`. */
export function isEventOf(eventId: string, departments: readonly string[]): SQL {
  return sql`exists (select from outbox o where o.event_id = ${sql.raw(eventId)} and case
    when o.data->>'jobId' is not null then ${isAny(`o.data->>'department'`, departments)}
    else ${isAssetOf(`(o.data->>'assetId')`, departments)} or exists (
      select from job_alerts ja join jobs j on j.job_id = ja.job_id
      where ja.alert_id in ((o.data->>'alertId')::uuid, (o.data->>'groupAlertId')::uuid)
        and ${isAny('j.department', departments)}) end)`;
}

/** Whether a text of a row names any of these departments. */
export function isNamed(text: string, departments: readonly string[]): SQL {
  return isAny(text, departments);
}
