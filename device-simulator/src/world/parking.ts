import type { StreetType } from '../city/streets.ts';
import type { Day } from './city-clock.ts';

/** Why a car stands where it stands. */
export type Stay = 'visit' | 'work' | 'home';

/** How people park in a type of street. Ours, so that occupancy runs as docs/simulated-city.md says. */
interface Demand {
  /** Cars an hour that would take a free space, by hour of the day; working days, Saturdays, Sundays and holidays. */
  readonly arrivals: readonly [readonly number[], readonly number[], readonly number[]];
  /** Of a visit, minutes: the median, and the deviation of its logarithm. */
  readonly visitMinutes: number;
  readonly visitSpread: number;
  /** Chances of going to work and of coming home, by part of the day: night, morning, day, evening; the rest are visits. */
  readonly work: readonly [number, number, number, number];
  readonly home: readonly [number, number, number, number];
}

/** Hours from 0 to 23, of numbers for: 0-5, 5-7, 7-9, 9-12, 12-15, 15-18, 18-20, 20-24 o'clock. */
function byHour(
  ...parts: readonly [number, number, number, number, number, number, number, number]
): readonly number[] {
  const from = [0, 5, 7, 9, 12, 15, 18, 20, 24];
  return parts.flatMap((rate, index) => new Array<number>(from[index + 1]! - from[index]!).fill(rate));
}

export const DEMAND: Readonly<Record<StreetType, Demand>> = {
  shopping: {
    arrivals: [
      byHour(0.05, 0.3, 1.2, 4, 4.5, 5, 2.2, 0.6),
      byHour(0.1, 0.2, 1, 5, 6, 4.5, 1.8, 0.7),
      byHour(0.1, 0.05, 0.15, 0.6, 1, 1.1, 0.9, 0.4),
    ],
    visitMinutes: 45,
    visitSpread: 0.75,
    work: [0, 0.08, 0, 0],
    home: [0.3, 0, 0, 0.1],
  },
  arterial: {
    arrivals: [
      byHour(0.05, 0.3, 0.9, 1.5, 1.5, 1.6, 1, 0.3),
      byHour(0.05, 0.1, 0.5, 1.4, 1.5, 1.2, 0.8, 0.3),
      byHour(0.05, 0.05, 0.15, 0.5, 0.7, 0.7, 0.6, 0.25),
    ],
    visitMinutes: 40,
    visitSpread: 0.9,
    work: [0, 0.25, 0.03, 0],
    home: [0.5, 0, 0, 0.3],
  },
  residential: {
    arrivals: [
      byHour(0.12, 0.1, 0.2, 0.3, 0.35, 0.55, 0.6, 0.4),
      byHour(0.12, 0.05, 0.15, 0.4, 0.45, 0.45, 0.5, 0.4),
      byHour(0.12, 0.05, 0.1, 0.3, 0.4, 0.45, 0.55, 0.45),
    ],
    visitMinutes: 75,
    visitSpread: 0.9,
    work: [0, 0.25, 0, 0],
    home: [0.9, 0.1, 0.25, 0.75],
  },
  industrial: {
    arrivals: [
      byHour(0.02, 0.5, 0.75, 0.35, 0.3, 0.2, 0.1, 0.08),
      byHour(0.02, 0.06, 0.08, 0.12, 0.1, 0.06, 0.05, 0.04),
      byHour(0.02, 0.05, 0.05, 0.06, 0.06, 0.06, 0.05, 0.03),
    ],
    visitMinutes: 35,
    visitSpread: 1,
    work: [0.2, 0.85, 0.2, 0],
    home: [0.2, 0, 0, 0.05],
  },
};

/** Cars an hour for a free space at this hour (0..23) of a day. More come in the weeks of the Christmas market. */
export function arrivalsPerHour(street: StreetType, day: Day, hour: number): number {
  const rate = DEMAND[street].arrivals[day.kind][hour]!;
  return street === 'shopping' && day.isAdvent && hour >= 10 ? rate * 1.4 : rate;
}

/** What kind of stay a number from 0 to 1 makes of an arrival at this hour. */
export function stayOf(street: StreetType, hour: number, chance: number): Stay {
  const part = hour < 5 || hour >= 21 ? 0 : hour < 10 ? 1 : hour < 16 ? 2 : 3;
  const { work, home } = DEMAND[street];
  if (chance < work[part]) return 'work';
  return chance < work[part] + home[part] ? 'home' : 'visit';
}
