import type { CityModel } from '../city/plan.ts';

/**
 * When a modem can hear what the network has for it. Asleep in `psm` it hears nothing but for a while after an uplink (T3324); with `edrx` it
 * listens in a paging window once in a cycle besides, with `drx` all but always.
 */
export interface Listening {
  readonly mode: 'psm' | 'edrx' | 'drx';
  /** After the end of each uplink, ms. */
  readonly activeMs: number;
  /** Between the beginnings of two paging windows, and how long one is, ms. */
  readonly cycleMs: number;
  readonly windowMs: number;
}

const NEVER = { cycleMs: Infinity, windowMs: 0 } as const;

/**
 * The usual choice: sleepers that report by themselves in PSM, those on mains in plain DRX.
 * - EM400-MUD: "can only receive downlink commands within the 10s after sending uplink packets" (NB-IoT user guide, 6.2.3).
 * - T3324 of 16 s: two DRX cycles of 2.56 s and 10 s in the network are what reliable paging takes (u-blox UBX-20050829, 8.1).
 * - eDRX of NB-IoT: cycles from 20.48 to 10,485.76 s, windows of 2.56 to 40.96 s (3GPP TS 24.008, 10.5.5.32). 10.24 s in 327.68 s is
 *   assumed, for sensors that somebody wants to reach within minutes.
 * - DRX: 1.28 to 10.24 s.
 */
export const LISTENINGS: Readonly<Record<CityModel, Listening>> = {
  'dragino-ndds75': { mode: 'psm', activeMs: 16_000, ...NEVER },
  'dingtek-df702': { mode: 'psm', activeMs: 16_000, ...NEVER },
  'milesight-em400-mud': { mode: 'psm', activeMs: 10_000, ...NEVER },
  'dingtek-do201': { mode: 'edrx', activeMs: 16_000, cycleMs: 327_680, windowMs: 10_240 },
  'dingtek-do202': { mode: 'edrx', activeMs: 16_000, cycleMs: 327_680, windowMs: 10_240 },
  'ucifi-streetlight': { mode: 'drx', activeMs: 16_000, cycleMs: 2_560, windowMs: 0 },
};

/** The first moment from `at` on at which a paging window is open, UTC ms; Infinity: never. @param phaseMs when the first one begins */
export function pagedAt({ cycleMs, windowMs }: Listening, phaseMs: number, at: number): number {
  if (cycleMs === Infinity) return Infinity;
  const begin = Math.floor((at - phaseMs) / cycleMs) * cycleMs + phaseMs;
  return Math.ceil(at <= begin || at < begin + windowMs ? Math.max(at, begin) : begin + cycleMs);
}
