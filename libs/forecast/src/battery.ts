import { DAY_MS } from '@stadtfunk/kernel';
import { addDay, lineOf, newTrend, type Trend } from './trend.ts';

/** Settings of the forecast of batteries. docs/forecast.md says why. */
export const BATTERY_OPTIONS = {
  /** Below these a battery is low: as in the rule `device.batteryLow`. */
  lowLevel: 0.15,
  lowVoltage: 3.2,
  /** Cells between these are 3.6 V lithium cells (Li-SOCl2); of others the voltage tells nothing here. */
  cellVoltage: [2, 3.9],
  /** A cell shows so much less below -5 degrees (thresholds of Nwave sensors). */
  frostVoltage: 0.1,
  frostBelowCel: -5,
  /** Healthy cells were seen to deviate by 0.056 V: what is further below the plateau falls. */
  kneeVoltage: 0.06,
  /** How fast lines forget, in days. */
  levelHalfLifeDays: 90,
  voltageHalfLifeDays: 8,
  plateauHalfLifeDays: 60,
  /** A line needs so many days, so many standard errors, and a level so much decline. */
  leastLevelDays: 30,
  leastVoltageDays: 14,
  leastErrors: 3,
  leastDecline: 0.05,
  /** Values that rise by this much on two days in a row are those of a new battery. */
  newLevel: 0.3,
  newVoltage: 0.25,
  /** Beyond these there is no forecast. */
  levelHorizonDays: 365,
  voltageHorizonDays: 60,
  /** Days are no independent measurements, and loads change: errors of a line are larger by this, and by a share of it. */
  errorFactor: 1.2,
  levelDrift: 0.25,
  voltageDrift: 0.24,
  /** A deviation from the plateau below this is noise. */
  leastDrop: 0.01,
} as const;

/** What days tell is the same until the next one is over. A symbol, so that JSON leaves it out. */
const OUTLOOK = Symbol('outlook');

interface Outlook {
  readonly warm: boolean;
  readonly level: BatteryForecast | NoBatteryForecast;
  readonly voltage: BatteryForecast | NoBatteryForecast;
}

/** What is remembered of a battery, as plain JSON of some 500 bytes. Changed in place by `observeBattery`. */
export interface BatteryState {
  /** Format of this state. */
  v: 1;
  /** The newest reading, UTC ms. */
  t: number;
  /** Its day of UTC, with the highest voltage and level so far: load and cold only lower them. */
  d: number;
  du: number | null;
  dl: number | null;
  /** Days in a row that looked like those of a new battery. */
  fresh: number;
  /** It was replaced since this device was first heard. */
  renewed: boolean;
  /** Of the level, and of the logarithm of how far (V) the voltage is below the plateau. */
  level: Trend;
  drop: Trend;
  /** Voltage before it began to fall: a slow mean of days, and of how many. */
  plateau: number;
  days: number;
  /** Whether temperatures come with the voltages, so that frost is accounted for. */
  warm: boolean;
  [OUTLOOK]?: Outlook | undefined;
}

/** What a sensor says of its battery. Absent is not zero. */
export interface BatteryReading {
  readonly batteryVoltage?: number | undefined;
  readonly batteryLevel?: number | undefined;
  /** Of the sensor or, lacking that, around it; degrees Celsius. */
  readonly temperature?: number | undefined;
}

export const NO_BATTERY_FORECAST = ['tooFewReadings', 'noDecline', 'uncertain'] as const;
export type NoBatteryForecast = (typeof NO_BATTERY_FORECAST)[number];

/** When a battery will be low. UTC ms; `latestAt` null: beyond the horizon. */
export interface BatteryForecast {
  readonly by: 'batteryLevel' | 'batteryVoltage';
  /** The value that is low. */
  readonly low: number;
  readonly expectedAt: number;
  readonly earliestAt: number;
  readonly latestAt: number | null;
}

export function newBatteryState(): BatteryState {
  const trends = { level: newTrend(), drop: newTrend() };
  return { v: 1, t: 0, d: 0, du: null, dl: null, fresh: 0, renewed: false, ...trends, plateau: 0, days: 0, warm: true };
}

/** One reading that can be believed. What is not newer than the last one changes nothing. */
export function observeBattery(state: BatteryState, observedAt: number, reading: BatteryReading): void {
  const { batteryVoltage, batteryLevel, temperature } = reading;
  if (observedAt <= state.t || (batteryVoltage === undefined && batteryLevel === undefined)) return;
  const day = Math.floor(observedAt / DAY_MS);
  if (day !== state.d) {
    closeDay(state);
    state.d = day;
    state.du = null;
    state.dl = null;
  }
  state.t = observedAt;
  const { cellVoltage, frostVoltage, frostBelowCel } = BATTERY_OPTIONS;
  if (batteryVoltage !== undefined && batteryVoltage > cellVoltage[0] && batteryVoltage < cellVoltage[1]) {
    if (temperature === undefined) state.warm = false;
    const inFrost = temperature !== undefined && temperature < frostBelowCel;
    state.du = Math.max(state.du ?? 0, batteryVoltage + (inFrost ? frostVoltage : 0));
  }
  if (batteryLevel !== undefined) state.dl = Math.max(state.dl ?? 0, batteryLevel);
}

function closeDay(state: BatteryState): void {
  const { du, dl, d } = state;
  if (du === null && dl === null) return;
  state[OUTLOOK] = undefined;
  const { newLevel, newVoltage, levelHalfLifeDays, voltageHalfLifeDays, plateauHalfLifeDays, kneeVoltage, leastDrop } =
    BATTERY_OPTIONS;
  const isFresh =
    (dl !== null && state.level.w > 0 && dl > lineOf(state.level).value + newLevel) ||
    (du !== null && state.drop.w > 0 && du > state.plateau - Math.exp(lineOf(state.drop).value) + newVoltage);
  if (isFresh && state.fresh === 0) {
    state.fresh = 1;
    return;
  }
  if (isFresh)
    Object.assign(state, { level: newTrend(), drop: newTrend(), plateau: 0, days: 0, warm: true, renewed: true });
  state.fresh = 0;
  if (dl !== null) addDay(state.level, d, dl, levelHalfLifeDays);
  if (du === null) return;
  if (state.days > 0) addDay(state.drop, d, Math.log(Math.max(leastDrop, state.plateau - du)), voltageHalfLifeDays);
  // A fall must not draw the plateau after it.
  if (state.days > 0 && du < state.plateau - kneeVoltage / 2) return;
  state.days++;
  const share = Math.max(1 / state.days, 1 - 0.5 ** (1 / plateauHalfLifeDays));
  state.plateau = Math.round((state.plateau + share * (du - state.plateau)) * 1e6) / 1e6;
}

/** When the battery will be low, by what falls first. Where the data do not tell: why. */
export function forecastBattery(state: BatteryState): BatteryForecast | NoBatteryForecast {
  let outlook = state[OUTLOOK];
  if (outlook?.warm !== state.warm) {
    outlook = { warm: state.warm, level: byLevel(state), voltage: byVoltage(state) };
    state[OUTLOOK] = outlook;
  }
  const { level, voltage } = outlook;
  const byLine = typeof level === 'object' ? notBefore(state.t, level) : level;
  const byFall = typeof voltage === 'object' ? notBefore(state.t, voltage) : voltage;
  if (typeof byLine === 'object') {
    return typeof byFall === 'object' && byFall.expectedAt < byLine.expectedAt ? byFall : byLine;
  }
  if (typeof byFall === 'object') return byFall;
  if (byLine === 'uncertain' || byFall === 'uncertain') return 'uncertain';
  return byLine === 'noDecline' || byFall === 'noDecline' ? 'noDecline' : 'tooFewReadings';
}

/** Whether it is known since the last forecast that there is none before the next day is over. */
export function isWithoutForecast({ [OUTLOOK]: outlook, warm }: BatteryState): boolean {
  return outlook?.warm === warm && typeof outlook.level !== 'object' && typeof outlook.voltage !== 'object';
}

/** What is foretold is not over yet. */
function notBefore(now: number, { by, low, expectedAt, earliestAt, latestAt }: BatteryForecast): BatteryForecast {
  return {
    by,
    low,
    expectedAt: Math.max(now, expectedAt),
    earliestAt: Math.max(now, earliestAt),
    latestAt: latestAt === null ? null : Math.max(now, latestAt),
  };
}

/** What counts charge declines in a line. */
function byLevel({ level }: BatteryState): BatteryForecast | NoBatteryForecast {
  const { leastLevelDays, leastDecline, leastErrors, lowLevel, levelHorizonDays, errorFactor, levelDrift } =
    BATTERY_OPTIONS;
  const line = lineOf(level);
  if (line.days < leastLevelDays || line.count < leastLevelDays / 3) return 'tooFewReadings';
  if (-line.perDay * line.days < leastDecline) return 'noDecline';
  if (-line.perDay < leastErrors * errorFactor * line.error) return 'uncertain';
  const left = Math.max(0, line.value - lowLevel);
  const spread = 1.28 * Math.hypot(errorFactor * line.error, levelDrift * line.perDay);
  return forecastOf('batteryLevel', lowLevel, level.last, levelHorizonDays, [
    left / (-line.perDay + spread),
    left / -line.perDay,
    left / Math.max(0, -line.perDay - spread),
  ]);
}

/**
 * The voltage says nothing for years. Past the knee it falls ever faster: how far it is below the plateau grows by the same
 * share every day, and that share is what its logarithm shows.
 */
function byVoltage({ drop, plateau, days, warm }: BatteryState): BatteryForecast | NoBatteryForecast {
  const { kneeVoltage, frostVoltage, lowVoltage, leastVoltageDays, leastErrors, voltageHorizonDays } = BATTERY_OPTIONS;
  if (days < leastVoltageDays) return 'tooFewReadings';
  const line = lineOf(drop);
  const fallen = Math.exp(line.value);
  // Without temperatures the fall may be frost.
  if (fallen < kneeVoltage + (warm ? 0 : frostVoltage)) return 'noDecline';
  const { errorFactor, voltageDrift } = BATTERY_OPTIONS;
  if (line.perDay < leastErrors * line.error) return 'uncertain';
  const spread = 1.28 * Math.hypot(errorFactor * line.error, voltageDrift * line.perDay);
  const left = Math.log(Math.max(1, (plateau - lowVoltage) / fallen));
  return forecastOf('batteryVoltage', lowVoltage, drop.last, voltageHorizonDays, [
    left / (line.perDay + spread),
    left / line.perDay,
    left / Math.max(0, line.perDay - spread),
  ]);
}

function forecastOf(
  by: BatteryForecast['by'],
  low: number,
  lastDay: number,
  horizonDays: number,
  [earliest, expected, latest]: readonly [number, number, number],
): BatteryForecast | NoBatteryForecast {
  if (expected > horizonDays) return 'noDecline';
  // Lines end in the middle of the last whole day.
  const at = (days: number) => Math.round((lastDay + 0.5 + days) * DAY_MS);
  const isKnown = latest <= 2 * horizonDays;
  return { by, low, expectedAt: at(expected), earliestAt: at(earliest), latestAt: isKnown ? at(latest) : null };
}
