import { describe, expect, it } from 'vitest';
import { CityClock } from './city-clock.ts';
import type { Disturbance } from './disturbance.ts';
import { Faults } from './faults.ts';
import { Spot, type SpotTraits } from './spot.ts';
import { WrittenTruth } from './testing/written-truth.ts';
import { SeededWeather } from './weather.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A Monday. */
const FROM = Date.UTC(2026, 5, 8);
const clock = new CityClock();
const weather = new SeededWeather(1);

function spotWith(traits: Partial<SpotTraits>, ...disturbances: readonly Disturbance[]) {
  const truth = new WrittenTruth();
  const around = { seed: 9, from: FROM, clock, weather, truth };
  const place = {
    assets: { assetAt: () => ({}) as never },
    index: 0,
    subject: 'spot',
    faults: Faults.of(disturbances),
  };
  const spot = new Spot(around, place, { street: 'shopping', limitMs: Infinity, needsPermit: false, ...traits });
  return { spot, truth };
}

/** Stays that begin and end within so many days. */
function staysOf({ spot }: ReturnType<typeof spotWith>, days: number): readonly (readonly [number, number])[] {
  const stays: [number, number][] = [];
  let since = spot.state.isOccupied ? NaN : Infinity;
  while (spot.nextEventAt < FROM + days * DAY) {
    const at = spot.nextEventAt;
    spot.advance(at);
    if (spot.state.isOccupied === (since !== Infinity)) continue;
    if (!spot.state.isOccupied && !Number.isNaN(since)) stays.push([since, at]);
    since = spot.state.isOccupied ? at : Infinity;
  }
  return stays;
}

describe('a parking spot', () => {
  it('is overstayed from the moment at which the time is up until the car leaves', () => {
    const made = spotWith({ limitMs: HOUR });
    const stays = staysOf(made, 60);
    const long = stays.filter(([from, to]) => to - from > HOUR);
    expect(long.length).toBeGreaterThan(20);
    expect(long.length / stays.length).toBeLessThan(0.2);
    const expected = long.flatMap(([from, to]) => [
      ['begins', from + HOUR],
      ['ends', to],
    ]);
    expect(made.truth.of('spot.overstay').slice(0, expected.length)).toEqual(expected);
  });

  it('keeps a car that is abandoned until it is towed away', () => {
    const [from, to] = [FROM + 3 * HOUR, FROM + 20 * DAY];
    const { spot, truth } = spotWith({ limitMs: 2 * HOUR }, { kind: 'spot.abandoned', from, to });
    for (let at = from; at < to; at += HOUR) {
      spot.advance(at);
      expect(spot.state.isOccupied).toBe(true);
    }
    spot.advance(to);
    expect(spot.state.isOccupied).toBe(false);
    expect(truth.of('spot.abandoned')).toEqual([
      ['begins', from],
      ['ends', to],
    ]);
    expect(truth.of('spot.overstay').at(-1)).toEqual(['ends', to]);
  });

  it('is taken more often while there is an event, and never while nobody may come', () => {
    const taken = (factor: number) =>
      staysOf(spotWith({}, { kind: 'spot.event', from: FROM, to: FROM + 30 * DAY, factor }), 30).length;
    expect(taken(4)).toBeGreaterThan(taken(1) * 1.3);
    expect(taken(0)).toBeLessThanOrEqual(1);
  });
});
