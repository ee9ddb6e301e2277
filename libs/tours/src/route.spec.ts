import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distanceM, type Position } from './position.ts';
import { routeLengthM, shortRoute } from './route.ts';

/** Around Hanau, some kilometres. */
const place = fc
  .tuple(fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 0, max: 40_000 }))
  .map(([x, y]): Position => ({ longitude: 8.88 + x / 1e6, latitude: 50.11 + y / 1e6 }));
const DEPOT: Position = { longitude: 8.9, latitude: 50.12 };

function permutations(items: readonly number[]): number[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((first) => permutations(items.filter((item) => item !== first)).map((rest) => [first, ...rest]));
}

/** No way through all places is shorter than the tree that connects them (Prim). */
function spanningTreeM(places: readonly Position[]): number {
  const left = new Set(places.keys());
  const nearest = places.map(() => Infinity);
  let [sum, at] = [0, 0];
  left.delete(0);
  while (left.size > 0) {
    let next = -1;
    for (const each of left) {
      nearest[each] = Math.min(nearest[each]!, distanceM(places[at]!, places[each]!));
      if (next < 0 || nearest[each] < nearest[next]!) next = each;
    }
    sum += nearest[next]!;
    left.delete(next);
    at = next;
  }
  return sum;
}

describe('The distance', () => {
  it('is the great circle', () => {
    // One minute of arc along a meridian is a nautical mile, within the flattening of the earth.
    const mile = distanceM({ longitude: 8.9, latitude: 50 }, { longitude: 8.9, latitude: 50 + 1 / 60 });
    expect(Math.abs(mile - 1_852)).toBeLessThan(2);
    expect(distanceM({ longitude: 179.9, latitude: 0 }, { longitude: -179.9, latitude: 0 })).toBeLessThan(22_300);
    expect(distanceM(DEPOT, DEPOT)).toBe(0);
  });
});

describe('A route', () => {
  it('is the shortest that there is where there are few stops', () => {
    const ends = fc.constantFrom(
      { start: DEPOT, end: DEPOT },
      { start: null, end: null },
      { start: DEPOT, end: null },
      { start: null, end: DEPOT },
    );
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 6 }), ends, (places, chosen) => {
        const route = shortRoute(places, chosen);
        const lengths = permutations([...places.keys()]).map((order) =>
          routeLengthM(
            order.map((index) => places[index]!),
            chosen,
          ),
        );
        expect(route.lengthM).toBeLessThanOrEqual(Math.min(...lengths) * 1.0001 + 0.01);
      }),
      { numRuns: 60, endOnFailure: true },
    );
  });

  it('goes to every stop once, and says how long it is', () => {
    fc.assert(
      fc.property(fc.array(place, { maxLength: 60 }), (places) => {
        const { order, lengthM } = shortRoute(places, { start: DEPOT, end: DEPOT });
        expect([...order].sort((a, b) => a - b)).toEqual([...places.keys()]);
        const way = order.map((index) => places[index]!);
        expect(lengthM).toBeCloseTo(routeLengthM(way, { start: DEPOT, end: DEPOT }), 6);
      }),
      { numRuns: 50 },
    );
  });

  it('is near the lower bound where there are many, and always the same', () => {
    for (const count of [40, 150]) {
      let seed = 7;
      const next = () => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff) / 0x7fffffff;
      const places = Array.from({ length: count }, () => {
        return { longitude: 8.88 + next() * 0.06, latitude: 50.11 + next() * 0.04 };
      });
      const route = shortRoute(places, { start: DEPOT, end: DEPOT });

      expect(shortRoute(places, { start: DEPOT, end: DEPOT })).toEqual(route);
      // The shortest tour through points of chance is some 1.25 times the tree.
      expect(route.lengthM / spanningTreeM([DEPOT, ...places])).toBeLessThan(1.3);
    }
  });

  it('needs no more than a second or two for as many stops as a plan may have', () => {
    const places = Array.from({ length: 500 }, (_, index) => {
      return { longitude: 8.88 + ((index * 7_919) % 600) / 1e4, latitude: 50.11 + ((index * 104_729) % 400) / 1e4 };
    });
    const before = process.cpuUsage();
    const route = shortRoute(places, { start: DEPOT, end: DEPOT });
    const used = process.cpuUsage(before);
    // Of processor time: the tests do not have the machine for themselves.
    expect((used.user + used.system) / 1_000).toBeLessThan(3_000);
    expect(route.lengthM / spanningTreeM(places)).toBeLessThan(1.35);
  });
});
