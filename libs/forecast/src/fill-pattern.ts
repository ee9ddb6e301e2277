import { DAY_MS } from '@stadtfunk/kernel';
import { FILL_OPTIONS } from './fill-options.ts';
import { PARTS, WEEKDAYS, type FillState } from './fill-state.ts';
import type { LocalClock } from './local-clock.ts';

const PART_MS = DAY_MS / PARTS;
/** However odd the data: one weekday or part of the day has no more than this many times the average, and no less. */
const MOST_FACTOR = 6;
const LEAST_FACTOR = 0.05;

/** Expected levels per day, on average and by weekday and part of the day. */
export interface FillPattern {
  readonly ratePerDay: number;
  /** By weekday from Monday: times the average. */
  readonly weekdays: readonly number[];
  readonly parts: readonly number[];
}

/** A stretch of time within one part of one local day. */
export interface Stretch {
  weekday: number;
  part: number;
  days: number;
}

/** Variance of a day's filling per level expected. */
export function dispersionOf({ a, b }: FillState): number {
  const { priorDispersion, priorDispersionWeight } = FILL_OPTIONS;
  return (a + priorDispersion * priorDispersionWeight) / (b + priorDispersionWeight);
}

/** What the state says of the pattern: each factor drawn to 1 the less is known of it (gamma-Poisson shrinkage). */
export function patternOf(state: FillState): FillPattern {
  const pattern = new WorkingPattern();
  pattern.take(state);
  return pattern;
}

/** A pattern that is worked out anew in the same place: for every reading of every container. */
export class WorkingPattern implements FillPattern {
  ratePerDay = 0;
  readonly weekdays: number[] = new Array<number>(WEEKDAYS).fill(1);
  readonly parts: number[] = new Array<number>(PARTS).fill(1);

  take(state: FillState): void {
    const { priorDays, priorRatePerDay, weekdayVariance, partVariance } = FILL_OPTIONS;
    const dispersion = dispersionOf(state);
    this.ratePerDay = Math.max(0, (state.f + priorDays * priorRatePerDay) / (state.e + priorDays));
    factorsInto(this.weekdays, state.wf, state.wt, dispersion / weekdayVariance);
    factorsInto(this.parts, state.pf, state.pt, dispersion / partVariance);
  }
}

function factorsInto(factors: number[], filled: readonly number[], days: readonly number[], weight: number): void {
  const count = factors.length;
  let total = 0;
  let time = 0;
  for (let index = 0; index < count; index++) {
    total += filled[index]!;
    time += days[index]!;
  }
  if (!(total > 0 && time > 0)) {
    factors.fill(1);
    return;
  }
  const rate = total / time;
  let sum = 0;
  for (let index = 0; index < count; index++) {
    const factor = (filled[index]! + weight) / (rate * days[index]! + weight);
    const bounded = factor > LEAST_FACTOR ? (factor < MOST_FACTOR ? factor : MOST_FACTOR) : LEAST_FACTOR;
    factors[index] = bounded;
    sum += bounded;
  }
  const scale = count / sum;
  for (let index = 0; index < count; index++) factors[index]! *= scale;
}

/** The time from one moment to another, cut at the parts of local days. At most some hundred pieces are asked for. */
export class Stretches {
  readonly #pieces: Stretch[] = [];
  length = 0;

  take(clock: LocalClock, from: number, to: number): void {
    let count = 0;
    for (let at = from; at < to; count++) {
      const local = clock.localTime(at);
      const ofDay = modulo(local, DAY_MS);
      const ms = Math.min(to - at, PART_MS - modulo(ofDay, PART_MS));
      const piece = (this.#pieces[count] ??= { weekday: 0, part: 0, days: 0 });
      piece.weekday = weekdayOf(local);
      piece.part = Math.floor(ofDay / PART_MS);
      piece.days = ms / DAY_MS;
      at += ms;
    }
    this.length = count;
  }

  at(index: number): Stretch {
    return this.#pieces[index]!;
  }
}

/** 0 is Monday. 1 January 1970 was a Thursday. */
function weekdayOf(local: number): number {
  return modulo(Math.floor(local / DAY_MS) + 3, WEEKDAYS);
}

/** What should come in over a stretch. */
export function expectedOf({ ratePerDay, weekdays, parts }: FillPattern, { weekday, part, days }: Stretch): number {
  return ratePerDay * weekdays[weekday]! * parts[part]! * days;
}

/**
 * When each of these amounts (ascending) should have come in, from a moment on; Infinity beyond the horizon.
 */
export function momentsOf(
  pattern: FillPattern,
  clock: LocalClock,
  from: number,
  amounts: readonly number[],
): readonly number[] {
  const moments: number[] = [];
  const end = from + FILL_OPTIONS.horizonDays * DAY_MS;
  let filled = 0;
  let at = from;
  while (moments.length < amounts.length) {
    const amount = amounts[moments.length]!;
    if (amount <= filled) {
      moments.push(at);
      continue;
    }
    if (at >= end) {
      moments.push(Infinity);
      continue;
    }
    const local = clock.localTime(at);
    const ofDay = modulo(local, DAY_MS);
    const part = Math.floor(ofDay / PART_MS);
    const perMs = (pattern.ratePerDay * pattern.weekdays[weekdayOf(local)]! * pattern.parts[part]!) / DAY_MS;
    const ms = PART_MS - modulo(ofDay, PART_MS);
    if (filled + perMs * ms >= amount) moments.push(at + Math.round((amount - filled) / perMs));
    else {
      filled += perMs * ms;
      at += ms;
    }
  }
  return moments;
}

/** Of whole numbers. `%` of numbers beyond 31 bits is a call out of compiled code. */
export const modulo = (value: number, by: number): number => value - Math.floor(value / by) * by;
