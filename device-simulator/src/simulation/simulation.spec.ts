import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Arrival } from './arrival.ts';
import { Simulation } from './simulation.ts';
import type { SimulationOptions } from './simulation-options.ts';
import { DAY, HOUR, mildWeather, MINUTE, smallCity, START, TruthList } from './testing/small-city.ts';

const DAYS = 2;

function simulation(options: Partial<SimulationOptions> = {}): Simulation {
  const devices = smallCity(20, DAYS);
  return new Simulation({ seed: 2026, from: START, devices, weather: mildWeather, truth: new TruthList(), ...options });
}

function digest(arrivals: Iterable<Arrival>): string {
  const hash = createHash('sha256');
  for (const { at, deviceIndex, payload, measuredAt, wasMeasuredRight, isRepeat } of arrivals) {
    hash.update(`${at} ${deviceIndex} ${measuredAt} ${wasMeasuredRight} ${isRepeat} `).update(payload);
  }
  return hash.digest('hex');
}

function run(city: Simulation, ...steps: readonly number[]): Arrival[] {
  const arrivals: Arrival[] = [];
  for (const to of [...steps, START + DAYS * DAY]) city.run(to, (arrival) => arrivals.push(arrival));
  return arrivals;
}

describe('a simulation', () => {
  it('gives these very bytes for this seed, on any machine', () => {
    expect(digest(run(simulation()))).toMatchInlineSnapshot(
      `"5029e529f7fdeb2d69385abd6d47f01aceabcb96fabd519a15171ee17549e29a"`,
    );
  });

  it('gives the same bytes in slices of a minute, of an hour, of a day, and of seven minutes and a bit', () => {
    const expected = digest(run(simulation()));
    for (const sliceMs of [MINUTE, HOUR, DAY, 7 * MINUTE + 13]) {
      expect(digest(run(simulation({ sliceMs })))).toBe(expected);
    }
  });

  it('gives the same bytes in one run, in many steps, and one by one', () => {
    const expected = digest(run(simulation()));
    const steps = Array.from({ length: 500 }, (_, n) => START + n * 311_311);
    expect(digest(run(simulation(), ...steps))).toBe(expected);
    expect(digest(simulation().arrivals(START + DAYS * DAY))).toBe(expected);
  });

  it('gives other bytes for another seed', () => {
    expect(digest(run(simulation({ seed: 2027 })))).not.toBe(digest(run(simulation())));
  });

  it('gives a device the same bytes whoever else is in the city', () => {
    const alone = new Simulation({
      seed: 2026,
      from: START,
      devices: smallCity(1, DAYS),
      weather: mildWeather,
      truth: new TruthList(),
    });
    const ofFirst = run(simulation()).filter(({ deviceIndex }) => deviceIndex < 6);
    expect(digest(run(alone))).toBe(digest(ofFirst));
  });

  it('hands arrivals out in the order of their time, none before it was sent, and none after the end', () => {
    const arrivals = run(simulation(), START + 30 * HOUR);
    expect(arrivals.length).toBeGreaterThan(3_000);
    let last = START;
    for (const { at, measuredAt } of arrivals) {
      expect(at).toBeGreaterThanOrEqual(last);
      expect(at).toBeLessThan(START + DAYS * DAY);
      if (measuredAt >= 0) expect(at).toBeGreaterThan(measuredAt);
      last = at;
    }
  });

  it('refuses devices that are not in their place', () => {
    const devices = smallCity(1, 1).slice(1);
    expect(() => simulation({ devices })).toThrow('not 0');
  });
});
