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
  readonly weekdays: ArrayLike<number>;
  readonly parts: ArrayLike<number>;
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
  return new WorkingPattern(state);
}

class WorkingPattern implements FillPattern {
  ratePerDay = 0.5;
  readonly weekdays = new Float64Array(WEEKDAYS);
  readonly parts = new Float64Array(PARTS);

  constructor(state?: FillState) {
    if (state) this.take(state);
  }

  take(state: FillState): void {
    const { priorDays, priorRatePerDay, weekdayVariance, partVariance } = FILL_OPTIONS;
    const dispersion = dispersionOf(state);
    this.ratePerDay = Math.max(0, (state.f + priorDays * priorRatePerDay) / (state.e + priorDays));
    factorsInto(this.weekdays, state.wf, state.wt, dispersion / weekdayVariance);
    factorsInto(this.parts, state.pf, state.pt, dispersion / partVariance);
  }
}

const working = new WorkingPattern();
let workingOf: FillState | null = null;

/**
 * The same in one place, true until somebody asks for that of another state. A reading and the forecast before it ask for the same one; whoever
 * changes what a state knows of its pattern says so (`forgetPattern`).
 */
export function workingPatternOf(state: FillState): FillPattern {
  if (workingOf !== state) {
    workingOf = null;
    working.take(state);
    workingOf = state;
  }
  return working;
}

export function forgetPattern(state: FillState): void {
  if (workingOf === state) workingOf = null;
}

function factorsInto(factors: Float64Array, filled: readonly number[], days: readonly number[], weight: number): void {
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

/** The way along a pattern from a moment on, gone once for amounts that ascend. Used again for the next way, as nothing of it is kept. */
export class PatternWalk {
  #pattern: FillPattern = { ratePerDay: 0, weekdays: [], parts: [] };
  #clock: LocalClock | null = null;
  #at = 0.5;
  #end = 0.5;
  #filled = 0.5;

  start(pattern: FillPattern, clock: LocalClock, from: number): void {
    this.#pattern = pattern;
    this.#clock = clock;
    this.#at = from;
    this.#end = from + FILL_OPTIONS.horizonDays * DAY_MS;
    this.#filled = 0;
  }

  /** When this amount should have come in; Infinity beyond the horizon. */
  until(amount: number): number {
    const { ratePerDay, weekdays, parts } = this.#pattern;
    const clock = this.#clock!;
    const end = this.#end;
    let at = this.#at;
    let filled = this.#filled;
    let moment = amount <= filled ? at : NaN;
    while (Number.isNaN(moment)) {
      if (at >= end) {
        moment = Infinity;
        break;
      }
      const local = clock.localTime(at);
      const ofDay = modulo(local, DAY_MS);
      const part = Math.floor(ofDay / PART_MS);
      const perMs = (ratePerDay * weekdays[weekdayOf(local)]! * parts[part]!) / DAY_MS;
      const ms = PART_MS - modulo(ofDay, PART_MS);
      if (filled + perMs * ms >= amount) moment = at + Math.round((amount - filled) / perMs);
      else {
        filled += perMs * ms;
        at += ms;
        if (amount <= filled) moment = at;
      }
    }
    this.#at = at;
    this.#filled = filled;
    return moment;
  }
}

/** Of whole numbers. `%` of numbers beyond 31 bits is a call out of compiled code. */
export const modulo = (value: number, by: number): number => value - Math.floor(value / by) * by;
