import { JOB_PRIORITIES, movedJob, type JobPlace, type JobPriority } from '@stadtfunk/maintenance';
import type { Page } from '@stadtfunk/readings';
import {
  isAssignedSo,
  jobMoveOf,
  TourStore,
  type Position,
  type Tour,
  type TourCandidate,
  type TourAssignment,
  type TourChange,
  type TourFilter,
  type TourRefusal,
  type TourSaving,
} from '@stadtfunk/tours';
import { and, asc, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { noteChange } from './audit-scope.ts';
import type { Database } from './database.ts';
import { constraintOf } from './faults.ts';
import { jobColumns, toJob } from './job-columns.ts';
import { writeSteps } from './job-steps.ts';
import { isUuid, pageCursor, readPageCursor, toPage } from './page-cursor.ts';
import { query, transaction, type Transaction } from './query.ts';
import { assets, jobs, tours, tourStops } from './schema.ts';
import { tell } from './tell.ts';
import { withStops } from './tour-rows.ts';

/** States in which nobody has begun: only such jobs are planned, and assigned with a tour. */
const NOT_BEGUN = ['open', 'assigned'];
const CONFLICT: TourRefusal = {
  code: 'tour.conflict',
  detail: 'a job is on another tour by now, or is not to be done any more; plan again',
};

/** Tours in tables. What is still to be done on them is read from the jobs. */
export class PostgresTourStore extends TourStore {
  readonly #database: Database;

  constructor(database: Database) {
    super();
    this.#database = database;
  }

  override async candidates(department: string, today: string, limit: number): Promise<readonly TourCandidate[]> {
    const isHeld = sql`exists (
      select from tour_stops s join tours t using (tour_id)
      where s.job_id = ${jobs.jobId} and s.released_at is null and t.service_day >= ${today}
        and t.department = ${department}
    )`;
    const rank = sql`array_position(${sql.raw(`array[${JOB_PRIORITIES.map((each) => `'${each}'`).join(', ')}]`)}, ${jobs.priority})`;
    const rows = await query(this.#database, (drizzle) =>
      drizzle
        .select({
          jobId: jobs.jobId,
          number: jobs.number,
          priority: jobs.priority,
          dueAt: jobs.dueAt,
          assetId: jobs.assetId,
          district: assets.district,
          location: assets.location,
          place: jobs.place,
        })
        .from(jobs)
        .leftJoin(assets, eq(assets.assetId, jobs.assetId))
        .where(and(eq(jobs.department, department), inArray(jobs.state, NOT_BEGUN), sql`not ${isHeld}`))
        .orderBy(rank, sql`${jobs.dueAt} nulls last`, asc(jobs.number))
        .limit(limit),
    );
    return rows.map(({ location, place, district, dueAt, priority, ...same }) => ({
      ...same,
      priority: priority as JobPriority,
      dueAt: dueAt?.getTime() ?? null,
      district: district ?? (place as JobPlace | null)?.district ?? null,
      position: positionOf(location) ?? (place as JobPlace | null)?.position ?? null,
    }));
  }

  override async save({ tours: planned, actor, at, today }: TourSaving): Promise<readonly Tour[] | TourRefusal> {
    const jobIds = planned.flatMap(({ stops }) => stops.map(({ jobId }) => jobId));
    if (jobIds.length === 0) return [];
    try {
      return await transaction(this.#database, async (tx) => {
        const owners = new Map(
          planned.flatMap(({ department, stops }) => stops.map((stop) => [stop.jobId, department])),
        );
        const ready = await tx
          .select({ jobId: jobs.jobId, state: jobs.state, department: jobs.department })
          .from(jobs)
          .where(inArray(jobs.jobId, jobIds))
          .orderBy(asc(jobs.jobId))
          .for('update');
        const isFree = (job: (typeof ready)[number]) =>
          NOT_BEGUN.includes(job.state) && owners.get(job.jobId) === job.department;
        if (ready.length < jobIds.length || !ready.every(isFree)) return CONFLICT;
        await tx.execute(sql`
          update tour_stops s set released_at = ${new Date(at).toISOString()}::timestamptz
          from tours t, jobs j
          where t.tour_id = s.tour_id and j.job_id = s.job_id and s.released_at is null
            and (t.service_day < ${today} or t.department <> j.department)
            and ${inArray(sql`s.job_id`, jobIds)}`);
        const rows = [];
        for (const { stops, department, area, serviceDay, depot } of planned) {
          const about = { department, area, serviceDay, depot, createdAt: new Date(at), createdBy: actor };
          const [row] = await tx.insert(tours).values(about).returning();
          rows.push(row!);
          await tx.insert(tourStops).values(
            stops.map(({ jobId, position, fillingLevel }, index) => {
              return { tourId: row!.tourId, jobId, position: index + 1, ...position, fillingLevel };
            }),
          );
        }
        const saved = await withStops(tx, rows);
        noteChange(tx, {
          after: { tours: saved.map(({ tourId, number, stops }) => ({ tourId, number, stops: stops.length })) },
        });
        return saved;
      });
    } catch (thrown) {
      if (constraintOf(thrown) === 'tour_stops_one_open') return CONFLICT;
      throw thrown;
    }
  }

  override async list({ department, departments, serviceDay, limit, after }: TourFilter): Promise<Page<Tour>> {
    return query(this.#database, async (drizzle) => {
      const rows = await drizzle
        .select()
        .from(tours)
        .where(
          and(
            department === undefined ? undefined : eq(tours.department, department),
            departments && inArray(tours.department, [...departments]),
            serviceDay === undefined ? undefined : eq(tours.serviceDay, serviceDay),
            after === undefined ? undefined : sql`(${tours.serviceDay}, ${tours.number}) < ${dayAndNumber(after)}`,
          ),
        )
        .orderBy(desc(tours.serviceDay), desc(tours.number))
        .limit(limit + 1);
      const shown = await withStops(drizzle, rows.slice(0, limit));
      const page = toPage(
        rows,
        limit,
        (row) => row.tourId,
        (row) => pageCursor('tours', [Date.parse(row.serviceDay), row.number]),
      );
      return { items: shown, next: page.next };
    });
  }

  override async find(tourId: string): Promise<Tour | undefined> {
    if (!isUuid(tourId)) return undefined;
    return query(this.#database, async (drizzle) => {
      const [tour] = await withStops(drizzle, await drizzle.select().from(tours).where(eq(tours.tourId, tourId)));
      return tour;
    });
  }

  override assign(change: TourAssignment): Promise<Tour | TourRefusal> {
    const { assignee = null, at, tourId } = change;
    return this.#change(change, async (tx, tour) => {
      const stops = tour.stops.map(({ jobId }) => jobId);
      const rows = await tx
        .select(jobColumns)
        .from(jobs)
        .where(inArray(jobs.jobId, stops))
        .orderBy(asc(jobs.jobId))
        .for('update', { of: jobs });
      const steps = rows.flatMap((row) => {
        const job = toJob(row);
        if (!NOT_BEGUN.includes(job.state) || isAssignedSo(job, change)) return [];
        const moved = movedJob(job, jobMoveOf(change, tour.number, job.jobId));
        return moved.ok ? [moved.value] : [];
      });
      await writeSteps(tx, steps);
      await tell(
        tx,
        steps.map(({ job }) => ({ type: 'job.changed', data: job })),
        new Date(at),
      );
      await tx
        .update(tours)
        .set({ crew: change.crew ?? tour.crew, assignee })
        .where(eq(tours.tourId, tourId));
    });
  }

  override cancel(change: TourChange): Promise<Tour | TourRefusal> {
    const at = new Date(change.at);
    return this.#change(change, async (tx) => {
      await tx.update(tours).set({ cancelledAt: at }).where(eq(tours.tourId, change.tourId));
      await tx
        .update(tourStops)
        .set({ releasedAt: at })
        .where(and(eq(tourStops.tourId, change.tourId), isNull(tourStops.releasedAt)));
    });
  }

  #change(
    { tourId, version }: TourChange,
    work: (tx: Transaction, tour: Tour) => Promise<void>,
  ): Promise<Tour | TourRefusal> {
    const unknown: TourRefusal = { code: 'tour.unknown', detail: `there is no tour ${tourId}` };
    if (!isUuid(tourId)) return Promise.resolve(unknown);
    return transaction(this.#database, async (tx) => {
      const seen = await tx.select().from(tours).where(eq(tours.tourId, tourId)).for('update');
      const [tour] = await withStops(tx, seen);
      if (!tour) return unknown;
      if (version !== undefined && version !== tour.version) {
        return { code: 'tour.conflict', detail: `the tour is at version ${tour.version}, not ${version} any more` };
      }
      if (tour.state === 'cancelled' || tour.state === 'done') {
        return { code: 'tour.closed', detail: `a tour that is ${tour.state} cannot be changed` };
      }
      await work(tx, tour);
      const next = tour.version + 1;
      const rows = await tx.update(tours).set({ version: next }).where(eq(tours.tourId, tourId)).returning();
      const [changed] = await withStops(tx, rows);
      return changed!;
    });
  }
}

function positionOf(location: unknown): Position | null {
  const { coordinates } = (location ?? {}) as { readonly coordinates?: readonly number[] };
  const [longitude, latitude] = coordinates ?? [];
  return longitude === undefined || latitude === undefined ? null : { longitude, latitude };
}

function dayAndNumber(cursor: string) {
  const [day, number] = readPageCursor('tours', cursor, ['time', 'id']);
  return sql`(${new Date(Number(day)).toISOString().slice(0, 10)}::date, ${number}::int)`;
}
