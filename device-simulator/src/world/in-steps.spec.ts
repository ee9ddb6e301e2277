import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildCity } from '../city/build-city.ts';
import type { Incident } from '../truth/incident.ts';
import { TruthLog } from '../truth/incident.ts';
import { CityClock } from './city-clock.ts';
import type { Disturbance, DisturbanceKind } from './disturbance.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Two days before clocks go back. */
const FROM = Date.UTC(2026, 9, 23, 5, 17);
const SPAN = 5 * DAY;
const CLOCK = new CityClock();
const CITY = { bins: 6, parkingSpots: 4, streetLights: 12 };

/** Writes down everything, in order. */
class Script extends TruthLog {
  readonly lines: (readonly [Incident['kind'], string, 'begins' | 'ends', number])[] = [];

  begin(kind: Incident['kind'], subject: string, at: number): void {
    this.lines.push([kind, subject, 'begins', at]);
  }

  end(kind: Incident['kind'], subject: string, at: number): void {
    this.lines.push([kind, subject, 'ends', at]);
  }
}

const KINDS: readonly DisturbanceKind[] = [
  'bin.fire',
  'bin.tipped',
  'bin.lidOpen',
  'bin.surge',
  'bin.notCollected',
  'spot.abandoned',
  'spot.event',
  'lamp.failure',
  'lamp.controlGear',
  'lamp.relayOn',
  'lamp.photocellDark',
  'lamp.cycling',
  'cabinet.outage',
  'cable.fault',
];

const disturbance: fc.Arbitrary<Disturbance> = fc
  .record({
    kind: fc.constantFrom(...KINDS),
    from: fc.integer({ min: -DAY, max: SPAN }),
    lasts: fc.oneof(fc.integer({ min: 1, max: 2 * DAY }), fc.constant(Infinity)),
    factor: fc.integer({ min: 0, max: 5 }),
    total: fc.boolean(),
  })
  .map(({ kind, from, lasts, factor, total }) => ({
    kind,
    from: FROM + from,
    to: FROM + from + lasts,
    factor,
    total,
    share: 0.5,
  }));

function cityWith(seed: number, disturbances: readonly Disturbance[]) {
  const truth = new Script();
  const sorted = [...disturbances].sort((a, b) => a.from - b.from);
  return { ...buildCity({ seed, clock: CLOCK, size: CITY, from: FROM, truth, disturbances: () => sorted }), truth };
}

const everythingIn = ({ devices, cabinets }: ReturnType<typeof cityWith>) => [
  ...devices.map(({ thing }) => thing),
  ...cabinets,
];

describe('things of a city', () => {
  it('are the same at a moment, and so is what was true, whether time passed in one step or in many', () => {
    const disturbances = fc.array(disturbance, { maxLength: 5 });
    const steps = fc.array(fc.integer({ min: 1, max: SPAN - 1 }), { maxLength: 40 });
    fc.assert(
      fc.property(fc.nat(), disturbances, steps, (seed, wrong, moments) => {
        const inOne = cityWith(seed, wrong);
        const inMany = cityWith(seed, wrong);
        for (const thing of everythingIn(inOne)) thing.advance(FROM + SPAN);
        for (const thing of everythingIn(inMany)) {
          for (const moment of [...moments].sort((a, b) => a - b)) thing.advance(FROM + moment);
          thing.advance(FROM + SPAN);
        }
        const states = (city: ReturnType<typeof cityWith>) => everythingIn(city).map(({ state }) => state);
        expect(states(inMany)).toEqual(states(inOne));
        expect(inMany.truth.lines).toEqual(inOne.truth.lines);
      }),
      { numRuns: 40 },
    );
  });

  it('show nothing new before the moment at which they say that they might, and always say a later one', () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(disturbance, { maxLength: 4 }), (seed, wrong) => {
        for (const thing of everythingIn(cityWith(seed, wrong))) {
          for (let count = 0; count < 60 && thing.nextEventAt < FROM + SPAN; count++) {
            const next = thing.nextEventAt;
            const flags = switchesOf(thing.state);
            thing.advance(next - 1);
            expect(switchesOf(thing.state)).toBe(flags);
            expect(thing.nextEventAt).toBe(next);
            thing.advance(next);
            expect(thing.nextEventAt).toBeGreaterThan(next);
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  it('write what is true in the order of time, and an end only behind a beginning', () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(disturbance, { maxLength: 6 }), (seed, wrong) => {
        const city = cityWith(seed, wrong);
        for (const thing of everythingIn(city)) thing.advance(FROM + SPAN);
        const open = new Set<string>();
        const lastOf = new Map<string, number>();
        for (const [kind, subject, what, at] of city.truth.lines) {
          const key = `${kind} ${subject}`;
          expect(open.has(key)).toBe(what === 'ends');
          if (what === 'begins') open.add(key);
          else open.delete(key);
          expect(at).toBeGreaterThanOrEqual(Math.max(FROM, lastOf.get(subject) ?? 0));
          expect(at).toBeLessThanOrEqual(FROM + SPAN);
          lastOf.set(subject, at);
        }
      }),
      { numRuns: 10 },
    );
  });
});

/** What does not run on by itself. */
function switchesOf(state: object): string {
  return JSON.stringify(
    Object.entries(state).filter(([name, value]) => typeof value === 'boolean' || name === 'dimming'),
  );
}
