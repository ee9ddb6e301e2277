import type { StreetType } from '../city/streets.ts';
import type { Day } from './city-clock.ts';

/** What is thrown into a container: a public litter bin's, or one fraction at a collection point. */
export const FRACTIONS = ['litter', 'paper', 'glass', 'packaging', 'residual'] as const;
export type Fraction = (typeof FRACTIONS)[number];

/** How one fraction comes in and is taken away. Days to full are ours, chosen so that about one in ten is full when a tour comes. */
interface Habits {
  /** Inner heights of its containers, m. */
  readonly heightsM: readonly number[];
  /** Days in which a container fills on average. */
  readonly daysToFull: Readonly<Record<StreetType, number>>;
  /** Weekdays of the tour, 0 is Monday; districts are put off against each other within the week. */
  readonly tourDays: Readonly<Record<StreetType, readonly number[]>>;
  readonly everyWeeks: number;
  readonly tourHour: number;
  /** By hour of the day: on working days, Saturdays, Sundays and holidays. They need not add up to anything. */
  readonly hours: readonly [readonly number[], readonly number[], readonly number[]];
  /** How much comes on a Saturday and on a Sunday, a working day being 1. */
  readonly weekend: readonly [number, number];
  /** By month. */
  readonly season: readonly number[];
  /** Chance of a day that somebody leaves a whole sack or box. */
  readonly sackChance: number;
}

const daily = [0, 1, 2, 3, 4, 5];
// 0 to 23 o'clock.
const OUT_AND_ABOUT = [2, 1, 1, 0, 0, 1, 2, 4, 5, 5, 6, 7, 9, 9, 7, 7, 8, 9, 8, 6, 5, 4, 3, 3];
const WEEKEND_OUT = [4, 3, 2, 1, 1, 1, 1, 2, 3, 5, 7, 8, 8, 8, 9, 9, 8, 7, 6, 6, 6, 6, 5, 5];
// Glass may not be thrown in at night and on Sundays, and some do it nevertheless.
const ALLOWED_HOURS = [0, 0, 0, 0, 0, 0, 1, 5, 6, 6, 6, 6, 5, 4, 5, 6, 8, 9, 9, 7, 2, 1, 0, 0];
const SUNDAY_GLASS = [0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0];
const AT_HOME = [1, 0, 0, 0, 0, 1, 4, 7, 5, 4, 4, 4, 5, 4, 3, 4, 6, 8, 9, 8, 6, 4, 3, 2];
const WEEKEND_HOME = [1, 0, 0, 0, 0, 0, 1, 2, 4, 7, 9, 9, 8, 6, 6, 6, 7, 7, 7, 6, 5, 4, 3, 2];

export const HABITS: Readonly<Record<Fraction, Habits>> = {
  litter: {
    heightsM: [0.7, 0.9],
    daysToFull: { shopping: 2.5, arterial: 5.4, residential: 7.6, industrial: 13 },
    tourDays: { shopping: daily, arterial: [0, 2, 4], residential: [1, 4], industrial: [3] },
    everyWeeks: 1,
    tourHour: 6,
    hours: [OUT_AND_ABOUT, WEEKEND_OUT, WEEKEND_OUT],
    weekend: [1.35, 0.75],
    season: [0.72, 0.76, 0.92, 1.08, 1.2, 1.25, 1.25, 1.2, 1.08, 0.96, 0.82, 0.86],
    sackChance: 0.02,
  },
  paper: {
    heightsM: [1.2, 1.5],
    daysToFull: { shopping: 7.5, arterial: 8, residential: 8.5, industrial: 8.5 },
    tourDays: { shopping: [0, 3], arterial: [0, 3], residential: [0, 3], industrial: [0, 3] },
    everyWeeks: 1,
    tourHour: 7,
    hours: [AT_HOME, WEEKEND_HOME, WEEKEND_HOME],
    weekend: [1.5, 0.6],
    season: [1.1, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.9, 0.95, 1, 1.1, 1.3],
    sackChance: 0.05,
  },
  glass: {
    heightsM: [1.5],
    daysToFull: { shopping: 24, arterial: 26, residential: 27, industrial: 34 },
    tourDays: { shopping: [1], arterial: [1], residential: [1], industrial: [1] },
    everyWeeks: 2,
    tourHour: 7,
    hours: [ALLOWED_HOURS, ALLOWED_HOURS, SUNDAY_GLASS],
    weekend: [1.8, 0.25],
    season: [1.25, 0.9, 0.9, 0.95, 1, 1.05, 1.1, 1, 0.95, 0.95, 0.95, 1.15],
    sackChance: 0.01,
  },
  packaging: {
    heightsM: [1.2],
    daysToFull: { shopping: 13, arterial: 14, residential: 14, industrial: 16 },
    tourDays: { shopping: [2], arterial: [2], residential: [2], industrial: [2] },
    everyWeeks: 1,
    tourHour: 7,
    hours: [AT_HOME, WEEKEND_HOME, WEEKEND_HOME],
    weekend: [1.3, 0.8],
    season: [1, 0.95, 0.97, 1, 1, 1.03, 1.03, 1, 1, 1, 1, 1.08],
    sackChance: 0.04,
  },
  residual: {
    heightsM: [1.2],
    daysToFull: { shopping: 11, arterial: 12, residential: 12.5, industrial: 14 },
    tourDays: { shopping: [4], arterial: [4], residential: [4], industrial: [4] },
    everyWeeks: 1,
    tourHour: 6,
    hours: [AT_HOME, WEEKEND_HOME, WEEKEND_HOME],
    weekend: [1.2, 0.8],
    season: [1, 0.97, 1, 1, 1, 1, 1, 0.98, 1, 1, 1, 1.05],
    sackChance: 0.03,
  },
};

/** Shares of a day that have come in by each full hour, from 0 to 1: 25 numbers for each kind of day. */
export const COURSES: Readonly<Record<Fraction, readonly [Float64Array, Float64Array, Float64Array]>> = {
  litter: coursesOf('litter'),
  paper: coursesOf('paper'),
  glass: coursesOf('glass'),
  packaging: coursesOf('packaging'),
  residual: coursesOf('residual'),
};

function coursesOf(fraction: Fraction): [Float64Array, Float64Array, Float64Array] {
  const [working, saturday, sunday] = HABITS[fraction].hours;
  return [courseOf(working), courseOf(saturday), courseOf(sunday)];
}

function courseOf(hours: readonly number[]): Float64Array {
  const whole = hours.reduce((sum, hour) => sum + hour, 0);
  const course = new Float64Array(25);
  for (let hour = 0; hour < 24; hour++) course[hour + 1] = course[hour]! + hours[hour]! / whole;
  return course;
}

/**
 * How much more than on an average working day a day brings, without the weather: weekday, season, Christmas market, and what the New
 * Year leaves behind. Market days of shopping streets are Wednesday and Saturday.
 */
export function demandOf(fraction: Fraction, street: StreetType, day: Day): number {
  const { weekend, season } = HABITS[fraction];
  let demand = season[day.month]! * (day.kind === 0 ? 1 : weekend[day.kind - 1]!);
  const isNewYear = day.month === 0 && day.dayOfMonth === 1;
  if (fraction === 'litter') {
    if (street === 'shopping' && (day.weekday === 2 || day.weekday === 5)) demand *= 1.2;
    if (street === 'shopping' && day.isAdvent) demand *= 1.3;
    if (isNewYear) demand *= 2.5;
  } else if (fraction === 'glass' && day.month === 0 && day.dayOfMonth <= 4) demand *= 1.5;
  return demand;
}

/** The share (0..1) of a day that has come in when this share of it has gone by. */
export function courseAt(course: Float64Array, dayShare: number): number {
  const hours = dayShare * 24;
  const hour = hours >= 24 ? 23 : Math.floor(hours);
  const from = course[hour]!;
  return from + (course[hour + 1]! - from) * (hours - hour);
}

/** The share of a day that has gone by when this share of it has come in; the inverse of `courseAt`. */
export function dayShareAt(course: Float64Array, share: number): number {
  let hour = 0;
  while (hour < 23 && course[hour + 1]! < share) hour++;
  const from = course[hour]!;
  const within = course[hour + 1]! - from;
  return (hour + (within > 0 ? Math.min(1, (share - from) / within) : 1)) / 24;
}
