import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planTours, type TourRequest } from './plan-tours.ts';
import { distanceM } from './position.ts';
import type { TourCandidate } from './tour.ts';

const ZONE = 'Europe/Berlin';
/** A Tuesday; the next day of service is the Friday, which begins at 23 h UTC the day before. */
const TUESDAY = '2026-11-24';
const FRIDAY_BEGINS = Date.UTC(2026, 10, 26, 23);

const request = (differences: Partial<TourRequest> = {}): TourRequest => ({
  ...{ department: 'lighting', serviceDay: TUESDAY, zone: ZONE, by: 'district', nearM: 800, tours: 10, ahead: false },
  serviceDays: [{ department: 'lighting', weekdays: ['tue', 'fri'] }],
  capacity: { stops: 40, containers: null },
  depot: null,
  ...differences,
});

const job = (name: string, differences: Partial<TourCandidate> = {}): TourCandidate => ({
  ...{ jobId: name, number: Number(/\d+/.exec(name)?.[0] ?? 0), priority: 'normal', dueAt: FRIDAY_BEGINS - 1 },
  ...{ assetId: name, district: 'Nord', position: { longitude: 8.9, latitude: 50.1 } },
  ...differences,
});
const at = (x: number, y = 0) => ({ position: { longitude: 8.9 + x / 1_000, latitude: 50.1 + y / 1_000 } });
const plan = (
  jobs: readonly TourCandidate[],
  differences: Partial<TourRequest> = {},
  levels: [string, number][] = [],
) => {
  const { tours, left } = planTours(jobs, new Map(levels), request(differences));
  return {
    tours: tours.map(({ area, stops }) => `${area ?? '-'}: ${stops.map(({ jobId }) => jobId).join(' ')}`),
    left: Object.fromEntries(left.map(({ jobId, reason }) => [jobId, reason])),
  };
};

describe('A plan of tours', () => {
  it('has what is due before the next day of service, by district', () => {
    const jobs = [
      job('n1'),
      job('s2', { district: 'Süd' }),
      job('n3', { dueAt: 0 }),
      job('n4', { dueAt: FRIDAY_BEGINS }),
      job('n5', { dueAt: null }),
      job('n6', { position: null }),
    ];
    expect(plan(jobs)).toEqual({
      tours: ['Nord: n3 n1', 'Süd: s2'].map((text) => expect.stringMatching(text.slice(0, 5)) as unknown),
      left: { n4: 'notDue', n5: 'notDue', n6: 'noPlace' },
    });
  });

  it('leaves districts that are served on other days', () => {
    const serviceDays: TourRequest['serviceDays'] = [
      ...request().serviceDays,
      { department: 'lighting', district: 'Süd', weekdays: ['wed'] },
    ];
    const jobs = [job('n1'), job('s2', { district: 'Süd' })];
    expect(plan(jobs, { serviceDays })).toEqual({ tours: ['Nord: n1'], left: { s2: 'otherDay' } });
  });

  it('can be of what lies near, across districts', () => {
    const jobs = [job('a1', at(0)), job('b2', { ...at(5), district: 'Süd' }), job('c3', at(10)), job('d4', at(100))];
    const { tours } = plan(jobs, { by: 'distance' });
    expect(tours.map((text) => text.replace(/^-: /, '').split(' ').sort().join(' ')).sort()).toEqual([
      'a1 b2 c3',
      'd4',
    ]);
  });

  it('goes along the way, from the depot and back', () => {
    const jobs = [job('c3', at(30)), job('a1', at(10)), job('d4', at(40)), job('b2', at(20))];
    const depot = at(0).position;
    expect(plan(jobs, { depot }).tours[0]).toMatch(/^Nord: (a1 b2 c3 d4|d4 c3 b2 a1)$/);
  });

  it('takes what is most urgent where there is not room for all: priority, how full, due time', () => {
    const jobs = [
      job('late1', { dueAt: 5 }),
      job('full2', { dueAt: 9 }),
      job('low3', { priority: 'low', dueAt: 1 }),
      job('urgent4', { priority: 'urgent' }),
      job('half5', { dueAt: 9 }),
    ];
    const levels: [string, number][] = [
      ['full2', 0.95],
      ['half5', 0.5],
      ['low3', 1],
    ];
    const capacity = { stops: 3, containers: null };
    expect(plan(jobs, { tours: 1, capacity }, levels).left).toEqual({ late1: 'noRoom', low3: 'noRoom' });
  });

  it('divides what is too much for one tour among several of like length, neighbours together', () => {
    const jobs = Array.from({ length: 10 }, (_, index) => job(`j${index}`, at(index % 2 === 0 ? index : 500 + index)));
    const { tours } = plan(jobs, { capacity: { stops: 6, containers: null } });
    expect(tours.map((text) => text.split(' ').length - 1)).toEqual([5, 5]);
    expect(
      tours.map((text) => new Set([...text.matchAll(/j(\d)/g)].map(([, digit]) => Number(digit) % 2)).size),
    ).toEqual([1, 1]);
  });

  it('loads no more than a vehicle holds', () => {
    const jobs = Array.from({ length: 6 }, (_, index) => job(`j${index}`, at(index)));
    const levels = jobs.map(({ jobId }, index): [string, number] => [jobId, index === 5 ? 0.2 : 0.9]);
    const { tours, left } = plan(jobs, { capacity: { stops: 40, containers: 2 }, tours: 2 }, levels);
    expect(tours.map((text) => text.split(' ').length - 1).sort()).toEqual([2, 2]);
    expect(Object.keys(left)).toHaveLength(2);
    expect(left['j5']).toBe('noRoom');
  });

  it('fills up with what is due later, where that is wished and near', () => {
    const jobs = [job('n1'), job('n2', { dueAt: null }), job('s3', { district: 'Süd', dueAt: null })];
    expect(plan(jobs, { ahead: true })).toEqual({
      tours: [expect.stringMatching(/n[12] n[12]$/)],
      left: { s3: 'notDue' },
    });
    const one = { ahead: true, capacity: { stops: 1, containers: null } };
    expect(plan(jobs, one)).toEqual({ tours: ['Nord: n1'], left: { n2: 'notDue', s3: 'notDue' } });
  });

  it('has every job once, on a tour or left with a reason, within every limit, and is always the same', () => {
    const candidate = fc.record({
      x: fc.integer({ min: 0, max: 60 }),
      y: fc.integer({ min: 0, max: 60 }),
      priority: fc.constantFrom('urgent', 'high', 'normal', 'low'),
      dueAt: fc.option(fc.integer({ min: FRIDAY_BEGINS - 9, max: FRIDAY_BEGINS + 9 })),
      district: fc.option(fc.constantFrom('Nord', 'Süd')),
      isPlaced: fc.boolean(),
      level: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    const limits = fc.record({
      by: fc.constantFrom('district', 'distance'),
      tours: fc.integer({ min: 0, max: 4 }),
      stops: fc.integer({ min: 1, max: 9 }),
      containers: fc.option(fc.integer({ min: 1, max: 5 })),
      ahead: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 30 }), limits, (given, { by, tours, stops, containers, ahead }) => {
        const jobs = given.map(({ x, y, priority, dueAt, district, isPlaced }, index) => {
          return job(`j${index}`, { ...at(x, y), priority, dueAt, district, ...(!isPlaced && { position: null }) });
        });
        const levels = new Map(given.map(({ level }, index) => [`j${index}`, level]));
        const asked = request({ by, tours, ahead, capacity: { stops, containers } });
        const made = planTours(jobs, levels, asked);

        const seen = [
          ...made.tours.flatMap((tour) => tour.stops.map(({ jobId }) => jobId)),
          ...made.left.map(({ jobId }) => jobId),
        ];
        expect(seen.sort()).toEqual(jobs.map(({ jobId }) => jobId).sort());
        expect(made.tours.length).toBeLessThanOrEqual(tours);
        for (const tour of made.tours) {
          expect(tour.stops.length).toBeGreaterThan(0);
          expect(tour.stops.length).toBeLessThanOrEqual(stops);
          const load = tour.stops.reduce((sum, { fillingLevel }) => sum + (fillingLevel ?? 0), 0);
          expect(load).toBeLessThanOrEqual((containers ?? Infinity) + 1e-9);
        }
        expect(planTours([...jobs].reverse(), levels, asked).tours).toEqual(made.tours);
      }),
      { numRuns: 100, endOnFailure: true },
    );
  });

  it('knows how far is near', () => {
    expect(distanceM(at(0).position, at(10).position)).toBeGreaterThan(700);
  });
});
