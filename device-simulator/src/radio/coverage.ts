import { exp, ln } from '../exact.ts';

/** Coverage enhancement level: with each the network repeats more often. 3GPP TS 36.321. */
export type CoverageLevel = 0 | 1 | 2;

/** Transmit power of a cell on one of its subcarriers, dBm: 43 dBm on the twelve of a carrier (assumed). */
const SUBCARRIER_DBM = 32;
/** Coupling loss from which a level begins, dB: 144 and 154; from 164 on there is no service (3GPP TR 45.820). */
const LEVEL_1_DB = 144;
const LEVEL_2_DB = 154;
/** Thermal noise on 15 kHz, -132 dBm, with what a receiver and the neighbours add, and the best that neighbours leave. */
const NOISE_DBM = -122;
const BEST_SINR_DB = 22;
/** A carrier has twelve subcarriers: 10 log10(12). */
const CARRIER_DB = 10.79;

const LN10 = 2.302585092994046;

export function levelOf(rsrpDbm: number): CoverageLevel {
  const loss = SUBCARRIER_DBM - rsrpDbm;
  return loss < LEVEL_1_DB ? 0 : loss < LEVEL_2_DB ? 1 : 2;
}

/** @param interferenceDb by how much somebody else on the channel lowers it */
export function sinrOf(rsrpDbm: number, interferenceDb = 0): number {
  return Math.min(BEST_SINR_DB, rsrpDbm - NOISE_DBM) - interferenceDb;
}

/** -10.8 dB without noise, less the more of what is received is noise. */
export function rsrqOf(rsrpDbm: number, interferenceDb = 0): number {
  const noise = exp((-sinrOf(rsrpDbm, interferenceDb) * LN10) / 10);
  return -CARRIER_DB - (10 * ln(1 + noise)) / LN10;
}

/** Everything that is received on the carrier, dBm: more with interference, which nobody can tell from a better signal. */
export function rssiOf(rsrpDbm: number, interferenceDb = 0): number {
  if (interferenceDb > 0) return rsrpDbm - rsrqOf(rsrpDbm, interferenceDb);
  return RSSI[rsrpDbm - WEAKEST_DBM] ?? rsrpDbm - rsrqOf(rsrpDbm);
}

/** Signal quality as modems say it: 0 is -113 dBm or less, 31 is -51 or more (3GPP TS 27.007). */
export function csqOf(rsrpDbm: number, interferenceDb = 0): number {
  return Math.max(0, Math.min(31, Math.round((rssiOf(rsrpDbm, interferenceDb) + 113) / 2)));
}

/**
 * How likely an uplink gets through, after everything that modem and network try. Published (WimObiwan/FxWaterAlarm): at -111 dBm, in a
 * closed pit, less than 8 % with one operator and 40 % with another; all with the pit open, at -97 dBm.
 */
export function deliveryOf(rsrpDbm: number): number {
  return DELIVERIES[rsrpDbm - WEAKEST_DBM] ?? reckonedDeliveryOf(rsrpDbm);
}

function reckonedDeliveryOf(rsrpDbm: number): number {
  return 0.998 / (1 + exp(-(rssiOf(rsrpDbm) + 109.5) / 1.2));
}

/** Modems tell whole dBm, so these are all that are asked for. */
const WEAKEST_DBM = -140;
const WHOLE_DBM = Array.from({ length: 91 }, (_, index) => WEAKEST_DBM + index);
const RSSI = Float64Array.from(WHOLE_DBM, (rsrpDbm) => rsrpDbm - rsrqOf(rsrpDbm));
const DELIVERIES = Float64Array.from(WHOLE_DBM, reckonedDeliveryOf);
