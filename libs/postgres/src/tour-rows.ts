import type { JobPriority, JobState, Text } from '@stadtfunk/maintenance';
import { routeLengthM, type Position, type Tour, type TourStop } from '@stadtfunk/tours';
import { asc, eq, inArray, sql } from 'drizzle-orm';
import type { Drizzle, Transaction } from './query.ts';
import { assets, jobs, tours, tourStops } from './schema.ts';

type TourRow = typeof tours.$inferSelect;

const stopColumns = {
  tourId: tourStops.tourId,
  jobId: tourStops.jobId,
  longitude: tourStops.longitude,
  latitude: tourStops.latitude,
  fillingLevel: tourStops.fillingLevel,
  releasedAt: tourStops.releasedAt,
  isActive: sql<boolean>`${jobs.state} in ('open', 'assigned', 'inProgress', 'waiting')`,
  number: jobs.number,
  title: jobs.title,
  priority: jobs.priority,
  state: jobs.state,
  department: jobs.department,
  dueAt: jobs.dueAt,
  assetId: jobs.assetId,
  name: sql<string | null>`coalesce(${assets.name}, ${jobs.place}->>'name')`,
  address: assets.address,
};

/** Tours with their stops as the jobs stand now. */
export async function withStops(drizzle: Drizzle | Transaction, rows: readonly TourRow[]): Promise<Tour[]> {
  if (rows.length === 0) return [];
  const stops = await drizzle
    .select(stopColumns)
    .from(tourStops)
    .innerJoin(jobs, eq(jobs.jobId, tourStops.jobId))
    .leftJoin(assets, eq(assets.assetId, jobs.assetId))
    .where(
      inArray(
        tourStops.tourId,
        rows.map(({ tourId }) => tourId),
      ),
    )
    .orderBy(asc(tourStops.position));
  return rows.map((row) =>
    tourOf(
      row,
      stops.filter(({ tourId }) => tourId === row.tourId),
    ),
  );
}

type StopRow = {
  readonly [Column in keyof typeof stopColumns]: Column extends 'isActive' ? boolean : unknown;
};

function tourOf(row: TourRow, rows: readonly StopRow[]): Tour {
  // A job that was handed over to another department is not this one's any more.
  const isOpen = (stop: StopRow) => stop.releasedAt === null && stop.isActive && stop.department === row.department;
  const stops = rows.filter(isOpen).map(stopOf);
  const isGiven = row.crew !== null || row.assignee !== null;
  const depot = row.depot as Position | null;
  return {
    tourId: row.tourId,
    number: row.number,
    department: row.department,
    area: row.area,
    serviceDay: row.serviceDay,
    state: row.cancelledAt ? 'cancelled' : stops.length === 0 ? 'done' : isGiven ? 'assigned' : 'planned',
    crew: row.crew,
    assignee: row.assignee,
    depot,
    stops,
    formerJobIds: rows.filter((stop) => !isOpen(stop)).map(({ jobId }) => jobId as string),
    lengthM: routeLengthM(
      stops.map(({ position }) => position),
      { start: depot, end: depot },
    ),
    createdAt: row.createdAt.getTime(),
    createdBy: row.createdBy,
    version: row.version,
  };
}

function stopOf(row: StopRow): TourStop {
  return {
    jobId: row.jobId as string,
    number: row.number as number,
    title: row.title as Text,
    priority: row.priority as JobPriority,
    state: row.state as JobState,
    dueAt: (row.dueAt as Date | null)?.getTime() ?? null,
    assetId: row.assetId as string | null,
    name: row.name as string | null,
    address: row.address as TourStop['address'],
    position: { longitude: row.longitude as number, latitude: row.latitude as number },
    fillingLevel: row.fillingLevel as number | null,
  };
}
