import { FILL_OPTIONS } from './fill-options.ts';

/** Parts of the local day, of three hours each. */
export const PARTS = 8;
export const WEEKDAYS = 7;

/**
 * What is remembered of how a container fills, as plain JSON of some 500 bytes. Changed in place by `observeLevel`. Sums
 * fade with time. Levels are 0..1, times UTC ms.
 */
export interface FillState {
  /** Format of this state. */
  v: 1;
  /** The last reading that was believed: when, and its level. */
  t: number;
  x: number;
  /** The level by all readings since it was emptied, and the variance of that. */
  l: number;
  p: number;
  /** A reading that contradicts, until the next one tells whether it was true: when, and its level. */
  q: [at: number, level: number] | null;
  /** How much should have come in since the level began to stay exactly the same. */
  s: number;
  /** What came in, and over how many days of average pattern. */
  f: number;
  e: number;
  /** By weekday from Monday: what came in, and over how many days. */
  wf: number[];
  wt: number[];
  /** By part of the day, likewise. */
  pf: number[];
  pt: number[];
  /** The local day (days since 1970), what came in on it so far, and what was expected. */
  d: number;
  da: number;
  dm: number;
  /** Over days: squared errors of what was expected, and what was expected. */
  a: number;
  b: number;
  /** Noise: variance of a measured level, and the last error of expectation. */
  n: number;
  r: number;
}

/** The state after the first reading ever. */
export function newFillState(observedAt: number, level: number): FillState {
  const zeros = (count: number) => new Array<number>(count).fill(0);
  return {
    v: 1,
    t: observedAt,
    x: level,
    l: level,
    p: FILL_OPTIONS.priorNoise ** 2,
    q: null,
    s: 0,
    f: 0,
    e: 0,
    wf: zeros(WEEKDAYS),
    wt: zeros(WEEKDAYS),
    pf: zeros(PARTS),
    pt: zeros(PARTS),
    d: 0,
    da: 0,
    dm: 0,
    a: 0,
    b: 0,
    n: FILL_OPTIONS.priorNoise ** 2,
    r: 0,
  };
}
