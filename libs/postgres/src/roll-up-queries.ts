import type { DataClass, Grain, RollUpQuery } from '@stadtfunk/readings';
import { wantedOf } from '@stadtfunk/readings';
import { clampMs, idOf, msOf, type Statement } from './reading-queries.ts';

const TABLES = { reading: 'readings', hour: 'reading_hours', day: 'reading_days' } as const;
const TIMES = { reading: 'observed_at', hour: 'start', day: 'start' } as const;
/** Block ranges as in the schema. */
const PAGES_PER_RANGE = 32;

const within = (column: string, from: string, to: string): string =>
  `${column} >= to_timestamp(${from}::float8 / 1000) and ${column} < to_timestamp(${to}::float8 / 1000)`;

export function removeSql(grain: Grain, start: number, end: number): Statement {
  return [`delete from ${TABLES[grain]} where ${within('start', '$1', '$2')}`, [start, end]];
}

/** One hour of everybody's readings. Of flags no extremes are kept. */
export function rollUpHourSql(start: number, end: number): Statement {
  const text = `
    insert into reading_hours (device_id, start, asset_id, totals)
    select device_id, to_timestamp($1::float8 / 1000), asset_id, jsonb_object_agg(name, total) from (
      select device_id, asset_id, name, case when bool_or(is_flag) then jsonb_build_array(count(*), sum(v))
        else jsonb_build_array(count(*), sum(v), min(v), max(v)) end as total
      from (
        select r.device_id, r.asset_id, e.key as name, jsonb_typeof(e.value) = 'boolean' as is_flag,
          case jsonb_typeof(e.value) when 'number' then e.value::float8
            when 'boolean' then e.value::boolean::int::float8 end as v
        from readings r cross join lateral jsonb_each(r."values") e
        where ${within('r.observed_at', '$1', '$2')}
      ) each_value group by device_id, asset_id, name
    ) each_total group by device_id, asset_id`;
  return [text, [start, end]];
}

/** One day of everybody's hours. */
export function rollUpDaySql(start: number, end: number): Statement {
  const text = `
    insert into reading_days (device_id, start, asset_id, totals)
    select device_id, to_timestamp($1::float8 / 1000), asset_id, jsonb_object_agg(name, total) from (
      select h.device_id, h.asset_id, e.key as name, ${merged('e.value')} as total
      from reading_hours h cross join lateral jsonb_each(h.totals) e
      where ${within('h.start', '$1', '$2')} group by h.device_id, h.asset_id, e.key
    ) each_total group by device_id, asset_id`;
  return [text, [start, end]];
}

/** Hours or days of a subject, over all its pairs of asset and device. */
export function rollUpsSql({ subject, grain, from, to, quantities, limit }: RollUpQuery): Statement {
  const table = TABLES[grain];
  const where = `${within('h.start', '$2', '$3')} and h.totals ?| $4::text[]`;
  const found =
    'deviceId' in subject
      ? `select h.start, h.totals from ${table} h where h.device_id = $1 and ${where}`
      : `select m.* from reading_sources s cross join lateral (
           select h.start, h.totals from ${table} h where h.device_id = s.device_id and h.asset_id = $1 and ${where}
         ) m where s.asset_id = $1`;
  const text = `
    with found as materialized (${found}),
    few as (select distinct start from found order by start limit $5)
    select ${msOf('start')} as at, json_object_agg(name, total) as totals from (
      select start, e.key as name, ${merged('e.value')} as total
      from found join few using (start) cross join lateral jsonb_each(totals) e
      where e.key = any($4::text[]) group by start, e.key
    ) each_total group by start order by start`;
  return [text, [idOf(subject), clampMs(from), clampMs(to), wantedOf(subject, quantities), limit]];
}

export function hasSql(grain: Grain, from: number, to: number): Statement {
  const text = `select exists (select from ${TABLES[grain]} where ${within('start', '$1', '$2')}) as has`;
  return [text, [clampMs(from), clampMs(to)]];
}

export const HOURS_WITH_READINGS = `
  select ${msOf(`date_bin('1 hour', observed_at, timestamptz '2000-01-01T00:00Z')`)} as at
  from readings group by 1 order by 1`;

/**
 * Removes old rows, and forgets what the block range index knew of their place: new rows will come to lie there, and a
 * range that spans years would be read for every hour. The next vacuum looks at them again.
 */
export function purgeSql(dataClass: DataClass, before: number, limit: number): Statement {
  const table = TABLES[dataClass];
  const text = `
    with gone as (
      delete from ${table} where ctid = any(array(
        select ctid from ${table} where ${TIMES[dataClass]} < to_timestamp($1::float8 / 1000) limit $2
      )) returning ctid
    ), forgotten as (
      select brin_desummarize_range('${table}_by_time', page) from (
        select distinct ((ctid::text::point)[0]::bigint / ${PAGES_PER_RANGE}) * ${PAGES_PER_RANGE} as page from gone
      ) pages
    )
    select (select count(*)::int from gone) as removed, (select count(*) from forgotten) as ranges`;
  return [text, [clampMs(before), limit]];
}

/** The total of several totals. */
function merged(total: string): string {
  const cell = (index: number) => `(${total}->>${index})::float8`;
  const extremes = `min(${cell(2)}), max(${cell(3)})`;
  const sums = `sum((${total}->>0)::bigint), sum(${cell(1)})`;
  return `case when min(${cell(2)}) is null then jsonb_build_array(${sums}) else jsonb_build_array(${sums}, ${extremes}) end`;
}
