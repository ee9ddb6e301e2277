import { describe, expect, it } from 'vitest';
import { baseMapOf } from './base-map.ts';
import { DEMO_SIZE } from './generated-city.ts';
import { HANAU } from './hanau.ts';
import { CityPlan } from './plan.ts';

const SEED = 3;

describe('the schematic base map', () => {
  const { features } = baseMapOf({ seed: SEED });
  const of = (kind: string) => features.filter(({ properties }) => properties.kind === kind);

  it('has every district once, as a closed ring around its middle', () => {
    expect(of('district').map(({ properties }) => properties.name)).toEqual(HANAU.districts.map(({ name }) => name));
    for (const { geometry, properties } of of('district')) {
      const [ring] = geometry.coordinates as [[number, number][]];
      const { longitude, latitude } = HANAU.districts.find(({ name }) => name === properties.name)!;
      expect(ring.at(-1)).toEqual(ring[0]);
      expect(isInside([longitude, latitude], ring)).toBe(true);
    }
  });

  it('lets no two districts overlap', () => {
    for (const { geometry, properties } of of('district')) {
      const [ring] = geometry.coordinates as [[number, number][]];
      const others = HANAU.districts.filter(({ name }) => name !== properties.name);
      for (const { longitude, latitude } of others) expect(isInside([longitude, latitude], ring)).toBe(false);
    }
  });

  it('draws the streets where the things of the same city stand', () => {
    const { source } = new CityPlan({ seed: SEED, size: DEMO_SIZE });
    for (let index = 0; index < source.count; index++) {
      const asset = source.assetAt(index);
      const { streetAddress } = asset['address'] as { streetAddress: string };
      const street = of('street').find(({ properties }) => streetAddress.startsWith(`${properties.name} `))!;
      const [from, to] = street.geometry.coordinates as [[number, number], [number, number]];
      expect(metresFromLine(asset.location.coordinates, from, to), streetAddress).toBeLessThan(12);
    }
  });

  it('has the rivers', () => {
    expect(of('water').map(({ properties }) => properties.name)).toEqual(['Main', 'Kinzig']);
  });
});

function isInside([x, y]: readonly [number, number], ring: readonly (readonly [number, number])[]): boolean {
  let inside = false;
  for (let index = 1; index < ring.length; index++) {
    const [ax, ay] = ring[index - 1]!;
    const [bx, by] = ring[index]!;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

/** From the endless line, on a plane that is good enough for a city. */
function metresFromLine(
  point: readonly [number, number],
  from: readonly [number, number],
  to: readonly [number, number],
) {
  const flat = ([longitude, latitude]: readonly [number, number]) => [longitude * 71_350, latitude * 111_320] as const;
  const [[x, y], [ax, ay], [bx, by]] = [flat(point), flat(from), flat(to)];
  return Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / Math.hypot(bx - ax, by - ay);
}
