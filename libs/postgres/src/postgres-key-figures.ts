import {
  ACKNOWLEDGING_ACTIONS,
  KeyFigureSource,
  REPEAT_WITHIN_MS,
  type KeyFigureQuery,
  type KeyFigures,
} from '@stadtfunk/maintenance';
import { sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { query } from './query.ts';

const ACTIONS = sql.raw(ACKNOWLEDGING_ACTIONS.map((action) => `'${action}'`).join(', '));
const GROUPS = { department: sql.raw('j.department'), district: sql.raw('a.district') };

/** Key figures, counted by the database. */
export class PostgresKeyFigures extends KeyFigureSource {
  readonly #database: Database;

  constructor(database: Database) {
    super();
    this.#database = database;
  }

  override async list({ from, to, by, departments, zone, now }: KeyFigureQuery): Promise<readonly KeyFigures[]> {
    const isOwn = departments ? sql`j.department = any(${sql.param([...departments])}::text[])` : sql`true`;
    const moment = (ms: number) => sql`${new Date(ms).toISOString()}::timestamptz`;
    const { rows } = await query(this.#database, (drizzle) =>
      drizzle.execute<FigureRow>(sql`
        with facts as (
          select ${GROUPS[by]} as "group", to_char(j.created_at at time zone ${zone}, 'YYYY-MM') as month, j.state,
            ${msBetween('j.created_at', 'seen.at')} as acknowledged_ms,
            case when j.state in ('done', 'verified') then ${msBetween('j.created_at', 'j.closed_at')} end as repaired_ms,
            j.state <> 'cancelled' and j.due_at is not null
              and (j.state in ('done', 'verified') or j.due_at < ${moment(now)}) as is_due,
            coalesce(j.state in ('done', 'verified') and j.closed_at <= j.due_at, false) as is_kept,
            exists (
              select from job_history h
              where h.job_id = j.job_id and h.action = 'relapse' and h.from_state in ('done', 'verified')
            ) or exists (
              select from jobs e
              where e.asset_id = j.asset_id and e.kind = j.kind and e.job_id <> j.job_id
                and e.state in ('done', 'verified') and e.closed_at <= j.created_at
                and e.closed_at >= j.created_at - ${REPEAT_WITHIN_MS}::float8 * interval '1 millisecond'
            ) as is_repeated
          from jobs j
          left join assets a on a.asset_id = j.asset_id
          left join lateral (
            select min(at) as at from (
              select h.at from job_history h
              where h.job_id = j.job_id and h.action in (${ACTIONS}) and h.actor !~ '^(rule|sensor|schedule):'
              union all
              select al.acknowledged_at from job_alerts c join alerts al using (alert_id) where c.job_id = j.job_id
            ) as times
          ) as seen on true
          where j.created_at >= ${moment(from)} and j.created_at < ${moment(to)} and ${isOwn}
        )
        select "group", month, count(*)::int as jobs,
          count(*) filter (where state = 'cancelled')::int as cancelled,
          count(*) filter (where is_repeated)::int as repeated,
          count(*) filter (where is_due)::int as due,
          count(*) filter (where is_due and is_kept)::int as kept,
          count(acknowledged_ms)::int as acknowledged,
          percentile_cont(array[0.5, 0.9]) within group (order by acknowledged_ms) as acknowledge,
          count(repaired_ms)::int as repaired,
          percentile_cont(array[0.5, 0.9]) within group (order by repaired_ms) as repair
        from facts group by "group", month order by month, "group" collate "C" nulls last`),
    );
    return rows.map((row) => ({
      ...{ group: row.group, month: row.month, jobs: row.jobs, cancelled: row.cancelled, repeated: row.repeated },
      acknowledge: spreadOf(row.acknowledged, row.acknowledge),
      repair: spreadOf(row.repaired, row.repair),
      ...{ due: row.due, keptInTime: row.kept },
    }));
  }
}

type FigureRow = {
  readonly group: string | null;
  readonly month: string;
  readonly jobs: number;
  readonly cancelled: number;
  readonly repeated: number;
  readonly due: number;
  readonly kept: number;
  readonly acknowledged: number;
  readonly acknowledge: readonly (number | null)[] | null;
  readonly repaired: number;
  readonly repair: readonly (number | null)[] | null;
};

/** An alert may have been acknowledged before its job was opened. */
function msBetween(earlier: string, later: string) {
  return sql.raw(`case when ${later} is not null
    then greatest(0, extract(epoch from ${later} - ${earlier}) * 1000)::float8 end`);
}

function spreadOf(count: number, percentiles: readonly (number | null)[] | null) {
  const [median = null, p90 = null] = percentiles ?? [];
  const rounded = (value: number | null) => (value === null ? null : Math.round(value));
  return { count, medianMs: rounded(median), p90Ms: rounded(p90) };
}
