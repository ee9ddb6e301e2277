import { DAY_MS } from '@stadtfunk/kernel';
import type { StoredReading, TelemetryStore } from '@stadtfunk/readings';
import {
  forecastBattery,
  newBatteryState,
  observeBattery,
  type BatteryForecast,
  type NoBatteryForecast,
} from './battery.ts';
import { expectedLevel, forecastLevels, type LevelForecast, type NoFillForecast } from './fill-forecast.ts';
import { FILL_OPTIONS } from './fill-options.ts';
import { patternOf } from './fill-pattern.ts';
import { newFillState, type FillState } from './fill-state.ts';
import { observeLevel } from './fill-update.ts';
import type { LocalClock } from './local-clock.ts';

/** How far back a forecast looks, in days: what is older has faded. */
const FILL_DAYS = 120;
const BATTERY_DAYS = 365;
/** The newest so many readings count: a week and a half of one that reports every minute, all of most. */
const MOST_READINGS = 15_000;
const PAGE = 1_000;
/** Readings below this quality are rejected (uCIFI 6042). */
const LEAST_QUALITY = 3;

export interface FillOutlook {
  /** The newest reading that was believed, UTC ms, and the level by it and those before. */
  readonly observedAt: number;
  readonly level: number;
  /** Levels per day: on average, and by weekday from Monday. */
  readonly ratePerDay: number;
  readonly ratePerWeekday: readonly number[];
  /** When these levels are reached, or why that cannot be said. */
  readonly levels: readonly LevelForecast[] | NoFillForecast | 'outdated';
}

/** How a container fills, by the stored readings up to a moment; undefined: nothing was measured. Faults of the store. */
export async function fillOutlook(
  telemetry: TelemetryStore,
  clock: LocalClock,
  assetId: string,
  levels: readonly number[],
  now: number,
): Promise<FillOutlook | undefined> {
  const state = await fillStateOf(telemetry, clock, assetId, { now, days: FILL_DAYS });
  if (!state) return undefined;
  const { ratePerDay, weekdays } = patternOf(state);
  return {
    observedAt: state.t,
    level: state.l,
    ratePerDay,
    ratePerWeekday: Array.from(weekdays, (factor) => factor * ratePerDay),
    levels: isOutdated(state, now) ? 'outdated' : forecastLevels(state, clock, levels),
  };
}

/** A moment, and how many days before it are looked at. */
export interface HistorySpan {
  readonly now: number;
  readonly days: number;
}

/**
 * The level (up to 1) that is expected at a moment if nobody empties the container before; undefined: that cannot be said,
 * or the last reading is too old at `now`.
 */
export function levelOutlook(state: FillState, clock: LocalClock, at: number, now: number): number | undefined {
  return isOutdated(state, now) ? undefined : expectedLevel(state, clock, at);
}

function isOutdated(state: FillState, now: number): boolean {
  return now - state.t > FILL_OPTIONS.longestGapMs;
}

/**
 * What the stored readings of some days say of a container; undefined: nothing was measured. Faults of the store.
 * @param known by former readings: it is brought up to date, and only newer readings are looked at
 */
export async function fillStateOf(
  telemetry: TelemetryStore,
  clock: LocalClock,
  assetId: string,
  { now, days }: HistorySpan,
  known?: FillState,
): Promise<FillState | undefined> {
  const from = known ? (known.q?.[0] ?? known.t) + 1 : now - days * DAY_MS;
  if (from > now) return known;
  let state = known;
  for (const { observedAt, quality, values } of (await newest(telemetry, assetId, from, now)).reverse()) {
    const { fillingLevel } = values;
    if (quality < LEAST_QUALITY || typeof fillingLevel !== 'number') continue;
    if (state) observeLevel(state, clock, observedAt, fillingLevel);
    else state = newFillState(observedAt, fillingLevel);
  }
  return state;
}

async function newest(telemetry: TelemetryStore, assetId: string, from: number, now: number): Promise<StoredReading[]> {
  const found: StoredReading[] = [];
  const query = {
    subject: { assetId },
    from,
    to: now + 1,
    quantities: ['fillingLevel'],
  } as const;
  let after: string | undefined;
  do {
    const page = await telemetry.read({ ...query, order: 'desc', limit: PAGE, ...(after !== undefined && { after }) });
    found.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined && found.length < MOST_READINGS);
  return found;
}

/** When the battery of a device will be low, by the means of its days up to a moment. Faults of the store. */
export async function batteryOutlook(
  telemetry: TelemetryStore,
  deviceId: string,
  now: number,
): Promise<BatteryForecast | NoBatteryForecast> {
  const days = await telemetry.aggregate({
    subject: { deviceId },
    from: now - BATTERY_DAYS * DAY_MS,
    to: now + 1,
    quantities: ['batteryVoltage', 'batteryLevel', 'deviceTemperature', 'temperature'],
    bucket: { everyMs: DAY_MS },
    limit: BATTERY_DAYS + 2,
  });
  const state = newBatteryState();
  for (const { observedAt, values } of days) {
    const temperature = values.deviceTemperature ?? values.temperature;
    const { batteryVoltage, batteryLevel } = values;
    observeBattery(state, observedAt, {
      ...(batteryVoltage !== undefined && { batteryVoltage }),
      ...(batteryLevel !== undefined && { batteryLevel }),
      ...(temperature !== undefined && { temperature }),
    });
  }
  return forecastBattery(state);
}
