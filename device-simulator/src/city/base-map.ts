import type { District, CityMap, StreetType } from './streets.ts';
import { StreetMap } from './street-map.ts';
import { HANAU } from './hanau.ts';
import { HANAU_RIVERS, type River } from './waters.ts';

/** Longitude, latitude; degrees. */
type Position = readonly [number, number];

export interface BaseMapFeature {
  readonly type: 'Feature';
  readonly properties: { readonly kind: 'district' | 'water' | 'street' | 'place'; readonly name: string } & {
    /** Of water: how wide it is, m. */
    readonly widthM?: number;
    readonly streetType?: StreetType;
  };
  readonly geometry:
    | { readonly type: 'Polygon'; readonly coordinates: readonly (readonly Position[])[] }
    | { readonly type: 'LineString'; readonly coordinates: readonly Position[] }
    | { readonly type: 'Point'; readonly coordinates: Position };
}

/** GeoJSON, RFC 7946. */
export interface BaseMap {
  readonly type: 'FeatureCollection';
  readonly features: readonly BaseMapFeature[];
}

export interface BaseMapOptions {
  /** Of the city: its streets lie where the seed put them. */
  readonly seed: number;
  readonly map?: CityMap;
  readonly rivers?: readonly River[];
}

const M_PER_LATITUDE = 111_320;
/** A district ends here where no other begins before. */
const REACH_M = 1_900;
const CORNERS = 48;
/** Things stand up to 700 m along a street, cabinets of lamps up to 1,500. */
const STREET_M: readonly [number, number] = [-60, 1_000];

/**
 * A schematic map of a made-up city: districts around their middles, its rivers, its streets as the straight lines on which things
 * stand. Enough to find one's way, without a network and without anybody's data.
 */
export function baseMapOf({ seed, map = HANAU, rivers = HANAU_RIVERS }: BaseMapOptions): BaseMap {
  const streets = new StreetMap(seed, map);
  const lines = Array.from({ length: streets.realCount }, (_, index) => streets.street(index));
  return {
    type: 'FeatureCollection',
    features: [
      ...map.districts.map((district) => districtOf(district, map.districts)),
      ...rivers.map(({ name, widthM, line }): BaseMapFeature => ({
        type: 'Feature',
        properties: { kind: 'water', name, widthM },
        geometry: { type: 'LineString', coordinates: line },
      })),
      ...lines.map((street): BaseMapFeature => {
        const at = (m: number): Position =>
          rounded([street.longitude + street.longitudePerM * m, street.latitude + street.latitudePerM * m]);
        return {
          type: 'Feature',
          properties: { kind: 'street', name: street.name, streetType: street.type },
          geometry: { type: 'LineString', coordinates: [at(STREET_M[0]), at(STREET_M[1])] },
        };
      }),
      ...map.districts.map(({ name, longitude, latitude }): BaseMapFeature => ({
        type: 'Feature',
        properties: { kind: 'place', name },
        geometry: { type: 'Point', coordinates: [longitude, latitude] },
      })),
    ],
  };
}

/** All that is nearer to this middle than to any other, as far as the district reaches. */
function districtOf(district: District, all: readonly District[]): BaseMapFeature {
  const mPerLongitude = M_PER_LATITUDE * Math.cos((district.latitude * Math.PI) / 180);
  const metres = ({ longitude, latitude }: District): Position => [
    (longitude - district.longitude) * mPerLongitude,
    (latitude - district.latitude) * M_PER_LATITUDE,
  ];
  let ring: Position[] = Array.from({ length: CORNERS }, (_, corner) => {
    const angle = (corner / CORNERS) * 2 * Math.PI;
    return [REACH_M * Math.cos(angle), REACH_M * Math.sin(angle)];
  });
  for (const other of all) if (other !== district) ring = nearerThan(metres(other), ring);
  const degrees = ring.map(([east, north]) =>
    rounded([district.longitude + east / mPerLongitude, district.latitude + north / M_PER_LATITUDE]),
  );
  return {
    type: 'Feature',
    properties: { kind: 'district', name: district.name },
    geometry: { type: 'Polygon', coordinates: [[...degrees, ...degrees.slice(0, 1)]] },
  };
}

/** The part of a convex ring that is nearer to the origin than to a point: cut off along the line half way. */
function nearerThan([x, y]: Position, ring: readonly Position[]): Position[] {
  const half = (x * x + y * y) / 2;
  const beyond = ([east, north]: Position) => east * x + north * y - half;
  return ring.flatMap((corner, index): Position[] => {
    const next = ring[(index + 1) % ring.length]!;
    const [here, there] = [beyond(corner), beyond(next)];
    const kept = here <= 0 ? [corner] : [];
    if (here <= 0 === there <= 0) return kept;
    const share = here / (here - there);
    return [...kept, [corner[0] + (next[0] - corner[0]) * share, corner[1] + (next[1] - corner[1]) * share]];
  });
}

function rounded([longitude, latitude]: Position): Position {
  return [Math.round(longitude * 1e6) / 1e6, Math.round(latitude * 1e6) / 1e6];
}
