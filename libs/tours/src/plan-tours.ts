import { JOB_PRIORITIES } from '@stadtfunk/maintenance';
import { clustersOf } from './clusters.ts';
import { distanceM, type Position } from './position.ts';
import { shortRoute, type RouteEnds } from './route.ts';
import { isServiceDay, nextServiceDay, startOfDay, type ServiceDays } from './service-days.ts';
import type { NewTour, TourCandidate } from './tour.ts';

/** Of one plan: routes are made of all of an area at once. */
export const MOST_CANDIDATES = 500;

export interface TourRequest {
  readonly department: string;
  /** `2026-11-24`. */
  readonly serviceDay: string;
  readonly zone: string;
  readonly serviceDays: ServiceDays;
  readonly isHoliday?: (day: string) => boolean;
  /** What belongs together: the districts, or what lies within `nearM` of each other. */
  readonly by: 'district' | 'distance';
  readonly nearM: number;
  /** Tours at the most. */
  readonly tours: number;
  /** Of one tour. `containers`: full ones, by their filling levels. */
  readonly capacity: { readonly stops: number; readonly containers: number | null };
  readonly depot: Position | null;
  /** Whether jobs that are not due yet fill up what room there is. */
  readonly ahead: boolean;
}

/** Why a job is on no tour. */
export type LeftReason = 'noPlace' | 'otherDay' | 'notDue' | 'noRoom';

export interface TourPlan {
  readonly tours: readonly NewTour[];
  readonly left: readonly { readonly jobId: string; readonly reason: LeftReason }[];
}

interface Placed extends TourCandidate {
  readonly position: Position;
  readonly fillingLevel: number | null;
  readonly isDue: boolean;
}

/**
 * Tours for a day. A job is due on the last day of service that is not after its due time. Where there is not room for all, the
 * most urgent go first: by priority, how full, due time. Deterministic.
 */
export function planTours(
  candidates: readonly TourCandidate[],
  levels: ReadonlyMap<string, number>,
  request: TourRequest,
): TourPlan {
  const left: { jobId: string; reason: LeftReason }[] = [];
  const leave = (jobs: readonly TourCandidate[], reason: LeftReason) =>
    void left.push(...jobs.map(({ jobId }) => ({ jobId, reason })));
  const placed: Placed[] = [];
  for (const job of candidates) {
    const { position, assetId } = job;
    if (!position) leave([job], 'noPlace');
    else if (!isServiceDay(request.serviceDays, { ...request, district: job.district }, request.serviceDay))
      leave([job], 'otherDay');
    else {
      const fillingLevel = assetId === null ? null : (levels.get(assetId) ?? null);
      placed.push({ ...job, position, fillingLevel, isDue: isDue(job, request) });
    }
  }
  placed.sort(byUrgency);
  leave(placed.splice(MOST_CANDIDATES), 'noRoom');
  const { areas, apart } = areasOf(placed, request);
  leave(apart, 'notDue');

  const tours: NewTour[] = [];
  for (const area of areas) {
    const { groups, over } = divide(area.jobs, request, request.tours - tours.length);
    leave(
      over.filter(({ isDue: due }) => due),
      'noRoom',
    );
    leave(
      over.filter(({ isDue: due }) => !due),
      'notDue',
    );
    const { department, serviceDay, depot } = request;
    tours.push(...groups.map((jobs) => ({ department, area: area.name, serviceDay, depot, stops: jobs.map(toStop) })));
  }
  return { tours, left };
}

function isDue({ dueAt, district }: TourCandidate, request: TourRequest): boolean {
  if (dueAt === null) return false;
  const { serviceDays, department, serviceDay, isHoliday, zone } = request;
  const next = nextServiceDay(serviceDays, { department, district }, serviceDay, isHoliday);
  return next === undefined || dueAt < startOfDay(next, zone);
}

function byUrgency(a: Placed, b: Placed): number {
  return (
    Number(b.isDue) - Number(a.isDue) ||
    JOB_PRIORITIES.indexOf(a.priority) - JOB_PRIORITIES.indexOf(b.priority) ||
    (b.fillingLevel ?? 0) - (a.fillingLevel ?? 0) ||
    // Infinity less Infinity is no number.
    (a.dueAt === b.dueAt ? 0 : (a.dueAt ?? Infinity) - (b.dueAt ?? Infinity)) ||
    a.number - b.number
  );
}

interface Area {
  readonly name: string | null;
  /** Most urgent first. */
  readonly jobs: readonly Placed[];
}

/** The areas in which something is due, the one with the most urgent job first. */
function areasOf(jobs: readonly Placed[], { by, nearM, ahead }: TourRequest): { areas: Area[]; apart: Placed[] } {
  const due = jobs.filter((job) => job.isDue);
  const later = jobs.filter((job) => !job.isDue);
  const groups =
    by === 'district'
      ? [...new Set(due.map(({ district }) => district))].map((name) => ({
          name,
          jobs: due.filter(({ district }) => district === name),
          takes: (job: Placed) => job.district === name,
        }))
      : clustersOf(
          due.map(({ position }) => position),
          nearM,
        ).map((members) => {
          const own = members.map((index) => due[index]!);
          const takes = (job: Placed) => own.some(({ position }) => distanceM(position, job.position) <= nearM);
          return { name: null, jobs: own, takes };
        });
  const apart: Placed[] = [];
  for (const job of later) {
    const group = ahead ? groups.find(({ takes }) => takes(job)) : undefined;
    if (group) group.jobs.push(job);
    else apart.push(job);
  }
  return { areas: groups.map(({ name, jobs: own }) => ({ name, jobs: own })), apart };
}

/** One way through all, cut where a tour is full: neighbours stay together. What has no room is the least urgent. */
function divide(jobs: readonly Placed[], request: TourRequest, most: number): { groups: Placed[][]; over: Placed[] } {
  const ends: RouteEnds = { start: request.depot, end: request.depot };
  const due = jobs.filter((job) => job.isDue);
  const tours = Math.min(most, neededTours(due, request));
  const taken = jobs.slice(0, tours * request.capacity.stops);
  const over = jobs.slice(taken.length);
  const way = shortRoute(
    taken.map(({ position }) => position),
    ends,
  ).order.map((index) => taken[index]!);
  for (;;) {
    const groups = cut(way, request, neededTours(way, request));
    if (groups.length <= tours) {
      return { groups: groups.map((group) => inOrder(group, ends)), over };
    }
    const last = taken.pop()!;
    over.unshift(last);
    way.splice(way.indexOf(last), 1);
  }
}

function neededTours(jobs: readonly Placed[], { capacity }: TourRequest): number {
  const containers = capacity.containers === null ? 0 : loadOf(jobs) / capacity.containers;
  return Math.ceil(Math.max(jobs.length / capacity.stops, containers));
}

function cut(way: readonly Placed[], { capacity }: TourRequest, tours: number): Placed[][] {
  // As long as each other, and not some full ones and a rest.
  const stops = Math.min(capacity.stops, Math.ceil(way.length / Math.max(tours, 1)));
  const groups: Placed[][] = [];
  for (const job of way) {
    const group = groups.at(-1);
    const isFull =
      !group ||
      group.length >= stops ||
      (capacity.containers !== null && loadOf([...group, job]) > capacity.containers);
    if (isFull) groups.push([job]);
    else group.push(job);
  }
  return groups;
}

function loadOf(jobs: readonly Placed[]): number {
  return jobs.reduce((sum, { fillingLevel }) => sum + (fillingLevel ?? 0), 0);
}

function inOrder(jobs: readonly Placed[], ends: RouteEnds): Placed[] {
  const { order } = shortRoute(
    jobs.map(({ position }) => position),
    ends,
  );
  return order.map((index) => jobs[index]!);
}

function toStop({ jobId, position, fillingLevel }: Placed): NewTour['stops'][number] {
  return { jobId, position, fillingLevel };
}
