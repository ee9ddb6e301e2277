import { describe, expect, it } from 'vitest';
import { Bin, FULL_LEVEL, OVERFULL_LEVEL } from './bin.ts';
import { CityClock } from './city-clock.ts';
import type { Disturbance } from './disturbance.ts';
import { Faults } from './faults.ts';
import { WrittenTruth } from './testing/written-truth.ts';
import { Tour } from './tour.ts';
import { SeededWeather } from './weather.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A Tuesday. */
const FROM = Date.UTC(2026, 5, 9, 10);
const clock = new CityClock();
const weather = new SeededWeather(1);

function binWith(...disturbances: readonly Disturbance[]) {
  const truth = new WrittenTruth();
  const assets = { assetAt: () => ({}) as never };
  const around = { seed: 4, from: FROM, clock, weather, truth };
  const tour = new Tour(1, clock, [0, 3], 1, 7, 6);
  const place = { assets, index: 0, subject: 'bin', faults: Faults.of(disturbances) };
  return { bin: new Bin(around, place, { fraction: 'paper', street: 'shopping', tour, position: 0.5 }), truth };
}

describe('a bin', () => {
  it('is full and overfull from the very millisecond at which it gets there until the tour comes', () => {
    const { bin, truth } = binWith({ kind: 'bin.surge', from: FROM, to: FROM + 3 * DAY, factor: 9 });
    bin.advance(FROM + 4 * DAY);
    const [begun, ended] = truth.of('bin.full').map(([, at]) => at);
    const [over] = truth.of('bin.overfull').map(([, at]) => at);
    const again = binWith({ kind: 'bin.surge', from: FROM, to: FROM + 3 * DAY, factor: 9 }).bin;
    again.advance(begun! - 1);
    expect(again.state.level).toBeLessThan(FULL_LEVEL);
    again.advance(begun!);
    expect(again.state.level).toBeGreaterThanOrEqual(FULL_LEVEL);
    again.advance(over! - 1);
    expect(again.state.level).toBeLessThan(OVERFULL_LEVEL);
    again.advance(over!);
    expect(again.state.level).toBeGreaterThanOrEqual(OVERFULL_LEVEL);
    again.advance(ended!);
    expect(again.state.level).toBeLessThan(0.1);
    // Thursday, between 6:30 and 13:30 local time.
    expect(new Date(ended!).toISOString()).toMatch(/^2026-06-11T(0[4-9]|1[01])/);
  });

  it('goes on filling while tours pass it by, and never higher than it can be heaped', () => {
    const { bin } = binWith({ kind: 'bin.notCollected', from: FROM, to: Infinity });
    for (let at = FROM; at < FROM + 40 * DAY; at += HOUR) {
      const before = bin.state.level;
      bin.advance(at);
      expect(bin.state.level).toBeGreaterThanOrEqual(before);
    }
    expect(bin.state.level).toBe(1.1);
  });

  it('burns hot, and has less in it and cools down when the fire is out', () => {
    const to = FROM + 2 * HOUR;
    const { bin, truth } = binWith({ kind: 'bin.fire', from: FROM + HOUR, to });
    const air = () => weather.temperatureC(at);
    let at = FROM + HOUR - 1;
    bin.advance(at);
    expect(bin.state).toMatchObject({ isBurning: false, temperatureC: air() });
    at = FROM + HOUR + 5 * 60_000;
    bin.advance(at);
    expect(bin.state.temperatureC).toBeGreaterThan(70);
    bin.advance(FROM + HOUR + 20 * 60_000);
    expect(bin.state.temperatureC).toBeGreaterThan(250);
    at = to + 2 * HOUR;
    bin.advance(at);
    expect(bin.state.isBurning).toBe(false);
    expect(bin.state.temperatureC - air()).toBeLessThan(1);
    expect(truth.of('bin.fire')).toEqual([
      ['begins', FROM + HOUR],
      ['ends', to],
    ]);
  });

  it('takes nothing while it lies on its side', () => {
    const { bin, truth } = binWith({ kind: 'bin.tipped', from: FROM, to: FROM + 5 * HOUR });
    const level = bin.state.level;
    bin.advance(FROM + 4 * HOUR);
    expect(bin.state).toMatchObject({ level, isTipped: true });
    bin.advance(FROM + 9 * HOUR);
    expect(bin.state.level).toBeGreaterThan(level);
    expect(truth.of('bin.tipped').map(([what]) => what)).toEqual(['begins', 'ends']);
  });
});
