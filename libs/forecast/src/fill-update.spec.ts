import { DAY_MS } from '@stadtfunk/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forecastLevels, noFillForecast } from './fill-forecast.ts';
import { patternOf } from './fill-pattern.ts';
import { newFillState, type FillState } from './fill-state.ts';
import { observeLevel } from './fill-update.ts';
import { LocalClock } from './local-clock.ts';
import { makeBin } from './testing/bin-history.ts';

const HOUR_MS = 3_600_000;
/** A Monday, midnight in Berlin. */
const MONDAY = Date.UTC(2026, 8, 6, 22);
const clock = new LocalClock('Europe/Berlin');

type Readings = readonly { readonly at: number; readonly level: number }[];

function learn(readings: Readings, from?: FillState): FillState {
  const [first, ...rest] = readings;
  const state = from ?? newFillState(first!.at, first!.level);
  for (const { at, level } of from ? readings : rest) observeLevel(state, clock, at, level);
  return state;
}

/** Every two hours for some days: `perDay` by weekday from Monday, emptied when full. */
function filling(days: number, perDay: (weekday: number) => number, start = 0.1): { at: number; level: number }[] {
  let level = start;
  return Array.from({ length: days * 12 }, (_, index) => {
    level += perDay(Math.floor(index / 12) % 7) / 12;
    if (level >= 0.9) level = 0.02;
    return { at: MONDAY + index * 2 * HOUR_MS, level: Math.round(level * 1e4) / 1e4 };
  });
}

const steady = (days: number, start?: number) => filling(days, () => 0.3, start);
const untilFull = (state: FillState) => {
  const [full] = forecastLevels(state, clock, [0.85]);
  if (typeof full !== 'object') throw new Error(`no forecast: ${noFillForecast(state)}`);
  return full;
};
const rateOf = (state: FillState) => patternOf(state).ratePerDay;

describe('A container that fills', () => {
  it('is foretold by its rate once a day and some filling were seen', () => {
    expect(forecastLevels(learn(steady(0.5)), clock, [0.85])).toBe('tooFewReadings');
    const readings = steady(15, 0.1);
    const state = learn(readings);
    const { expectedAt, earliestAt, latestAt } = untilFull(state);

    const hours = ((0.85 - readings.at(-1)!.level) / 0.3) * 24;
    expect(rateOf(state)).toBeCloseTo(0.3, 1);
    expect((expectedAt! - readings.at(-1)!.at) / HOUR_MS).toBeGreaterThan(hours * 0.9);
    expect((expectedAt! - readings.at(-1)!.at) / HOUR_MS).toBeLessThan(hours * 1.1);
    expect(earliestAt!).toBeLessThan(expectedAt!);
    expect(latestAt!).toBeGreaterThan(expectedAt!);
  });

  it('fills faster on the weekdays on which it did before', () => {
    const state = learn(filling(70, (weekday) => (weekday >= 5 ? 0.6 : 0.15)));
    const { weekdays } = patternOf(state);

    expect(weekdays[5]! / weekdays[1]!).toBeGreaterThan(3);
    expect(weekdays[6]! / weekdays[2]!).toBeGreaterThan(3);
  });

  it('is emptied when two readings say so, and its rate stays', () => {
    const readings = steady(20, 0.5);
    const state = learn(readings);
    const before = rateOf(state);
    const { at } = readings.at(-1)!;
    observeLevel(state, clock, at + 2 * HOUR_MS, 0.01);
    const pending = noFillForecast(state);
    observeLevel(state, clock, at + 4 * HOUR_MS, 0.03);

    expect(pending).toBe('unconfirmed');
    expect(state.l).toBeLessThan(0.1);
    expect(rateOf(state)).toBeCloseTo(before, 2);
  });

  it('believes no single echo from somewhere else', () => {
    const readings = steady(20, 0.3);
    const spiked = readings.map((reading, index) =>
      index % 40 === 30 ? { ...reading, level: index % 80 > 40 ? 1 : 0 } : reading,
    );

    expect(rateOf(learn(spiked))).toBeCloseTo(rateOf(learn(readings)), 1);
  });

  it('is not foretold by a sensor that hangs, and its rate outlasts that', () => {
    const readings = steady(21, 0.15);
    const state = learn(readings);
    const before = rateOf(state);
    const { at, level } = readings.at(-1)!;
    for (let hours = 2; hours <= 5 * 24; hours += 2) observeLevel(state, clock, at + hours * HOUR_MS, level);

    expect(noFillForecast(state)).toBe('stuck');
    expect(rateOf(state)).toBeGreaterThan(before * 0.8);
  });

  it('begins anew after a long gap, in which it may have been emptied', () => {
    const readings = steady(20, 0.3);
    const state = learn(readings);
    const before = rateOf(state);
    observeLevel(state, clock, readings.at(-1)!.at + 4 * DAY_MS, 0.6);

    expect(state.l).toBe(0.6);
    expect(rateOf(state)).toBe(before);
  });

  it('is not expected to fill when nothing comes in', () => {
    const noise = (index: number) => 0.4 + 0.01 * Math.sin(index * 7);
    const readings = Array.from({ length: 40 * 12 }, (_, index) => ({
      at: MONDAY + index * 2 * HOUR_MS,
      level: noise(index),
    }));

    expect(forecastLevels(learn(readings), clock, [0.85])).toBe('notFilling');
  });

  it('keeps its hours through the nights in which clocks change', () => {
    // Two months over 25 October 2026: 0.3 between 8 and 20 o'clock, nothing at night.
    let level = 0.1;
    const readings = Array.from({ length: 60 * 24 }, (_, index) => {
      const at = Date.UTC(2026, 8, 30, 22) + index * HOUR_MS;
      const hour = Math.floor(clock.localTime(at) / HOUR_MS) % 24;
      if (hour > 8 && hour <= 20) level += 0.3 / 12;
      if (level > 0.88) level = 0.02;
      return { at, level: Math.round(level * 1e4) / 1e4 };
    });
    const { parts } = patternOf(learn(readings));

    expect(parts[0]!).toBeLessThan(0.2);
    expect(parts[7]!).toBeLessThan(0.2);
    expect(parts[4]!).toBeGreaterThan(1.5);
  });

  it('shows a forecast in local hours: nothing comes in at night', () => {
    let level = 0.1;
    const readings = Array.from({ length: 30 * 24 + 21 }, (_, index) => {
      const hour = index % 24;
      if (hour > 8 && hour <= 20) level += 0.3 / 12;
      if (level > 0.88) level = 0.02;
      return { at: MONDAY + index * HOUR_MS, level: Math.round(level * 1e4) / 1e4 };
    });
    const state = learn(readings);
    const [soon] = forecastLevels(state, clock, [state.l + 0.03]);
    const hour = (clock.localTime((soon as { expectedAt: number }).expectedAt) / HOUR_MS) % 24;

    expect(hour).toBeGreaterThan(6);
    expect(hour).toBeLessThan(15);
  });
});

describe('The state of a forecast', () => {
  const histories = fc.record({
    seed: fc.integer({ min: 1, max: 1e6 }),
    hours: fc.constantFrom(1, 2, 6, 24),
    cut: fc.double({ min: 0, max: 1, noNaN: true }),
  });

  it('is the same after it was stored and read back anywhere, and in a few hundred bytes', () => {
    fc.assert(
      fc.property(histories, ({ seed, hours, cut }) => {
        const { readings } = makeBin(seed, {
          from: MONDAY,
          days: 30,
          zone: 'Europe/Berlin',
          intervalMs: hours * HOUR_MS,
        });
        const at = 1 + Math.floor(cut * (readings.length - 2));
        const stored = JSON.stringify(learn(readings.slice(0, at)));
        const whole = JSON.stringify(learn(readings));

        expect(JSON.stringify(learn(readings.slice(at), JSON.parse(stored) as FillState))).toBe(whole);
        expect(whole.length).toBeLessThan(700);
      }),
      { numRuns: 20 },
    );
  });

  it('is the same where it was read back before each reading, of a bin that is emptied between two of them as well', () => {
    const readings = Array.from({ length: 60 }, (_, day) => ({
      at: MONDAY + day * DAY_MS,
      level: day % 7 === 6 ? 0.62 : 0.1 + (day % 3) * 0.28,
    }));
    let state = learn(readings.slice(0, 1));
    for (const reading of readings.slice(1)) {
      state = learn([reading], JSON.parse(JSON.stringify(state)) as FillState);
    }

    expect(state).toEqual(learn(readings));
  });

  it('does not change by readings that it knows or that come late', () => {
    const readings = steady(10);
    const state = learn(readings);
    const before = JSON.stringify(state);
    learn(readings.slice(-40), state);

    expect(JSON.stringify(state)).toBe(before);
  });

  it('holds finite numbers whatever comes', () => {
    const reading = fc.tuple(fc.integer({ min: 1, max: 4 * DAY_MS }), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(fc.array(reading, { minLength: 1, maxLength: 200 }), (steps) => {
        let at = MONDAY;
        const state = learn(steps.map(([gap, level]) => ({ at: (at += gap), level })));
        const numbers = Object.values(state)
          .flat()
          .filter((each) => each !== null);

        expect(numbers.every((each) => Number.isFinite(each))).toBe(true);
        const forecasts = forecastLevels(state, clock, [0.85, 1]);
        if (typeof forecasts === 'string') return;
        for (const { earliestAt, expectedAt, latestAt } of forecasts) {
          expect(earliestAt ?? Infinity).toBeLessThanOrEqual(expectedAt ?? Infinity);
          expect(expectedAt ?? Infinity).toBeLessThanOrEqual(latestAt ?? Infinity);
        }
      }),
    );
  });
});
