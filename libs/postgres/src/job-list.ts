import {
  ACTIVE_JOB_STATES,
  JOB_STATES,
  type Job,
  type JobCounts,
  type JobFilter,
  type JobSelection,
} from '@stadtfunk/maintenance';
import type { Page } from '@stadtfunk/readings';
import { and, asc, desc, eq, inArray, lt, sql, type SQL } from 'drizzle-orm';
import type { Database } from './database.ts';
import { jobColumns, toJob } from './job-columns.ts';
import { isStorable, LAST_TIME, pageCursor, readPageCursor, toPage } from './page-cursor.ts';
import { query } from './query.ts';
import { jobs } from './schema.ts';
import { anyHolds } from './text-search.ts';

/** What is due some day comes after all that has a due time. */
const dueOrNever = sql`coalesce(${jobs.dueAt}, ${timestamp(LAST_TIME)})`;

export async function listJobs(database: Database, filter: JobFilter): Promise<Page<Job>> {
  const { order = 'newest', limit, after } = filter;
  const isByDue = order === 'due';
  const list = isByDue ? 'jobsByDue' : 'jobs';
  const behind = after === undefined ? undefined : timeAndId(list, after);
  const rows = await query(database, (drizzle) =>
    drizzle
      .select(jobColumns)
      .from(jobs)
      .where(
        and(
          isSelected(filter),
          behind &&
            (isByDue
              ? sql`(${dueOrNever}, ${jobs.jobId}) > ${behind}`
              : sql`(${jobs.createdAt}, ${jobs.jobId}) < ${behind}`),
        ),
      )
      .orderBy(...(isByDue ? [asc(dueOrNever), asc(jobs.jobId)] : [desc(jobs.createdAt), desc(jobs.jobId)]))
      .limit(limit + 1),
  );
  return toPage(rows, limit, toJob, ({ jobId, createdAt, dueAt }) =>
    pageCursor(list, [isByDue ? (dueAt?.getTime() ?? LAST_TIME) : createdAt.getTime(), jobId]),
  );
}

export async function countJobs(database: Database, selection: JobSelection, now: number): Promise<JobCounts> {
  const isOverdue = and(inArray(jobs.state, [...ACTIVE_JOB_STATES]), lt(jobs.dueAt, new Date(now)));
  const rows = await query(database, (drizzle) =>
    drizzle
      .select({
        state: jobs.state,
        count: sql<number>`count(*)::int`,
        overdue: sql<number>`(count(*) filter (where ${isOverdue}))::int`,
      })
      .from(jobs)
      .where(isSelected(selection))
      .groupBy(jobs.state),
  );
  const counted = new Map(rows.map(({ state, count }) => [state, count]));
  return {
    states: Object.fromEntries(JOB_STATES.map((state) => [state, counted.get(state) ?? 0])) as JobCounts['states'],
    overdue: rows.reduce((sum, { overdue }) => sum + overdue, 0),
  };
}

function isSelected(selection: JobSelection): SQL | undefined {
  const { states, department, departments, crew, assignee, assetId, district, dueBefore, text } = selection;
  return and(
    states && inArray(jobs.state, [...states]),
    department === undefined ? undefined : eq(jobs.department, department),
    departments && inArray(jobs.department, [...departments]),
    crew === undefined ? undefined : eq(jobs.crew, crew),
    assignee === undefined ? undefined : eq(jobs.assignee, assignee),
    assetId === undefined ? undefined : eq(jobs.assetId, assetId),
    district === undefined ? undefined : isIn(district),
    dueBefore === undefined ? undefined : lt(jobs.dueAt, new Date(dueBefore)),
    text === undefined ? undefined : mentions(text),
  );
}

function isIn(district: string): SQL {
  return sql`(${jobs.place}->>'district' = ${district}
    or exists (select from assets a where a.asset_id = ${jobs.assetId} and a.district = ${district}))`;
}

function mentions(text: string): SQL {
  // What cannot be stored stands nowhere.
  if (!isStorable(text)) return sql`false`;
  const number = /^#?(\d{1,9})$/.exec(text)?.[1];
  return sql`(${number === undefined ? sql`false` : eq(jobs.number, Number(number))} or ${anyHolds(OF_JOB, text)}
    or exists (select from assets a where a.asset_id = ${jobs.assetId} and ${anyHolds(OF_ASSET, text)}))`;
}

const OF_JOB = [
  sql`${jobs.title}->>'de'`,
  sql`${jobs.title}->>'en'`,
  sql`${jobs.description}`,
  sql`${jobs.assignee}`,
  sql`${jobs.assetId}`,
  sql`${jobs.deviceId}`,
  sql`${jobs.place}->>'name'`,
];
const OF_ASSET = [sql`a.name`, sql`a.address->>'streetAddress'`, sql`a.attributes->>'streetPoleNum'`];

/** The keys in a cursor as a row to compare with. */
function timeAndId(list: string, cursor: string): SQL {
  const [time, id] = readPageCursor(list, cursor, ['time', 'uuid']);
  return sql`(${timestamp(Number(time))}, ${id}::uuid)`;
}

function timestamp(ms: number): SQL {
  return sql`${new Date(ms).toISOString()}::timestamptz`;
}
