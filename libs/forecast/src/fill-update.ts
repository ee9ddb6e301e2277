import { DAY_MS } from '@stadtfunk/kernel';
import { FILL_OPTIONS } from './fill-options.ts';
import {
  dispersionOf,
  expectedOf,
  forgetPattern,
  patternOf,
  Stretches,
  workingPatternOf,
  type FillPattern,
} from './fill-pattern.ts';
import type { FillState } from './fill-state.ts';
import type { LocalClock } from './local-clock.ts';

/** How fast the estimate of the sensor's noise follows. */
const NOISE_SHARE = 0.02;
/** One error of expectation counts no more than this: a market day does not make every day uncertain. */
const MOST_ERROR = 0.6;

/**
 * One reading of the filling level (0..1) that can be believed. What is not newer than the last one changes nothing. The
 * same readings in the same order always give the same state.
 */
export function observeLevel(state: FillState, clock: LocalClock, observedAt: number, level: number): void {
  if (observedAt <= (state.q?.[0] ?? state.t)) return;
  if (observedAt - state.t > FILL_OPTIONS.longestGapMs) {
    settleAt(state, observedAt, level);
    return;
  }
  const verdict = judge(working, workingPatternOf(state), state, clock, observedAt, level);
  if (verdict.contradicts === 0) {
    state.q = null;
    follow(state, clock, observedAt, level, verdict);
    return;
  }
  const pending = state.q;
  if (pending === null) {
    state.q = [observedAt, level];
    return;
  }
  // Two readings say so: the container was emptied, or a lot came in at once.
  const [pendingAt, pendingLevel] = pending;
  const { contradicts } = verdict;
  const first = judge(new Verdict(), patternOf(state), state, clock, pendingAt, pendingLevel);
  const after = { ...state, t: pendingAt, x: pendingLevel, l: pendingLevel, p: state.n };
  if (
    first.contradicts !== contradicts ||
    judge(working, workingPatternOf(after), after, clock, observedAt, level).contradicts !== 0
  ) {
    state.q = [observedAt, level];
    return;
  }
  if (first.contradicts > 0) {
    credit(
      state,
      clock,
      pendingAt,
      Math.min(pendingLevel - state.x, first.expected + FILL_OPTIONS.suspiciousRise),
      first,
    );
  }
  settleAt(state, pendingAt, pendingLevel);
  observeLevel(state, clock, observedAt, level);
}

/** What a reading looks like beside what was expected. */
class Verdict {
  /** -1: far below what was expected, 1: far above, 0: as expected. */
  contradicts: -1 | 0 | 1 = 0;
  pattern: FillPattern = { ratePerDay: 0, weekdays: [], parts: [] };
  readonly stretches = new Stretches();
  /** What was expected of each stretch, and of all. */
  readonly amounts: number[] = [];
  expected = 0.5;
  dispersion = 0.5;
}

/** For nearly every reading: of a second one at the same time only what contradicts. Nothing of it outlives a call. */
const working = new Verdict();

function judge(
  verdict: Verdict,
  pattern: FillPattern,
  state: FillState,
  clock: LocalClock,
  at: number,
  level: number,
): Verdict {
  const { stretches, amounts } = verdict;
  verdict.pattern = pattern;
  stretches.take(clock, state.t, at);
  let expected = 0;
  for (let index = 0; index < stretches.length; index++) {
    const amount = expectedOf(pattern, stretches.at(index));
    amounts[index] = amount;
    expected += amount;
  }
  const dispersion = dispersionOf(state);
  const deviation = Math.sqrt(state.p + dispersion * expected + state.n);
  const error = level - Math.min(1, state.l + expected);
  const { suspiciousFall, suspiciousRise, suspiciousDeviations } = FILL_OPTIONS;
  // What comes in makes a level high and never low: below, only noise counts.
  const noise = suspiciousDeviations * Math.sqrt(state.n);
  const isLow = level - state.l < -Math.max(suspiciousFall, noise);
  const possibleRise = (FILL_OPTIONS.possibleRatePerDay * (at - state.t)) / DAY_MS;
  const isHigh = error > Math.max(suspiciousRise, possibleRise, suspiciousDeviations * deviation);
  verdict.contradicts = isLow ? -1 : isHigh ? 1 : 0;
  verdict.expected = expected;
  verdict.dispersion = dispersion;
  return verdict;
}

/** A new start from a level that is certain, apart from noise. What came in before it is not known. */
function settleAt(state: FillState, at: number, level: number): void {
  state.t = at;
  state.x = level;
  state.l = level;
  state.p = state.n;
  state.q = null;
  state.s = 0;
  state.r = 0;
}

/** A reading as expected: the state follows it. */
function follow(state: FillState, clock: LocalClock, at: number, level: number, verdict: Verdict): void {
  const { expected, dispersion } = verdict;
  const { saturatedLevel, stuckLevel } = FILL_OPTIONS;
  const rise = level - state.x;
  if (state.x < saturatedLevel) {
    state.s = level === state.x ? rounded(state.s + expected) : 0;
    const amount = level < saturatedLevel ? rise : atLeast(rise, expected, dispersion * expected);
    const little = expected - FILL_OPTIONS.emptiedUnseenDeviations * Math.sqrt(dispersion * expected);
    if (little > 0 && rise < little) expectMore(state, clock, at, rise, expected);
    else if (state.s <= stuckLevel) credit(state, clock, at, amount, verdict);
  } else state.s = 0;
  const error = rise - expected;
  // Noise lifts one rise and lowers the next: what neighbours have in common, with the sign turned, is its variance.
  const noise = state.n + NOISE_SHARE * (-error * state.r - state.n);
  const { leastNoise, mostNoise } = FILL_OPTIONS;
  state.n = tiny(Math.min(mostNoise ** 2, Math.max(leastNoise ** 2, noise)));
  state.r = rounded(Math.min(MOST_ERROR, Math.max(-MOST_ERROR, error)));
  // A Kalman filter of a level that rises as expected, give or take.
  const variance = state.p + dispersion * expected;
  const gain = variance / (variance + state.n);
  const before = state.l + expected;
  state.l = rounded(Math.min(1, Math.max(0, before + gain * (level - before))));
  state.p = tiny((1 - gain) * variance);
  state.t = at;
  state.x = level;
}

/**
 * The mean of a normal amount of which only the least is known: above the rim nobody sees how much it was. The density
 * over the tail of the normal distribution (the inverse Mills ratio), with a logistic curve for the tail.
 */
function atLeast(least: number, mean: number, variance: number): number {
  const deviation = Math.sqrt(variance + 1e-6);
  const z = Math.min(3, Math.max(-3, (least - mean) / deviation));
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const tail = 1 / (1 + Math.exp(1.702 * z));
  return Math.max(least, mean + deviation * Math.min(density / tail, Math.abs(z) + 1));
}

/**
 * So little that it was probably emptied between two readings, as happens where a sensor speaks once a day: it tells
 * nothing of the rate, but makes it less certain.
 */
function expectMore(state: FillState, clock: LocalClock, at: number, rise: number, expected: number): void {
  closeDay(state, clock, at);
  state.da = rounded(state.da + rise);
  state.dm = rounded(state.dm + expected);
}

/** Notes what came in from the last reading up to this one. */
function credit(state: FillState, clock: LocalClock, to: number, amount: number, verdict: Verdict): void {
  const { pattern, stretches, amounts, expected } = verdict;
  closeDay(state, clock, to);
  forgetPattern(state);
  state.da = rounded(state.da + amount);
  state.dm = rounded(state.dm + expected);
  state.f = rounded(state.f + amount);
  let total = 0;
  for (let index = 0; index < stretches.length; index++) total += stretches.at(index).days;
  for (let index = 0; index < stretches.length; index++) {
    const { weekday, part, days } = stretches.at(index);
    // By what was expected of each stretch, as nothing tells when within the time it came.
    const share = amount * (expected > 0 ? amounts[index]! / expected : days / total);
    state.e = rounded(state.e + pattern.weekdays[weekday]! * pattern.parts[part]! * days);
    state.wf[weekday] = rounded(state.wf[weekday]! + share);
    state.wt[weekday] = rounded(state.wt[weekday]! + days);
    state.pf[part] = rounded(state.pf[part]! + share);
    state.pt[part] = rounded(state.pt[part]! + days);
  }
}

/** With a new local day: notes how far the last one was from what was expected, and lets all that is known fade. */
function closeDay(state: FillState, clock: LocalClock, at: number): void {
  const day = Math.floor(clock.localTime(at) / DAY_MS);
  if (day === state.d) return;
  if (state.d > 0) {
    forgetPattern(state);
    const { rateHalfLifeDays, patternHalfLifeDays } = FILL_OPTIONS;
    const slow = 0.5 ** ((day - state.d) / patternHalfLifeDays);
    const fast = 0.5 ** ((day - state.d) / rateHalfLifeDays);
    const error = Math.min(MOST_ERROR, Math.abs(state.da - state.dm));
    state.a = rounded(slow * (state.a + Math.max(0, error ** 2 - 2 * state.n)));
    state.b = rounded(slow * (state.b + state.dm));
    state.f = rounded(fast * state.f);
    state.e = rounded(fast * state.e);
    for (const sums of [state.wf, state.wt, state.pf, state.pt]) {
      for (let index = 0; index < sums.length; index++) sums[index] = rounded(slow * sums[index]!);
    }
  }
  state.d = day;
  state.da = 0;
  state.dm = 0;
}

/** Short numbers keep the state short. JSON knows no -0. */
function rounded(value: number): number {
  return Math.round(value * 1e5) / 1e5 + 0;
}

function tiny(value: number): number {
  return Math.round(value * 1e8) / 1e8;
}
