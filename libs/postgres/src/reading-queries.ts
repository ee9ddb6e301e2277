import {
  QUANTITIES,
  QUANTITY_NAMES,
  type AggregateQuery,
  type Moment,
  type QuantityName,
  type ReadingQuery,
  type StoredReading,
  type Subject,
} from '@stadtfunk/readings';
import { bulkRows, moment } from './bulk-rows.ts';

export type Statement = [text: string, values: unknown[]];

export interface ReadingRow {
  readonly device_id: string;
  /** UTC ms. */
  readonly at: number;
  readonly received: number;
  readonly clock: StoredReading['clock'];
  readonly quality: StoredReading['quality'];
  readonly values: StoredReading['values'];
}

const ASSET_QUANTITIES = QUANTITY_NAMES.filter((name) => QUANTITIES[name].of === 'asset');
/** UTC ms as a double, which holds them exactly. */
export const msOf = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;
const COLUMNS = `r.device_id, ${msOf('r.observed_at')} as at, ${msOf('r.received_at')} as received, r.clock, r.quality, r."values"`;

export function storedReadingOf(row: ReadingRow): StoredReading {
  return {
    deviceId: row.device_id,
    observedAt: row.at,
    receivedAt: row.received,
    clock: row.clock,
    quality: row.quality,
    values: row.values,
  };
}

/** The asked ones; else, of an asset, its own, without what only describes the sensor; else (null) any. */
export function wantedOf(subject: Subject, asked: readonly QuantityName[]): readonly QuantityName[] | null {
  if (asked.length > 0) return asked;
  return 'assetId' in subject ? ASSET_QUANTITIES : null;
}

export function findSql(moments: readonly Moment[]): Statement {
  const text = `
    select ${COLUMNS}
    from (select distinct d, o from json_to_recordset($1::json) as m(d text, o float8)) m
    join readings r on r.device_id = m.d and r.observed_at = ${moment('m.o')}`;
  return [text, [bulkRows(moments.map(({ deviceId, observedAt }) => ({ d: deviceId, o: observedAt })))]];
}

/** One row more than the limit, to see whether there is a next page. */
export function readingsSql(query: ReadingQuery, after: readonly (string | number)[] | undefined): Statement {
  const { subject, order, from, to, limit } = query;
  const wanted = wantedOf(subject, query.quantities);
  const direction = order === 'asc' ? '>' : '<';
  const behind = after ? `and (r.observed_at, r.device_id) ${direction} (to_timestamp($6 / 1000.0::float8), $7)` : '';
  const few = `${behind} order by r.observed_at ${order}, r.device_id ${order} limit $5`;
  const text = `select * from (${matching(subject, COLUMNS, few)}) r order by at ${order}, device_id ${order} limit $5`;
  const values = [idOf(subject), clampMs(from), clampMs(to), wanted, limit + 1];
  return [text, after ? [...values, ...after] : values];
}

export function aggregateSql(query: AggregateQuery): Statement {
  const { subject, bucket, from, to, limit } = query;
  const wanted = wantedOf(subject, query.quantities) ?? QUANTITY_NAMES;
  const start =
    'everyMs' in bucket
      ? `floor(${msOf('observed_at')} / $6::float8) * $6::float8`
      : `(extract(epoch from date_trunc('day', observed_at, $6::text)) * 1000)::float8`;
  const text = `
    with found as materialized (
      select ${start} as at, "values" from (${matching(subject, 'r.observed_at, r."values"', '')}) r
    ), few as (
      select distinct at from found order by at limit $5
    ), means as (
      select at, e.key as name, count(*)::int as count, avg(case jsonb_typeof(e.value)
          when 'number' then e.value::float8 when 'boolean' then e.value::boolean::int::float8 end) as mean
      from found cross join lateral jsonb_each("values") e
      where e.key = any($4::text[]) and at in (select at from few) group by at, e.key
    )
    select at, max(count) as count, json_object_agg(name, mean) as "values" from means group by at order by at`;
  return [
    text,
    [idOf(subject), clampMs(from), clampMs(to), wanted, limit, 'everyMs' in bucket ? bucket.everyMs : bucket.localDay],
  ];
}

/** The newest of each asset that says something about the asset itself. */
export function latestSql(assetIds: readonly string[]): Statement {
  const text = `
    select distinct on (a.asset_id) a.asset_id, r.*
    from (select distinct unnest($1::text[]) as asset_id) a
    join reading_sources s on s.asset_id = a.asset_id
    cross join lateral (
      select ${COLUMNS} from readings r
      where r.device_id = s.device_id and r.asset_id = s.asset_id and r."values" ?| $2::text[]
      order by r.observed_at desc limit 1
    ) r
    order by a.asset_id, r.at desc, r.device_id desc`;
  return [text, [assetIds, ASSET_QUANTITIES]];
}

/** The subject's readings in [$2, $3) that have any of the quantities $4; `tail` applies to each of its devices. */
function matching(subject: Subject, columns: string, tail: string): string {
  const select = `select ${columns} from readings r`;
  const where = `r.observed_at >= to_timestamp($2::float8 / 1000) and r.observed_at < to_timestamp($3::float8 / 1000)
    and ($4::text[] is null or r."values" ?| $4::text[]) ${tail}`;
  if ('deviceId' in subject) return `${select} where r.device_id = $1 and ${where}`;
  return `select m.* from reading_sources s cross join lateral (
    ${select} where r.device_id = s.device_id and r.asset_id = $1 and ${where}
  ) m where s.asset_id = $1`;
}

export const idOf = (subject: Subject): string => ('assetId' in subject ? subject.assetId : subject.deviceId);

/** A range may be asked for with ends that no timestamp can hold. */
const LAST_MS = 253_402_300_799_999;
export const clampMs = (time: number): number => Math.min(Math.max(time, -62_135_596_800_000), LAST_MS);
