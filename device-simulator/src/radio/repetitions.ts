import { exp } from '../exact.ts';
import type { CoverageLevel } from './coverage.ts';

/** Usually 8, 64 or 512 times at coverage levels 0, 1 and 2; at the most 2048 times (3GPP TS 36.213): so many doublings are left. */
const DOUBLINGS_LEFT = [8, 5, 2] as const;
/** Each doubling adds up the energy of twice as many copies: 3 dB. */
const DOUBLING_DB = 3;
/** How much longer an uplink takes with the usual repetitions of its level (published: some 10 s more at level 2). */
const USUAL_FACTOR = [1, 1.6, 4] as const;
/** From level 1 to level 2 eight times the repetitions take 2.5 times as long: a doubling, 2.5 to the third. ln 2.5 / 3. */
const LN_OF_DOUBLING = 0.916290731874155 / 3;

export interface Repeated {
  /** How many times longer than at level 0 an uplink takes. */
  readonly delayFactor: number;
  /** What is missing still when everything has been repeated as often as it can be, dB. */
  readonly shortfallDb: number;
}

const USUALLY = USUAL_FACTOR.map((delayFactor): Repeated => ({ delayFactor, shortfallDb: 0 }));

/** How the network makes up for interference at a coverage level, which it chooses by the strength of the signal alone: it repeats more. */
export function repetitionsAt(level: CoverageLevel, interferenceDb: number): Repeated {
  if (interferenceDb <= 0) return USUALLY[level]!;
  const mostDoublings = DOUBLINGS_LEFT[level];
  const doublings = Math.min(mostDoublings, interferenceDb / DOUBLING_DB);
  return {
    delayFactor: USUAL_FACTOR[level] * exp(doublings * LN_OF_DOUBLING),
    shortfallDb: Math.max(0, interferenceDb - mostDoublings * DOUBLING_DB),
  };
}
