import { cosineOfTurns, sineOfTurns } from '../exact.ts';
import { Random } from '../random.ts';
import type { CityMap, District, StreetType } from './streets.ts';

/** A street as a straight line: where things stand is made up. */
export interface PlacedStreet {
  readonly name: string;
  readonly type: StreetType;
  readonly district: District;
  readonly latitude: number;
  readonly longitude: number;
  /** Degrees for each metre along it. */
  readonly latitudePerM: number;
  readonly longitudePerM: number;
}

const M_PER_DEGREE = 111_320;
/** Streets that a bigger city needs beside the real ones lie so far apart. */
const SPACING_M = 90;
/** What goes on in them, for each hundred. */
const MORE_TYPES: readonly (readonly [StreetType, number])[] = [
  ['residential', 62],
  ['arterial', 84],
  ['shopping', 92],
  ['industrial', 100],
];

/** The real streets of a city, and behind them as many more as are asked for, called `Planstraße 1`, `2` and so on. */
export class StreetMap {
  readonly #placed: PlacedStreet[] = [];
  readonly #real: readonly { readonly district: District; readonly name: string; readonly type: StreetType }[];

  constructor(
    private readonly seed: number,
    private readonly map: CityMap,
  ) {
    this.#real = map.districts.flatMap((district) => district.streets.map((street) => ({ district, ...street })));
  }

  get realCount(): number {
    return this.#real.length;
  }

  street(index: number): PlacedStreet {
    return (this.#placed[index] ??= this.#place(index));
  }

  #place(index: number): PlacedStreet {
    const random = Random.of(this.seed, 'street', String(index));
    const known = this.#real[index];
    if (known)
      return placed(random, known.name, known.type, known.district, random.normal(0, 350), random.normal(0, 350));
    const more = index - this.#real.length;
    const district = this.map.districts[more % this.map.districts.length]!;
    const [x, y] = spiral(Math.floor(more / this.map.districts.length) + 1);
    const percent = random.next() * 100;
    const type = MORE_TYPES.find(([, upTo]) => percent < upTo)![0];
    return placed(random, `Planstraße ${more + 1}`, type, district, x * SPACING_M, y * SPACING_M);
  }
}

function placed(
  random: Random,
  name: string,
  type: StreetType,
  district: District,
  eastM: number,
  northM: number,
): PlacedStreet {
  const mPerLongitude = M_PER_DEGREE * cosineOfTurns(district.latitude / 360);
  const turns = random.next();
  return {
    name,
    type,
    district,
    latitude: district.latitude + northM / M_PER_DEGREE,
    longitude: district.longitude + eastM / mPerLongitude,
    latitudePerM: sineOfTurns(turns) / M_PER_DEGREE,
    longitudePerM: cosineOfTurns(turns) / mPerLongitude,
  };
}

/** The n-th square of a spiral around the middle, from 0. */
function spiral(n: number): readonly [number, number] {
  if (n === 0) return [0, 0];
  const ring = Math.ceil((Math.sqrt(n + 1) - 1) / 2);
  const side = 2 * ring;
  const inRing = n - (side - 1) * (side - 1);
  const along = (inRing % side) - ring + 1;
  switch (Math.floor(inRing / side)) {
    case 0:
      return [ring, along];
    case 1:
      return [-along, ring];
    case 2:
      return [-ring, -along];
    default:
      return [along, -ring];
  }
}
