import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeededWeather } from './weather.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FROM = Date.UTC(2026, 0, 1);

function all(weather: SeededWeather, at: number): readonly number[] {
  return [weather.temperatureC(at), weather.precipitation(at), weather.cloud(at), weather.snowCm(at)];
}

describe('weather', () => {
  it('is the same at a moment whatever was asked before, and other with another seed', () => {
    const moments = fc.array(fc.integer({ min: FROM - 400 * DAY, max: FROM + 800 * DAY }), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(fc.integer(), moments, (seed, asked) => {
        const weather = new SeededWeather(seed);
        const told = asked.map((at) => all(weather, at));
        expect([...asked].reverse().map((at) => all(weather, at))).toEqual([...told].reverse());
        expect(all(new SeededWeather(seed), asked[0]!)).toEqual(told[0]);
        expect(new SeededWeather(seed + 1).temperatureC(asked[0]!)).not.toBe(told[0]![0]);
      }),
      { numRuns: 20 },
    );
  });

  it('runs on without jumps', () => {
    const weather = new SeededWeather(11);
    for (let at = FROM; at < FROM + 30 * DAY; at += 7 * 60_000) {
      const [before, now] = [all(weather, at), all(weather, at + 7 * 60_000)];
      expect(Math.abs(now[0]! - before[0]!)).toBeLessThan(1.2);
      expect(Math.abs(now[2]! - before[2]!)).toBeLessThan(0.2);
    }
  });

  it('is that of the Rhine-Main plain through the years: means, frost, heat, rain, snow', () => {
    const years = [1, 2, 3, 4, 5, 6].map((seed) => yearOf(new SeededWeather(seed)));
    const mean = (pick: (year: (typeof years)[number]) => number) =>
      years.reduce((sum, year) => sum + pick(year), 0) / years.length;
    expect(mean(({ meanC }) => meanC)).toBeGreaterThan(9.4);
    expect(mean(({ meanC }) => meanC)).toBeLessThan(11);
    expect(mean(({ januaryC }) => januaryC)).toBeGreaterThan(-1);
    expect(mean(({ januaryC }) => januaryC)).toBeLessThan(3.5);
    expect(mean(({ julyC }) => julyC)).toBeGreaterThan(17.5);
    expect(mean(({ julyC }) => julyC)).toBeLessThan(20.5);
    expect(mean(({ hotDays }) => hotDays)).toBeGreaterThan(3);
    expect(mean(({ hotDays }) => hotDays)).toBeLessThan(16);
    expect(mean(({ frostDays }) => frostDays)).toBeGreaterThan(50);
    expect(mean(({ frostDays }) => frostDays)).toBeLessThan(95);
    expect(mean(({ wetHours }) => wetHours)).toBeGreaterThan(0.05);
    expect(mean(({ wetHours }) => wetHours)).toBeLessThan(0.12);
    expect(mean(({ snowDays }) => snowDays)).toBeGreaterThan(8);
    expect(mean(({ snowDays }) => snowDays)).toBeLessThan(40);
    expect(mean(({ cloud }) => cloud)).toBeGreaterThan(0.5);
    expect(mean(({ cloud }) => cloud)).toBeLessThan(0.7);
  });

  it('has the spells that are ordered, on top of what comes by itself', () => {
    const [from, to] = [FROM + 10 * DAY, FROM + 12 * DAY];
    const usual = new SeededWeather(3);
    const snowed = new SeededWeather(3, undefined, [{ from, to, temperatureK: -8, snowCm: 30, precipitation: 0.9 }]);
    expect(snowed.temperatureC(from + HOUR)).toBeCloseTo(usual.temperatureC(from + HOUR) - 8, 6);
    expect(snowed.snowCm(from + HOUR)).toBeGreaterThanOrEqual(30);
    expect(snowed.precipitation(from + HOUR)).toBeGreaterThanOrEqual(0.9);
    expect(all(snowed, from - 7 * HOUR).slice(0, 3)).toEqual(all(usual, from - 7 * HOUR).slice(0, 3));
    expect(snowed.temperatureC(to + 7 * HOUR)).toBe(usual.temperatureC(to + 7 * HOUR));
  });
});

function yearOf(weather: SeededWeather) {
  let [sum, january, july, hotDays, frostDays, snowDays, wet, cloud] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let day = 0; day < 365; day++) {
    let [least, most] = [Infinity, -Infinity];
    const month = new Date(FROM + day * DAY).getUTCMonth();
    for (let hour = 0; hour < 24; hour++) {
      const at = FROM + day * DAY + hour * HOUR;
      const temperature = weather.temperatureC(at);
      sum += temperature;
      if (month === 0) january += temperature / (31 * 24);
      if (month === 6) july += temperature / (31 * 24);
      least = Math.min(least, temperature);
      most = Math.max(most, temperature);
      if (weather.precipitation(at) > 0) wet++;
      cloud += weather.cloud(at);
    }
    if (most >= 30) hotDays++;
    if (least < 0) frostDays++;
    if (weather.snowCm(FROM + day * DAY + 7 * HOUR) >= 1) snowDays++;
  }
  const hours = 365 * 24;
  return {
    meanC: sum / hours,
    januaryC: january,
    julyC: july,
    hotDays,
    frostDays,
    snowDays,
    wetHours: wet / hours,
    cloud: cloud / hours,
  };
}
