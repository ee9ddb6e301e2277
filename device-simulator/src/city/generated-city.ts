import { Random } from '../random.ts';
import type { AssetSource } from '../world/city-thing.ts';
import { FRACTIONS, HABITS, type Fraction } from '../world/waste.ts';
import type { AssetSpec } from './asset.ts';
import { StreetMap, type PlacedStreet } from './street-map.ts';
import type { CityMap } from './streets.ts';

export interface CitySize {
  readonly bins: number;
  readonly parkingSpots: number;
  readonly streetLights: number;
}

/** The most devices that a city can have. */
export const MOST_DEVICES = 1_000_000;
export const DEMO_SIZE: CitySize = { bins: 120, parkingSpots: 100, streetLights: 130 };

/** So many devices, in the proportions of the demo. */
export function citySizeOf(devices: number): CitySize {
  const bins = Math.round(devices * 0.34);
  const parkingSpots = Math.round(devices * 0.29);
  return { bins, parkingSpots, streetLights: devices - bins - parkingSpots };
}

const LAMPS_APART_M = 30;
/** A cabinet of a big city feeds so many lamps; a small city has about a dozen cabinets, of ten lamps at least. */
const MOST_LAMPS_PER_CABINET = 40;
const FEWEST_LAMPS_PER_CABINET = 10;
const DEVICES_PER_STREET = 150;
const SENSOR_ABOVE_RIM_M = 0.3;
const LAMP_RATINGS_W = {
  residential: [24, 38],
  shopping: [38, 52],
  arterial: [75, 110],
  industrial: [52, 75],
} as const;

/** Of what is put up: a letter for the public number, its German name, and how much of it there is in a hundred. */
const CONTAINERS: Readonly<Record<Fraction, readonly [letters: string, name: string, percent: number, kind: string]>> =
  {
    litter: ['PK', 'Papierkorb', 58, 'other'],
    paper: ['AP', 'Altpapier', 13, 'paper'],
    glass: ['AG', 'Altglas', 15, 'glass'],
    packaging: ['WS', 'Wertstoffe', 7, 'plastic'],
    residual: ['RM', 'Restmüll', 7, 'other'],
  };

interface Cable {
  readonly cabinetIndex: number;
  readonly street: PlacedStreet;
  readonly startM: number;
}

/** Made-up things along the streets of a city. Each is a function of the seed and its number, and nothing of it is kept. */
export class GeneratedCity implements AssetSource {
  readonly count: number;
  readonly cabinets: AssetSource & { readonly count: number };
  readonly lampsPerCabinet: number;
  readonly #streets: StreetMap;
  readonly #streetCount: number;
  /** The last that was asked for: lamps come one after the other. */
  #cable: Cable | undefined;

  constructor(
    private readonly seed: number,
    private readonly map: CityMap,
    private readonly size: CitySize,
  ) {
    this.count = size.bins + size.parkingSpots + size.streetLights;
    this.#streets = new StreetMap(seed, map);
    this.#streetCount = Math.max(this.#streets.realCount, Math.ceil(this.count / DEVICES_PER_STREET));
    const even = Math.ceil(size.streetLights / 13);
    this.lampsPerCabinet = Math.max(FEWEST_LAMPS_PER_CABINET, Math.min(MOST_LAMPS_PER_CABINET, even));
    const count = Math.ceil(size.streetLights / this.lampsPerCabinet);
    this.cabinets = { count, assetAt: (index) => this.#cabinet(index) };
  }

  /** Bins first, then parking spots, then street lights. */
  assetAt(index: number): AssetSpec {
    const { bins, parkingSpots } = this.size;
    if (index < bins) return this.#bin(index);
    return index < bins + parkingSpots ? this.#spot(index - bins) : this.#lamp(index - bins - parkingSpots);
  }

  lampPosition(index: number): number {
    const lamp = index - this.size.bins - this.size.parkingSpots;
    return (lamp % this.lampsPerCabinet) / (this.lampsPerCabinet - 1);
  }

  #bin(index: number): AssetSpec {
    const random = Random.of(this.seed, 'bin', String(index));
    const street = this.#street(random);
    const fraction = fractionOf(random.next() * 100);
    const [letters, german, , kind] = CONTAINERS[fraction];
    const place = this.#place('behaelter', german, index, street, random.between(0, 700), random);
    return {
      ...place,
      type: 'WasteContainer',
      binId: `${letters}-${numberOf(index)}`,
      storedWasteKind: [kind],
      storedWasteOrigin: fraction === 'litter' ? 'municipal' : 'household',
      containerHeight: random.pick(HABITS[fraction].heightsM),
      sensorOffset: SENSOR_ABOVE_RIM_M,
    };
  }

  #spot(index: number): AssetSpec {
    const random = Random.of(this.seed, 'spot', String(index));
    const street = this.#street(random);
    const place = this.#place('stellplatz', 'Stellplatz', index, street, random.between(0, 700), random);
    const chance = random.next();
    const limited = street.type === 'shopping' ? 0.8 : street.type === 'arterial' ? 0.35 : 0;
    const hours = random.pick([1, 2, 2]);
    const isLimited = chance < limited;
    const needsPermit = street.type === 'residential' && chance < 0.35;
    return {
      ...place,
      type: 'ParkingSpot',
      category: needsPermit ? ['onStreet', 'forResidents'] : ['onStreet'],
      ...(isLimited && { maximumParkingDuration: `PT${hours}H` }),
      ...(needsPermit && { requiredPermit: ['residentPermit'] }),
    };
  }

  #lamp(index: number): AssetSpec {
    const cabinetIndex = Math.floor(index / this.lampsPerCabinet);
    const position = index % this.lampsPerCabinet;
    const random = Random.of(this.seed, 'lamp', String(index));
    const { street, startM } = this.#cableOf(cabinetIndex);
    const alongM = startM + (position + 1) * LAMPS_APART_M;
    return {
      ...this.#place('leuchte', 'Leuchte', index, street, alongM, random),
      type: 'Streetlight',
      streetPoleNum: `${numberOf(cabinetIndex)}-${String(position + 1).padStart(2, '0')}`,
      refStreetlightControlCabinet: cabinetId(cabinetIndex),
      circuit: `K${(position % 3) + 1}`,
      powerRating: random.pick(LAMP_RATINGS_W[street.type]),
    };
  }

  #cabinet(index: number): AssetSpec {
    const random = Random.of(this.seed, 'cabinet', String(index));
    const { street, startM } = this.#cableOf(index);
    const place = this.#place('schaltstelle', 'Schaltstelle', index, street, startM, random);
    // A third switches by a photocell, the others by an astronomical clock.
    const features = index % 3 === 2 ? ['individualControl'] : ['astronomicalClock', 'individualControl'];
    return { ...place, type: 'StreetlightControlCabinet', workingMode: 'automatic', features };
  }

  #street(random: Random): PlacedStreet {
    return this.#streets.street(random.integer(0, this.#streetCount - 1));
  }

  /** The street that a cabinet feeds, and how far along it stands. */
  #cableOf(cabinetIndex: number): Cable {
    if (this.#cable?.cabinetIndex !== cabinetIndex) {
      const random = Random.of(this.seed, 'cable', String(cabinetIndex));
      this.#cable = { cabinetIndex, street: this.#street(random), startM: random.between(0, 300) };
    }
    return this.#cable;
  }

  #place(prefix: string, kind: string, index: number, street: PlacedStreet, alongM: number, random: Random) {
    const { district } = street;
    const number = numberOf(index);
    // A house every twelve metres or so, odd numbers on one side and even ones on the other.
    const streetAddress = `${street.name} ${Math.floor(alongM / 12) * 2 + random.integer(1, 2)}`;
    const longitude = street.longitude + street.longitudePerM * alongM + random.between(-1, 1) * 4e-5;
    const latitude = street.latitude + street.latitudePerM * alongM + random.between(-1, 1) * 3e-5;
    return {
      assetId: `${prefix}-${number}`,
      name: `${kind} ${number}, ${streetAddress}`,
      location: { type: 'Point' as const, coordinates: [microdegrees(longitude), microdegrees(latitude)] as const },
      district: district.name,
      address: { streetAddress, addressLocality: this.map.name, addressCountry: this.map.country },
      streetType: street.type,
    };
  }
}

function fractionOf(percent: number): Fraction {
  let left = percent;
  for (const fraction of FRACTIONS) {
    left -= CONTAINERS[fraction][2];
    if (left < 0) return fraction;
  }
  return 'litter';
}

const cabinetId = (index: number): string => `schaltstelle-${numberOf(index)}`;
const numberOf = (index: number): string => String(index + 1).padStart(4, '0');
const microdegrees = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;
