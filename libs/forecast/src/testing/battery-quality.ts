import { DAY_MS } from '@stadtfunk/kernel';
import { forecastBattery, newBatteryState, observeBattery } from '../battery.ts';
import { makeBattery } from './battery-history.ts';

export interface BatteryQuality {
  /** Batteries that ran low, and the share of them that a forecast said so of a week or more before. */
  readonly ranLow: number;
  readonly foretold: number;
  /** Median of days between the first forecast that it is low within 30 days, and that it was. */
  readonly medianWarningDays: number;
  /** Of forecasts: shares of truths within the interval; median of |expected - true| relative to the time there was. */
  readonly forecasts: number;
  readonly covered: number;
  readonly medianRelativeError: number;
  /** Batteries per year of which it was said, wrongly, that they are low within 30 days: they had 120 or more. */
  readonly falsePerYear: number;
}

export function measureBatteryQuality(
  kind: Parameters<typeof makeBattery>[1],
  seeds: readonly number[],
  options: Parameters<typeof makeBattery>[2],
): BatteryQuality {
  let [ranLow, foretold, forecasts, covered, years, falseOnes] = [0, 0, 0, 0, 0, 0];
  const warnings: number[] = [];
  const errors: number[] = [];
  for (const seed of seeds) {
    const { readings, lowAt } = makeBattery(seed, kind, options);
    const state = newBatteryState();
    const end = options.from + options.days * DAY_MS;
    let warnedAt: number | undefined;
    let isWrong = false;
    let day = 0;
    for (const { at, ...reading } of readings) {
      if (lowAt !== null && at >= lowAt) break;
      observeBattery(state, at, reading);
      if (Math.floor(at / DAY_MS) === day) continue;
      day = Math.floor(at / DAY_MS);
      const forecast = forecastBattery(state);
      if (typeof forecast === 'string') continue;
      const isSoon = forecast.expectedAt <= at + 30 * DAY_MS;
      if (isSoon && (lowAt ?? end) > at + 120 * DAY_MS) isWrong = true;
      if (isSoon) warnedAt ??= at;
      if (lowAt === null) continue;
      forecasts++;
      if (lowAt >= forecast.earliestAt && lowAt <= (forecast.latestAt ?? Infinity)) covered++;
      errors.push(Math.abs(forecast.expectedAt - lowAt) / (lowAt - at));
    }
    years += ((lowAt ?? end) - options.from) / (365 * DAY_MS);
    if (isWrong) falseOnes++;
    if (lowAt === null || lowAt < options.from + 60 * DAY_MS) continue;
    ranLow++;
    if (warnedAt === undefined) continue;
    const warning = (lowAt - warnedAt) / DAY_MS;
    if (warning >= 7) foretold++;
    warnings.push(warning);
  }
  return {
    ranLow,
    foretold: foretold / ranLow,
    medianWarningDays: median(warnings),
    forecasts,
    covered: covered / forecasts,
    medianRelativeError: median(errors),
    falsePerYear: falseOnes / years,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
