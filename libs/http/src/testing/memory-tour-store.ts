import { Fault } from '@stadtfunk/kernel';
import { isActive, type Job, JOB_PRIORITIES } from '@stadtfunk/maintenance';
import {
  isAssignedSo,
  jobMoveOf,
  type NewTour,
  routeLengthM,
  type Tour,
  type TourCandidate,
  type TourAssignment,
  type TourChange,
  type TourFilter,
  type TourRefusal,
  type TourSaving,
  type TourStop,
  TourStore,
} from '@stadtfunk/tours';
import type { MemoryDeviceRegistry } from './memory-device-registry.ts';
import type { MemoryMaintenanceStore } from './memory-maintenance-store.ts';

interface Kept extends NewTour {
  readonly about: Pick<Tour, 'tourId' | 'number' | 'createdAt' | 'createdBy'>;
  readonly released: Set<string>;
  crew: string | null;
  assignee: string | null;
  isCancelled: boolean;
  version: number;
}

const CONFLICT: TourRefusal = { code: 'tour.conflict', detail: 'a job is on another tour' };
const isReady = (job: Job | undefined): job is Job => job?.state === 'open' || job?.state === 'assigned';

/** Tours in memory, of the jobs and assets of stores in memory. */
export class MemoryTourStore extends TourStore {
  readonly #tours: Kept[] = [];
  readonly #maintenance: MemoryMaintenanceStore;
  readonly #registry: MemoryDeviceRegistry;

  constructor(maintenance: MemoryMaintenanceStore, registry: MemoryDeviceRegistry) {
    super();
    this.#maintenance = maintenance;
    this.#registry = registry;
  }

  override async candidates(department: string, today: string, limit: number): Promise<readonly TourCandidate[]> {
    const { items } = await this.#maintenance.listJobs({ department, limit: 10_000 });
    const free = items.filter((job) => isReady(job) && !this.#holderOf(job.jobId, today, department)).sort(byUrgency);
    return Promise.all(
      free.slice(0, limit).map(async ({ jobId, number, priority, dueAt, assetId, place }) => {
        const asset = assetId === null ? undefined : await this.#registry.findAsset(assetId);
        const [longitude, latitude] = asset?.location.coordinates ?? [];
        const ofAsset = longitude === undefined || latitude === undefined ? null : { longitude, latitude };
        const position = ofAsset ?? place?.position ?? null;
        return {
          jobId,
          number,
          priority,
          dueAt,
          assetId,
          district: asset?.district ?? place?.district ?? null,
          position,
        };
      }),
    );
  }

  override async save({ tours, actor, at, today }: TourSaving): Promise<readonly Tour[] | TourRefusal> {
    for (const { department, stops } of tours) {
      const jobs = await Promise.all(stops.map(({ jobId }) => this.#maintenance.findJob(jobId)));
      const isFree = (job: Job | undefined) =>
        isReady(job) && job.department === department && !this.#holderOf(job.jobId, today, department);
      if (!jobs.every(isFree)) return CONFLICT;
    }
    for (const { jobId } of tours.flatMap(({ stops }) => stops)) {
      for (const tour of this.#tours) tour.released.add(jobId);
    }
    const kept = tours.map((tour, index): Kept => {
      const number = this.#tours.length + index + 1;
      const about = { tourId: `tour-${number}`, number, createdAt: at, createdBy: actor };
      return { ...tour, about, released: new Set(), crew: null, assignee: null, isCancelled: false, version: 1 };
    });
    this.#tours.push(...kept);
    return Promise.all(kept.map((tour) => this.#show(tour)));
  }

  override async list({ department, departments, serviceDay, limit, after }: TourFilter) {
    const fits = (tour: Kept) =>
      (department === undefined || tour.department === department) &&
      (departments === undefined || departments.includes(tour.department)) &&
      (serviceDay === undefined || tour.serviceDay === serviceDay);
    const tours = this.#tours.filter(fits).sort((a, b) => (keyOf(a) < keyOf(b) ? 1 : -1));
    const start = after === undefined ? 0 : tours.findIndex((tour) => keyOf(tour) === after) + 1;
    if (after !== undefined && start === 0) throw new Fault('cursor.invalid', 'no such cursor', false);
    const shown = tours.slice(start, start + limit);
    const next = start + limit < tours.length ? keyOf(shown.at(-1)!) : null;
    return { items: await Promise.all(shown.map((tour) => this.#show(tour))), next };
  }

  override async find(tourId: string): Promise<Tour | undefined> {
    const tour = this.#tours.find(({ about }) => about.tourId === tourId);
    return tour && this.#show(tour);
  }

  override assign(change: TourAssignment): Promise<Tour | TourRefusal> {
    return this.#change(change, async (tour, { stops }) => {
      for (const { jobId } of stops) {
        const job = await this.#maintenance.findJob(jobId);
        if (!isReady(job) || isAssignedSo(job, change)) continue;
        await this.#maintenance.moveJob(jobMoveOf(change, tour.about.number, jobId));
      }
      tour.crew = change.crew ?? tour.crew;
      tour.assignee = change.assignee ?? null;
    });
  }

  override cancel(change: TourChange): Promise<Tour | TourRefusal> {
    return this.#change(change, async (tour) => {
      tour.isCancelled = true;
      for (const { jobId } of tour.stops) tour.released.add(jobId);
    });
  }

  async #change(
    { tourId, version }: TourChange,
    work: (tour: Kept, shown: Tour) => Promise<void>,
  ): Promise<Tour | TourRefusal> {
    const tour = this.#tours.find(({ about }) => about.tourId === tourId);
    if (!tour) return { code: 'tour.unknown', detail: `no tour ${tourId}` };
    const shown = await this.#show(tour);
    if (version !== undefined && version !== tour.version) return { code: 'tour.conflict', detail: 'changed' };
    if (shown.state === 'cancelled' || shown.state === 'done') return { code: 'tour.closed', detail: shown.state };
    await work(tour, shown);
    tour.version++;
    return this.#show(tour);
  }

  #holderOf(jobId: string, today: string, department: string): Kept | undefined {
    return this.#tours.find(
      ({ department: owner, stops, released, serviceDay }) =>
        owner === department &&
        serviceDay >= today &&
        !released.has(jobId) &&
        stops.some((stop) => stop.jobId === jobId),
    );
  }

  async #show({ about, released, crew, assignee, isCancelled, version, ...tour }: Kept): Promise<Tour> {
    const stops: TourStop[] = [];
    for (const { jobId, position, fillingLevel } of tour.stops) {
      const job = (await this.#maintenance.findJob(jobId))!;
      if (released.has(jobId) || !isActive(job.state) || job.department !== tour.department) continue;
      const asset = job.assetId === null ? undefined : await this.#registry.findAsset(job.assetId);
      const { number, title, priority, state, dueAt, assetId } = job;
      const { address = null } = asset ?? {};
      const name = asset?.name ?? job.place?.name ?? null;
      const shown = { jobId, number, title, priority, state, dueAt, assetId, name, address, position, fillingLevel };
      stops.push(shown);
    }
    const way = stops.map(({ position }) => position);
    return {
      ...about,
      ...tour,
      state: isCancelled
        ? 'cancelled'
        : stops.length === 0
          ? 'done'
          : (crew ?? assignee) === null
            ? 'planned'
            : 'assigned',
      crew,
      assignee,
      stops,
      formerJobIds: tour.stops.map(({ jobId }) => jobId).filter((id) => !stops.some(({ jobId }) => jobId === id)),
      lengthM: routeLengthM(way, { start: tour.depot, end: tour.depot }),
      version,
    };
  }
}

function byUrgency(a: Job, b: Job): number {
  return (
    JOB_PRIORITIES.indexOf(a.priority) - JOB_PRIORITIES.indexOf(b.priority) ||
    (a.dueAt ?? Number.MAX_VALUE) - (b.dueAt ?? Number.MAX_VALUE)
  );
}

function keyOf({ serviceDay, about }: Kept): string {
  return `${serviceDay} ${String(about.number).padStart(9, '0')}`;
}
