import { describe, expect, it } from 'vitest';
import { MemoryTruthLog } from '../truth/memory-truth-log.ts';
import { CityClock } from '../world/city-clock.ts';
import { FULL_LEVEL } from '../world/bin.ts';
import { buildCity } from './build-city.ts';
import type { BinDevice, LampDevice, SpotDevice } from './city.ts';
import { streetTypeOf } from './traits.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FROM = Date.UTC(2026, 0, 1);
const YEAR_END = FROM + 365 * DAY;

const city = buildCity({
  seed: 7,
  size: { bins: 150, parkingSpots: 120, streetLights: 60 },
  from: FROM,
  truth: new MemoryTruthLog(),
});

/** Levels at which containers are emptied through the year. */
function levelsWhenEmptied({ thing }: BinDevice): readonly number[] {
  const levels: number[] = [];
  while (thing.nextEventAt < YEAR_END) {
    const at = thing.nextEventAt;
    thing.advance(at - 1);
    const before = thing.state.level;
    thing.advance(at);
    if (thing.state.level < before - 0.03) levels.push(before);
  }
  return levels;
}

// The figures stand in docs/simulated-city.md.
describe('a year of a city', () => {
  it('finds about one container in ten full when it is emptied', () => {
    const bins = city.devices.filter((device): device is BinDevice => device.kind === 'bin');
    const levels = bins.flatMap(levelsWhenEmptied);
    const full = levels.filter((level) => level >= FULL_LEVEL).length / levels.length;
    const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length;
    expect(levels.length).toBeGreaterThan(10_000);
    expect(full).toBeGreaterThan(0.06);
    expect(full).toBeLessThan(0.16);
    expect(mean).toBeGreaterThan(0.4);
    expect(mean).toBeLessThan(0.65);
  });

  it('has street lights burn some 4,100 hours by the clock, and a little more by photocell', () => {
    const lamps = city.devices.filter((device): device is LampDevice => device.kind === 'lamp');
    for (const { thing, ratedW } of lamps) {
      const { operatingHours, activeEnergyWh } = thing.state;
      thing.advance(YEAR_END);
      const hours = thing.state.operatingHours - operatingHours;
      expect(hours).toBeGreaterThan(4070);
      expect(hours).toBeLessThan(4190);
      // With half of the night dimmed, two thirds to four fifths of what they could draw, and standby by day.
      const kWh = (thing.state.activeEnergyWh - activeEnergyWh) / 1000;
      expect(kWh / ((ratedW * hours) / 1000)).toBeGreaterThan(0.6);
      expect(kWh / ((ratedW * hours) / 1000)).toBeLessThan(0.95);
    }
  });

  it('has parking spaces taken at home by night, at work by day, and in shopping streets in the afternoon', () => {
    const clock = new CityClock();
    const taken = new Map<string, { looks: number; occupied: number }>();
    const spots = city.devices
      .filter((device): device is SpotDevice => device.kind === 'spot')
      .map(({ thing, asset }) => ({ thing, street: streetTypeOf(asset) }));
    for (let at = FROM + HOUR / 2; at < FROM + 84 * DAY; at += HOUR) {
      const day = clock.dayAt(at);
      if (day.kind !== 0) continue;
      const hour = Math.floor((at - day.start) / HOUR);
      for (const { thing, street } of spots) {
        thing.advance(at);
        const key = `${street} ${hour}`;
        const sum = taken.get(key) ?? { looks: 0, occupied: 0 };
        sum.looks++;
        if (thing.state.isOccupied) sum.occupied++;
        taken.set(key, sum);
      }
    }
    const share = (street: string, hour: number) => {
      const { looks, occupied } = taken.get(`${street} ${hour}`)!;
      return occupied / looks;
    };
    expect(share('residential', 3)).toBeGreaterThan(0.85);
    expect(share('residential', 10)).toBeLessThan(0.65);
    expect(share('shopping', 15)).toBeGreaterThan(0.7);
    expect(share('shopping', 4)).toBeLessThan(0.25);
    expect(share('arterial', 14)).toBeGreaterThan(share('arterial', 4));
    expect(share('industrial', 10)).toBeGreaterThan(0.65);
    expect(share('industrial', 22)).toBeLessThan(0.35);
  });
});
