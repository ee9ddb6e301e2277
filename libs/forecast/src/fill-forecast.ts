import { DAY_MS } from '@stadtfunk/kernel';
import { FILL_OPTIONS } from './fill-options.ts';
import { dispersionOf, expectedOf, PatternWalk, Stretches, workingPatternOf } from './fill-pattern.ts';
import type { FillState } from './fill-state.ts';
import type { LocalClock } from './local-clock.ts';

/** Why nothing can be said. */
export const NO_FILL_FORECAST = ['tooFewReadings', 'notFilling', 'unconfirmed', 'stuck'] as const;
export type NoFillForecast = (typeof NO_FILL_FORECAST)[number];

/** When a level is reached if nobody empties the container. UTC ms; null: beyond the horizon. */
export interface LevelForecast {
  readonly level: number;
  /** As likely before as after it. */
  readonly expectedAt: number | null;
  /** In one of ten cases before this, and in one of ten after that. */
  readonly earliestAt: number | null;
  readonly latestAt: number | null;
}

/** Why there can be no forecast from this state; undefined: there can be one. */
export function noFillForecast(state: FillState): NoFillForecast | undefined {
  const { leastDays, mostRelativeError, stuckLevel } = FILL_OPTIONS;
  if (state.q !== null) return 'unconfirmed';
  if (state.s > stuckLevel) return 'stuck';
  let days = 0;
  for (let index = 0; index < state.wt.length; index++) days += state.wt[index]!;
  if (days < leastDays) return 'tooFewReadings';
  if (relativeVariance(state) <= mostRelativeError ** 2) return undefined;
  return days >= NOT_FILLING_DAYS ? 'notFilling' : 'tooFewReadings';
}

/** After so many days it is not for want of readings that the rate is not known. */
const NOT_FILLING_DAYS = 14;

/** Of the rate: how far it may be from the truth. */
function relativeVariance(state: FillState): number {
  return dispersionOf(state) / Math.max(1e-9, state.f);
}

/** Nothing of them outlives a call. */
const walk = new PatternWalk();
const amounts = { least: 0.5, most: 0.5 };

/**
 * When these levels (ascending) are reached, from the last reading on. Amounts that come in are taken to be normal around
 * what the pattern expects, so the time until they suffice follows a Birnbaum-Saunders distribution.
 */
export function forecastLevels(
  state: FillState,
  clock: LocalClock,
  levels: readonly number[],
): readonly LevelForecast[] | NoFillForecast {
  const reason = noFillForecast(state);
  if (reason !== undefined) return reason;
  return levels.map((level) => {
    const { expectedAt, earliestAt } = reached(state, clock, level);
    const latestAt = level <= state.l ? state.t : withinHorizon(walk.until(amounts.most));
    return { level, expectedAt, earliestAt, latestAt };
  });
}

/** When a level is reached, likely and at the earliest: what rules ask of every reading. */
export type LevelReached = Pick<LevelForecast, 'expectedAt' | 'earliestAt'>;

export function forecastLevel(state: FillState, clock: LocalClock, level: number): LevelReached | NoFillForecast {
  return noFillForecast(state) ?? reached(state, clock, level);
}

function reached(state: FillState, clock: LocalClock, level: number): LevelReached {
  const gap = level - state.l;
  if (gap <= 0) return { expectedAt: state.t, earliestAt: state.t };
  amountsUntil(gap, state.p, dispersionOf(state), relativeVariance(state) + FILL_OPTIONS.driftVariance);
  walk.start(workingPatternOf(state), clock, state.t);
  const earliestAt = withinHorizon(walk.until(amounts.least));
  return { expectedAt: withinHorizon(walk.until(gap)), earliestAt };
}

function withinHorizon(at: number): number | null {
  return at === Infinity ? null : at;
}

/**
 * The level (up to 1) that is expected at a moment if nobody empties the container before, beyond the horizon that at the
 * horizon; undefined: there can be no forecast.
 */
export function expectedLevel(state: FillState, clock: LocalClock, at: number): number | undefined {
  if (noFillForecast(state) !== undefined) return undefined;
  const pattern = workingPatternOf(state);
  const end = Math.min(at, state.t + FILL_OPTIONS.horizonDays * DAY_MS);
  const stretches = new Stretches();
  stretches.take(clock, state.t, end);
  let amount = 0;
  for (let index = 0; index < stretches.length; index++) amount += expectedOf(pattern, stretches.at(index));
  return Math.min(1, state.l + amount);
}

/**
 * Sets the expected amounts M at which the gap is closed with a probability of one and of nine tenths: the roots of
 * (gap - M)^2 = z^2 (level + dispersion M + drift M^2), the variance of level and amount.
 */
function amountsUntil(gap: number, level: number, dispersion: number, drift: number): void {
  const z2 = FILL_OPTIONS.intervalDeviations ** 2;
  const a = 1 - z2 * drift;
  const b = gap + (z2 * dispersion) / 2;
  const c = gap ** 2 - z2 * level;
  const root = Math.sqrt(Math.max(0, b ** 2 - a * c));
  amounts.least = Math.max(0, c / (b + root));
  amounts.most = a > 0 ? (b + root) / a : Infinity;
}
