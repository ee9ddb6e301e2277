import type { AssetType } from '@stadtfunk/devices';
import { ACTIVE_JOB_STATES, SEVERITIES, SituationSource, type SituationAsset } from '@stadtfunk/maintenance';
import { sql } from 'drizzle-orm';
import { departmentIn } from './asset-department.ts';
import type { Database } from './database.ts';
import { query } from './query.ts';

const RANK = sql.raw(`array_position(array[${SEVERITIES.map((severity) => `'${severity}'`).join(', ')}], l.severity)`);
const ACTIVE = sql.raw(ACTIVE_JOB_STATES.map((state) => `'${state}'`).join(', '));
const DEPARTMENT = sql.raw(departmentIn('a'));

interface Row extends Record<string, unknown> {
  readonly asset_id: string;
  readonly type: AssetType;
  readonly name: string | null;
  readonly longitude: number;
  readonly latitude: number;
  readonly district: string | null;
  readonly department: string;
  readonly alerts: SituationAsset['alerts'] | null;
  readonly job_ids: readonly string[] | null;
  readonly last_contact_ms: number | null;
}

/** All assets with their open alerts and jobs, put together by the database. */
export class PostgresSituation extends SituationSource {
  readonly #database: Database;

  constructor(database: Database) {
    super();
    this.#database = database;
  }

  override async read(departments: readonly string[] | null): Promise<readonly SituationAsset[]> {
    const wanted = departments === null ? sql`true` : sql`${DEPARTMENT} = any(${arrayOf(departments)})`;
    const { rows } = await query(this.#database, (drizzle) =>
      drizzle.execute<Row>(sql`
        with open_alerts as materialized (
          select l.alert_id, l.asset_id, l.severity, ${RANK} as rank, l.raised_at
          from alerts l where l.cleared_at is null and l.suppression is null and l.asset_id is not null
        ), alerts_of as (
          select asset_id,
            json_agg(json_build_object('alertId', alert_id, 'severity', severity) order by rank, raised_at, alert_id) as alerts
          from open_alerts group by asset_id
        ), active_jobs as materialized (
          select job_id, asset_id, created_at from jobs where state in (${ACTIVE})
        ), jobs_of as (
          select asset_id, array_agg(job_id::text order by created_at desc, job_id) as job_ids
          from (
            select asset_id, job_id, created_at from active_jobs where asset_id is not null
            union
            select o.asset_id, j.job_id, j.created_at
            from open_alerts o join job_alerts c using (alert_id) join active_jobs j on j.job_id = c.job_id
          ) as named group by asset_id
        ), contacts_of as (
          select b.asset_id, max(d.last_received_at) as at
          from bindings b join device_ledger d using (device_id) where b.unbound_at is null group by b.asset_id
        )
        select a.asset_id, a.type, a.name, a.district, ${DEPARTMENT} as department,
          (a.location #>> '{coordinates,0}')::float8 as longitude, (a.location #>> '{coordinates,1}')::float8 as latitude,
          l.alerts, j.job_ids, (extract(epoch from c.at) * 1000)::float8 as last_contact_ms
        from assets a
        left join alerts_of l using (asset_id) left join jobs_of j using (asset_id) left join contacts_of c using (asset_id)
        where ${wanted} order by a.asset_id`),
    );
    return rows.map(toSituationAsset);
  }
}

function toSituationAsset(row: Row): SituationAsset {
  return {
    assetId: row.asset_id,
    type: row.type,
    name: row.name,
    longitude: row.longitude,
    latitude: row.latitude,
    district: row.district,
    department: row.department,
    alerts: row.alerts ?? [],
    jobIds: row.job_ids ?? [],
    lastContactAt: row.last_contact_ms === null ? null : Math.round(row.last_contact_ms),
  };
}

function arrayOf(texts: readonly string[]) {
  return sql`array[${sql.join(
    texts.map((text) => sql`${text}`),
    sql`, `,
  )}]::text[]`;
}
