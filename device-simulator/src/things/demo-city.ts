import { Bin, type BinSensor } from './bin.ts';
import { ParkingSpot, type ParkingSensor } from './parking-spot.ts';
import { StreetLight } from './street-light.ts';
import { DAY_MS, HOUR_MS, type AssetSpec, type DeviceSpec, type Modem, type Thing } from './thing.ts';
import { Random } from '../random.ts';
import { radioIdentity } from '../city/identity.ts';

/** Districts of Hanau with about their middle, WGS 84 (latitude, longitude), and some of their streets. */
const DISTRICTS = [
  ['Innenstadt', 50.1335, 8.9165, ['Nürnberger Straße', 'Hammerstraße', 'Am Markt', 'Krämerstraße']],
  ['Lamboy', 50.144, 8.933, ['Lamboystraße', 'Karl-Marx-Straße', 'Chemnitzer Straße']],
  ['Kesselstadt', 50.129, 8.89, ['Kastanienallee', 'Philippsruher Allee', 'Weststadtstraße']],
  ['Steinheim', 50.113, 8.911, ['Ludwigstraße', 'Darmstädter Straße', 'Ludwig-Philipp-Straße']],
  ['Klein-Auheim', 50.099, 8.929, ['Seligenstädter Straße', 'Schönfelder Straße']],
  ['Großauheim', 50.106, 8.947, ['Hauptstraße', 'Auheimer Straße', 'Waldstraße']],
  ['Wolfgang', 50.121, 8.962, ['Rodenbacher Chaussee', 'Aschaffenburger Straße']],
  ['Hohe Tanne', 50.156, 8.875, ['Hochstädter Landstraße', 'Amselweg']],
  ['Mittelbuchen', 50.172, 8.905, ['Kesselstädter Straße', 'Wachenbucher Straße']],
] as const;

const BIN_SENSORS: readonly BinSensor[] = ['dragino-ndds75', 'dingtek-df702', 'milesight-em400-mud'];
const PARKING_SENSORS: readonly ParkingSensor[] = ['dingtek-do201', 'dingtek-do202'];
const LAMPS_PER_CABINET = 10;
const LAMP_RATINGS_W = [24, 38, 52, 75];

export interface CitySize {
  readonly bins: number;
  readonly parkingSpots: number;
  readonly streetLights: number;
}

export const DEMO_SIZE: CitySize = { bins: 120, parkingSpots: 100, streetLights: 130 };

export interface City {
  readonly things: readonly Thing[];
  /** Assets without a device of their own. */
  readonly cabinets: readonly AssetSpec[];
}

/**
 * Hanau as a demo: made-up things at made-up places in real districts. The same seed gives the same city.
 * @param speed how many times faster than life the city runs; durations that rules judge in real time are shortened by it
 */
export function buildHanau(seed: number, speed: number, size: CitySize = DEMO_SIZE): City {
  const random = new Random(seed);
  const cabinets = Array.from({ length: Math.ceil(size.streetLights / LAMPS_PER_CABINET) }, (_, index) =>
    place(random, 'StreetlightControlCabinet', 'schaltstelle', 'Schaltstelle', index),
  );
  const things: Thing[] = [];
  for (let index = 0; index < size.bins; index++) things.push(bin(random, index));
  for (let index = 0; index < size.parkingSpots; index++) things.push(parkingSpot(random, index, speed));
  for (let index = 0; index < size.streetLights; index++) {
    things.push(streetLight(random, index, cabinets[Math.floor(index / LAMPS_PER_CABINET)]!));
  }
  return { things, cabinets };
}

function place(random: Random, type: AssetSpec['type'], prefix: string, kind: string, index: number): AssetSpec {
  const [district, latitude, longitude, streets] = random.pick(DISTRICTS);
  const street = `${random.pick(streets)} ${random.integer(1, 120)}`;
  const round = (degrees: number) => Math.round(degrees * 1e6) / 1e6;
  const coordinates = [round(random.normal(longitude, 0.006)), round(random.normal(latitude, 0.004))] as const;
  const number = String(index + 1).padStart(4, '0');
  return {
    assetId: `${prefix}-${number}`,
    type,
    name: `${kind} ${number}, ${street}`,
    location: { type: 'Point', coordinates },
    district,
    address: { streetAddress: street, addressLocality: 'Hanau', addressCountry: 'DE' },
  };
}

function modem(random: Random): Modem {
  return {
    ...radioIdentity(random),
    batteryV: random.chance(0.03) ? random.between(2.9, 3.1) : random.between(3.4, 3.65),
    rsrpDbm: Math.round(Math.max(-125, Math.min(-70, random.normal(-98, 9)))),
    counter: random.integer(0, 2000),
    clockErrorMs: random.chance(0.01) ? 9 * DAY_MS : Math.round(random.normal(0, 2_000)),
    clockUnset: random.chance(0.02),
  };
}

function device(asset: AssetSpec, model: string, { imei, iccid }: Modem, intervalMs: number): DeviceSpec {
  const seconds = Math.round(intervalMs / 1000);
  return { deviceId: `nb-${asset.assetId}`, model, imei, iccid, reportingInterval: `PT${seconds}S` };
}

function bin(random: Random, index: number): Thing {
  const model = BIN_SENSORS[index % BIN_SENSORS.length]!;
  const geometry = { heightM: random.pick([0.9, 1.2, 1.5]), offsetM: 0.3 };
  const asset = {
    ...place(random, 'WasteContainer', 'behaelter', 'Behälter', index),
    containerHeight: geometry.heightM,
    sensorOffset: geometry.offsetM,
    storedWasteKind: [random.pick(['glass', 'paper', 'organic', 'other'])],
  };
  const own = modem(random);
  return new Bin(asset, device(asset, model, own, 30_000), geometry, own, random);
}

function parkingSpot(random: Random, index: number, speed: number): Thing {
  const model = PARKING_SENSORS[index % PARKING_SENSORS.length]!;
  const allowedSeconds = Math.round((2 * HOUR_MS) / speed / 1000);
  const asset = {
    ...place(random, 'ParkingSpot', 'stellplatz', 'Stellplatz', index),
    category: ['onStreet'],
    ...(index % 4 === 0 && { maximumParkingDuration: `PT${allowedSeconds}S` }),
  };
  const own = modem(random);
  return new ParkingSpot(asset, device(asset, model, own, 60_000), own, random);
}

function streetLight(random: Random, index: number, cabinet: AssetSpec): Thing {
  const ratedW = random.pick(LAMP_RATINGS_W);
  const [longitude, latitude] = cabinet.location.coordinates;
  const spot = place(random, 'Streetlight', 'leuchte', 'Leuchte', index);
  const position = index % LAMPS_PER_CABINET;
  const asset = {
    ...spot,
    district: cabinet.district,
    // Thirty metres apart along the street that its cabinet feeds.
    location: { type: 'Point' as const, coordinates: [longitude + position * 0.0004, latitude] as const },
    streetPoleNum: `${cabinet.assetId.slice(-4)}-${String(position + 1).padStart(2, '0')}`,
    refStreetlightControlCabinet: cabinet.assetId,
    circuit: `K${(position % 3) + 1}`,
    powerRating: ratedW,
  };
  const own = modem(random);
  return new StreetLight(asset, device(asset, 'ucifi-streetlight', own, 45_000), ratedW, own, random);
}
