import { hash32 } from '@stadtfunk/kernel';
import type { TruthLog } from '../truth/incident.ts';
import { Bin } from '../world/bin.ts';
import { Cabinet } from '../world/cabinet.ts';
import { CityClock } from '../world/city-clock.ts';
import type { Place, Surroundings } from '../world/city-thing.ts';
import type { Disturbance } from '../world/disturbance.ts';
import { Faults, NO_FAULTS } from '../world/faults.ts';
import { Lamp } from '../world/lamp.ts';
import { DIMMING, Lighting } from '../world/lighting.ts';
import { Nights } from '../world/night.ts';
import { lattice } from '../world/noise.ts';
import { Spot } from '../world/spot.ts';
import type { Weather } from '../world/thing.ts';
import { Tour } from '../world/tour.ts';
import { HABITS, type Fraction } from '../world/waste.ts';
import { SeededWeather } from '../world/weather.ts';
import type { AssetSpec } from './asset.ts';
import type { City, CityDevice } from './city.ts';
import { DeviceOnBin, DeviceOnLamp, DeviceOnSpot } from './device-on-thing.ts';
import { CityPlan, deviceIdOf, type PlanOptions } from './plan.ts';
import type { StreetType } from './streets.ts';
import {
  cabinetOf,
  fractionOf,
  hasAstronomicalClock,
  needsPermit,
  numberOf,
  parkingLimitMs,
  streetTypeOf,
} from './traits.ts';

export interface CityOptions extends Partial<PlanOptions> {
  /** Instead of `seed`, `size` and the like: what `new CityPlan` gave, for those who had to look at it before. */
  readonly plan?: CityPlan;
  /** UTC ms from which on truth is written; the city has been alive for a while by then. */
  readonly from: number;
  readonly truth: TruthLog;
  /** What goes wrong with an asset or a device, by its id, sorted by `from`. */
  readonly disturbances?: (subject: string) => readonly Disturbance[];
  /** Default: by the seed. */
  readonly weather?: Weather;
  readonly clock?: CityClock;
}

const NOTHING: readonly Disturbance[] = [];
/** Places this near have the same sun, degrees. */
const AREA_DEG = 0.1;
const USUAL_RATING_W = 50;

/** Makes a city come alive. The same seed and disturbances give the same city. */
export function buildCity(options: CityOptions): City {
  const plan = options.plan ?? new CityPlan({ ...options, seed: options.seed ?? 1 });
  return new Builder(plan, options).build();
}

interface Feed {
  readonly faults: Faults;
  readonly hasPhotocell: boolean;
}

class Builder {
  readonly #around: Surroundings;
  readonly #disturbances: (subject: string) => readonly Disturbance[];
  readonly #tours = new Map<string, Tour>();
  readonly #nights = new Map<string, Nights>();
  readonly #lightings = new Map<string, Lighting>();
  readonly #feeds = new Map<string, Feed>();

  constructor(
    private readonly plan: CityPlan,
    { from, truth, disturbances, weather, clock }: CityOptions,
  ) {
    const { seed } = plan;
    this.#disturbances = disturbances ?? (() => NOTHING);
    this.#around = {
      seed,
      from,
      truth,
      clock: clock ?? new CityClock(),
      weather: weather ?? new SeededWeather(seed),
    };
  }

  build(): City {
    const { source } = this.plan;
    const cabinets: Cabinet[] = [];
    for (let index = 0; index < source.cabinets.count; index++) cabinets.push(this.#cabinet(index));
    const devices: CityDevice[] = [];
    for (let index = 0; index < source.count; index++) devices.push(this.#device(index));
    return { devices, cabinets, weather: this.#around.weather };
  }

  #device(index: number): CityDevice {
    const asset = this.plan.source.assetAt(index);
    const place = this.#placeOf(asset, index);
    const disturbances = this.#disturbances(deviceIdOf(asset.assetId));
    switch (asset.type) {
      case 'WasteContainer': {
        const thing = new Bin(this.#around, place, this.#binTraits(asset, index));
        return new DeviceOnBin(this.plan, index, asset, thing, disturbances);
      }
      case 'ParkingSpot': {
        const traits = {
          street: streetTypeOf(asset),
          limitMs: parkingLimitMs(asset),
          needsPermit: needsPermit(asset),
        };
        return new DeviceOnSpot(this.plan, index, asset, new Spot(this.#around, place, traits), disturbances);
      }
      default: {
        const thing = new Lamp(this.#around, place, this.#lampTraits(asset, index));
        return new DeviceOnLamp(this.plan, index, asset, thing, disturbances);
      }
    }
  }

  #placeOf(asset: AssetSpec, index: number): Place {
    const faults = Faults.of(this.#disturbances(asset.assetId));
    return { assets: this.plan.source, index, subject: asset.assetId, faults };
  }

  #binTraits(asset: AssetSpec, index: number) {
    const fraction = fractionOf(asset);
    const street = streetTypeOf(asset);
    const tour = this.#tour(fraction, street, asset.district);
    return { fraction, street, tour, position: lattice(this.plan.seed ^ 0x70e2, index) };
  }

  #tour(fraction: Fraction, street: StreetType, district: string): Tour {
    const key = `${fraction}/${street}/${district}`;
    let tour = this.#tours.get(key);
    if (!tour) {
      const { tourDays, everyWeeks, tourHour } = HABITS[fraction];
      const days = tourDays[street];
      // What goes every day goes every day everywhere; the rest is spread over the working days by district.
      const shift = days.length > 4 ? 0 : hash32(district) % 5;
      const seed = hash32(key) ^ this.plan.seed;
      const shifted = days.length > 4 ? days : days.map((day) => (day + shift) % 5);
      tour = new Tour(seed, this.#around.clock, shifted, everyWeeks, tourHour, 6);
      this.#tours.set(key, tour);
    }
    return tour;
  }

  #cabinet(index: number): Cabinet {
    const { cabinets } = this.plan.source;
    const asset = cabinets.assetAt(index);
    const faults = Faults.of(this.#disturbances(asset.assetId));
    this.#feeds.set(asset.assetId, { faults, hasPhotocell: !hasAstronomicalClock(asset) });
    return new Cabinet(this.#around, { assets: cabinets, index, subject: asset.assetId, faults });
  }

  #lampTraits(asset: AssetSpec, index: number) {
    const feed = this.#feeds.get(cabinetOf(asset) ?? '');
    return {
      ratedW: numberOf(asset, 'powerRating', USUAL_RATING_W),
      lighting: this.#lighting(asset, feed),
      cabinet: feed?.faults ?? NO_FAULTS,
      position: this.plan.source.lampPosition(index),
    };
  }

  /** All that switch by the same sun, or the same clouds, and dim alike share a plan. */
  #lighting(asset: AssetSpec, feed: Feed | undefined): Lighting {
    const street = streetTypeOf(asset);
    const { clock, weather } = this.#around;
    const [longitude, latitude] = asset.location.coordinates;
    const area = [Math.round(latitude / AREA_DEG) * AREA_DEG, Math.round(longitude / AREA_DEG) * AREA_DEG] as const;
    const hasPhotocell = feed?.hasPhotocell === true;
    const key = `${area.join()}/${street}/${hasPhotocell}`;
    let lighting = this.#lightings.get(key);
    if (!lighting) {
      const nights = this.#nightsOf(area);
      lighting = new Lighting(clock, nights, DIMMING[street], hasPhotocell ? weather : null);
      this.#lightings.set(key, lighting);
    }
    return lighting;
  }

  #nightsOf([latitude, longitude]: readonly [number, number]): Nights {
    const key = `${latitude},${longitude}`;
    let nights = this.#nights.get(key);
    if (!nights) this.#nights.set(key, (nights = new Nights(latitude, longitude)));
    return nights;
  }
}
