import { describe, expect, it } from 'vitest';
import { measureBatteryQuality } from './testing/battery-quality.ts';
import { measureFillQuality } from './testing/fill-quality.ts';

const HOUR_MS = 3_600_000;
/** Ninety days from September on, over the end of summer time. */
const AUTUMN = { from: Date.UTC(2026, 8, 1), days: 90, level: 0.85 };
const seedsFrom = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);

/** The settings were chosen on seeds from 1000 and 2000 on: these are others. docs/forecast.md has the figures of many. */
describe('Forecasts of bins that nobody tuned them on', () => {
  it.each([
    [2, 0.75, 0.85, 0.9],
    [6, 0.75, 0.85, 0.8],
    [24, 0.68, 0.85, 0.5],
  ])(
    'by readings every %s h cover the truth as often as they say, and are nearer than straight lines',
    (hours, least, most, answered) => {
      const quality = measureFillQuality({ ...AUTUMN, seeds: seedsFrom(50_000, 40), intervalMs: hours * HOUR_MS });
      expect(quality.covered).toBeGreaterThan(least);
      expect(quality.covered).toBeLessThan(most);
      expect(quality.answered).toBeGreaterThan(answered);
      for (const line of [quality.lastSlope, quality.sinceEmptied]) {
        expect(quality.medianRelativeError).toBeLessThan(line.medianRelativeError * (hours > 6 ? 1 : 0.6));
      }
    },
  );
});

describe('Forecasts of batteries that nobody tuned them on', () => {
  const years = { from: Date.UTC(2025, 5, 1), days: 730, intervalMs: 6 * HOUR_MS };
  it.each([
    ['voltage', 0.75],
    ['voltageAndTemperature', 0.85],
    ['counter', 0.95],
  ] as const)('that tell their %s warn a week ahead, and not without cause', (kind, foretold) => {
    const quality = measureBatteryQuality(kind, seedsFrom(70_000, 40), years);
    expect(quality.foretold).toBeGreaterThan(foretold);
    expect(quality.falsePerYear).toBeLessThan(0.02);
    expect(quality.covered).toBeGreaterThan(0.65);
  });
});
