import type { Job, MaintenanceStore } from '@stadtfunk/maintenance';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Position } from '../position.ts';
import type { TourRefusal, TourStore } from '../tour-store.ts';
import type { NewTour, Tour } from '../tour.ts';

/** A job and its asset, which is named as it is. */
export interface JobOnTour extends Partial<Pick<Job, 'priority' | 'dueAt' | 'state' | 'assignee' | 'department'>> {
  readonly district?: string;
  /** Absent: the job has no asset. */
  readonly position?: Position;
}

export interface TourStoreHarness {
  fresh(): Promise<{ readonly tours: TourStore; readonly maintenance: MaintenanceStore }>;
  /** Opens a job; gives its id. */
  openJob(name: string, job: JobOnTour): Promise<string>;
  close(): Promise<void>;
}

const NOON = Date.UTC(2026, 10, 23, 11);
const TODAY = '2026-11-23';
const MARKET: Position = { longitude: 8.9167, latitude: 50.1331 };
const CASTLE: Position = { longitude: 8.9, latitude: 50.13 };

/** What every store of tours does. */
export function describeTourStore(name: string, make: () => Promise<TourStoreHarness>): void {
  describe(`${name} as a store of tours`, () => {
    let harness: TourStoreHarness | undefined;
    let tours: TourStore;
    let maintenance: MaintenanceStore;

    beforeEach(async () => {
      harness ??= await make();
      ({ tours, maintenance } = await harness.fresh());
    });
    afterAll(() => harness?.close());

    const open = (jobName: string, job: JobOnTour = {}) => harness!.openJob(jobName, { position: MARKET, ...job });
    const draft = (jobIds: readonly string[], differences: Partial<NewTour> = {}): NewTour => ({
      department: 'waste',
      area: 'Innenstadt',
      serviceDay: '2026-11-24',
      depot: CASTLE,
      stops: jobIds.map((jobId) => ({ jobId, position: MARKET, fillingLevel: 0.9 })),
      ...differences,
    });
    const save = (drafts: readonly NewTour[], today = TODAY) =>
      tours.save({ tours: drafts, actor: 'Anna Weber', at: NOON, today });
    const saved = async (jobIds: readonly string[], differences: Partial<NewTour> = {}) => {
      const [tour] = (await save([draft(jobIds, differences)])) as readonly Tour[];
      return tour!;
    };
    const codeOf = (outcome: object) => ('code' in outcome ? (outcome as TourRefusal).code : undefined);
    const candidates = async (today = TODAY) =>
      (await tours.candidates('waste', today, 100)).map(({ assetId }) => assetId ?? 'none').join(' ');
    const move = (jobId: string, action: 'start' | 'done' | 'reopen') =>
      maintenance.moveJob({ jobId, action, actor: 'Bernd Kraus', at: NOON });

    it('names the jobs that could be on a tour, most urgent first', async () => {
      await open('low', { priority: 'low', dueAt: NOON });
      await open('late', { priority: 'high', dueAt: NOON + 5, district: 'Nordend' });
      await open('soon', { priority: 'high', dueAt: NOON + 1, state: 'assigned', assignee: 'Crew 1' });
      await open('some-day', { priority: 'high', dueAt: null });
      await open('begun', { state: 'inProgress' });
      await open('over', { state: 'done' });
      await open('lamp', { department: 'lighting' });

      expect(await candidates()).toBe('soon late some-day low');
      expect(await tours.candidates('waste', TODAY, 2)).toMatchObject([
        { assetId: 'soon', priority: 'high', dueAt: NOON + 1, position: MARKET },
        { assetId: 'late', district: 'Nordend' },
      ]);
    });

    it('names a job without a place as one', async () => {
      await harness!.openJob('nowhere', {});
      expect(await tours.candidates('waste', TODAY, 10)).toMatchObject([{ district: null, position: null }]);
    });

    it('keeps tours with their stops in order', async () => {
      const [a, b] = [await open('a'), await open('b', { position: CASTLE, dueAt: NOON })];

      const [tour] = (await save([
        draft([], {
          stops: [
            { jobId: b, position: CASTLE, fillingLevel: null },
            { jobId: a, position: MARKET, fillingLevel: 0.875 },
          ],
        }),
      ])) as readonly Tour[];

      expect(tour).toMatchObject({
        ...{ department: 'waste', area: 'Innenstadt', serviceDay: '2026-11-24', state: 'planned', assignee: null },
        ...{ depot: CASTLE, createdAt: NOON, createdBy: 'Anna Weber', version: 1, formerJobIds: [] },
        stops: [
          { jobId: b, assetId: 'b', state: 'open', position: CASTLE, fillingLevel: null, dueAt: NOON },
          { jobId: a, assetId: 'a', position: MARKET, fillingLevel: 0.875, title: { en: 'Empty the container' } },
        ],
      });
      // There and back.
      expect(tour!.lengthM).toBeGreaterThan(2_400);
      expect(tour!.lengthM).toBeLessThan(2_600);
      expect(await tours.find(tour!.tourId)).toEqual(tour);
      expect(await tours.find('42')).toBeUndefined();
    });

    it('has a job on one open tour', async () => {
      const [a, b] = [await open('a'), await open('b')];
      await saved([a]);

      expect(await candidates()).toBe('b');
      expect(codeOf(await save([draft([b]), draft([a])]))).toBe('tour.conflict');
      expect((await tours.list({ limit: 10 })).items).toHaveLength(1);
      expect(await candidates()).toBe('b');
    });

    it('gives a job to one of two that plan at the same time', async () => {
      const a = await open('a');
      const outcomes = await Promise.all([save([draft([a])]), save([draft([a])])]);
      expect(outcomes.filter((outcome) => codeOf(outcome) === 'tour.conflict')).toHaveLength(1);
    });

    it('lets go of the jobs of a tour whose day is over', async () => {
      const a = await open('a');
      const old = await saved([a]);
      expect(await candidates('2026-11-24')).toBe('');
      expect(await candidates('2026-11-25')).toBe('a');

      const [next] = (await save([draft([a], { serviceDay: '2026-11-27' })], '2026-11-25')) as readonly Tour[];

      expect(next).toMatchObject({ stops: [{ jobId: a }] });
      expect(await tours.find(old.tourId)).toMatchObject({ state: 'done', stops: [], formerJobIds: [a] });
    });

    it('leaves out jobs that are closed, and takes no job that is', async () => {
      const [a, b] = [await open('a'), await open('b')];
      const tour = await saved([a, b]);

      await move(a, 'done');
      expect(await tours.find(tour.tourId)).toMatchObject({ stops: [{ jobId: b }], formerJobIds: [a] });
      await move(b, 'done');
      expect(await tours.find(tour.tourId)).toMatchObject({ state: 'done', stops: [] });
      expect(codeOf(await save([draft([a])]))).toBe('tour.conflict');
      await move(b, 'reopen');
      expect(await tours.find(tour.tourId)).toMatchObject({ state: 'planned', stops: [{ jobId: b }] });
    });

    it('assigns its jobs to a person, but for those that somebody has begun', async () => {
      const [a, b, c] = [await open('a'), await open('b'), await open('c')];
      const tour = await saved([a, b, c]);
      await move(b, 'start');
      await maintenance.moveJob({ jobId: c, action: 'assign', assignee: 'Crew 2', actor: 'x', at: NOON });
      const change = { tourId: tour.tourId, actor: 'Anna Weber', at: NOON + 7 };

      const assigned = await tours.assign({ ...change, assignee: 'Crew 2', version: 1 });

      expect(assigned).toMatchObject({ state: 'assigned', assignee: 'Crew 2', version: 2 });
      expect(await maintenance.findJob(a)).toMatchObject({ state: 'assigned', assignee: 'Crew 2', version: 2 });
      expect(await maintenance.findJob(b)).toMatchObject({ state: 'inProgress', assignee: null });
      expect((await maintenance.jobHistory(a)).at(-1)).toMatchObject({
        ...{ at: NOON + 7, actor: 'Anna Weber', action: 'assign', note: `tour ${tour.number}` },
        changes: { assignee: 'Crew 2' },
      });
      expect((await maintenance.jobHistory(c)).filter(({ action }) => action === 'assign')).toHaveLength(1);
      expect((await maintenance.events(null, 100)).at(-1)).toMatchObject({ type: 'job.changed', data: { jobId: a } });
    });

    it('lets go of a job that was handed over to another department, which may plan it', async () => {
      const [one, two] = [await open('one'), await open('two')];
      const tour = await saved([one, two]);
      const moved = { jobId: two, action: 'delegate', department: 'lighting', note: 'hängt am Mast' } as const;
      await maintenance.moveJob({ ...moved, actor: 'Anna Weber', at: NOON });
      const before = await maintenance.findJob(two);

      const assigned = await tours.assign({ tourId: tour.tourId, actor: 'Anna Weber', at: NOON, crew: 'emptying' });

      expect(assigned).toMatchObject({ stops: [{ jobId: one }], formerJobIds: [two] });
      expect(await maintenance.findJob(two)).toEqual(before);
      expect(await candidates()).toBe('');
      expect(codeOf(await save([draft([two])]))).toBe('tour.conflict');
      expect(await tours.candidates('lighting', TODAY, 9)).toMatchObject([{ jobId: two }]);
      expect(await saved([two], { department: 'lighting' })).toMatchObject({ stops: [{ jobId: two }] });
      expect(await tours.find(tour.tourId)).toMatchObject({ stops: [{ jobId: one }] });
    });

    it('gives its jobs to a crew, and to one of the crew', async () => {
      const [a, b, c] = [await open('a'), await open('b'), await open('c')];
      const tour = await saved([a, b, c]);
      await move(b, 'start');
      await maintenance.moveJob({ jobId: c, action: 'assign', assignee: 'Bernd', actor: 'x', at: NOON });
      const change = { tourId: tour.tourId, actor: 'Anna Weber', at: NOON + 7 };

      expect(await tours.assign({ ...change, crew: 'north' })).toMatchObject({
        ...{ state: 'assigned', crew: 'north', assignee: null, version: 2 },
      });
      expect(await maintenance.findJob(a)).toMatchObject({ state: 'open', crew: 'north', assignee: null });
      expect(await maintenance.findJob(b)).toMatchObject({ state: 'inProgress', crew: null });
      expect(await maintenance.findJob(c)).toMatchObject({ state: 'open', crew: 'north', assignee: null });
      expect((await maintenance.jobHistory(a)).at(-1)).toMatchObject({
        ...{ at: NOON + 7, actor: 'Anna Weber', action: 'delegate', note: `tour ${tour.number}` },
        changes: { crew: 'north' },
      });
      const version = (await maintenance.findJob(a))?.version;
      await tours.assign({ ...change, crew: 'north' });
      expect(await maintenance.findJob(a)).toMatchObject({ version });

      await tours.assign({ ...change, assignee: 'Bernd' });
      expect(await tours.find(tour.tourId)).toMatchObject({ crew: 'north', assignee: 'Bernd' });
      expect(await maintenance.findJob(c)).toMatchObject({ state: 'assigned', crew: 'north', assignee: 'Bernd' });
    });

    it('is cancelled once, and frees its jobs', async () => {
      const a = await open('a');
      const { tourId } = await saved([a]);
      const change = { tourId, actor: 'Anna Weber', at: NOON };

      expect(await tours.cancel(change)).toMatchObject({
        state: 'cancelled',
        stops: [],
        formerJobIds: [a],
        version: 2,
      });
      expect(await candidates()).toBe('a');
      expect(codeOf(await tours.cancel(change))).toBe('tour.closed');
      expect(codeOf(await tours.assign({ ...change, assignee: 'Crew 1' }))).toBe('tour.closed');
    });

    it('is not changed by one who saw an older version, nor where there is none', async () => {
      const a = await open('a');
      const { tourId } = await saved([a]);
      const change = { tourId, actor: 'Anna Weber', at: NOON, version: 1 };
      await tours.assign({ ...change, assignee: 'Crew 1' });

      expect(codeOf(await tours.assign({ ...change, assignee: 'Crew 2' }))).toBe('tour.conflict');
      expect(codeOf(await tours.cancel(change))).toBe('tour.conflict');
      expect(await tours.find(tourId)).toMatchObject({ assignee: 'Crew 1', version: 2 });
      expect(codeOf(await tours.cancel({ ...change, tourId: 'x' }))).toBe('tour.unknown');
    });

    it('lists tours, the latest day first, in pages', async () => {
      const days = ['2026-11-24', '2026-11-27', '2026-11-24', '2026-12-01'];
      const lamp = await open('lamp', { department: 'lighting' });
      for (const [index, serviceDay] of days.entries()) await saved([await open(`bin-${index}`)], { serviceDay });
      await saved([lamp], { department: 'lighting', serviceDay: '2026-11-27' });
      const listed = async (filter: Partial<Parameters<TourStore['list']>[0]>) => {
        const { items, next } = await tours.list({ limit: 10, ...filter });
        return { days: items.map(({ serviceDay }) => serviceDay.slice(-2)).join(' '), next };
      };

      expect((await listed({})).days).toBe('01 27 27 24 24');
      expect((await listed({ department: 'waste' })).days).toBe('01 27 24 24');
      expect((await listed({ serviceDay: '2026-11-24' })).days).toBe('24 24');
      const first = await listed({ limit: 3 });
      const second = await listed({ limit: 3, after: first.next! });
      expect(`${first.days} ${second.days}`).toBe('01 27 27 24 24');
      expect(second.next).toBeNull();
      await expect(tours.list({ limit: 3, after: 'x' })).rejects.toMatchObject({ code: 'cursor.invalid' });
    });
  });
}
