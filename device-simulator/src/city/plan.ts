import type { AssetSource } from '../world/city-thing.ts';
import type { AssetSpec, DeviceSpec } from './asset.ts';
import { BIN_MODELS, LAMP_MODELS, SPOT_MODELS, type BinModel, type LampModel, type SpotModel } from './city.ts';
import { citySizeOf, GeneratedCity, MOST_DEVICES, type CitySize } from './generated-city.ts';
import { HANAU } from './hanau.ts';
import { radioIdentityOf, type RadioIdentity } from './identity.ts';
import { ImportedCity } from './imported-city.ts';
import type { CityMap } from './streets.ts';
import { cabinetOf } from './traits.ts';

/** Where the assets of a city come from; cabinets carry no device. */
export interface CitySource extends AssetSource {
  readonly count: number;
  readonly cabinets: AssetSource & { readonly count: number };
  /** Where along its cable a lamp hangs, by its number: 0 at the cabinet, 1 at the far end. */
  lampPosition(index: number): number;
}

export interface PlanOptions {
  readonly seed: number;
  /** How many things of each kind, or devices all in all; not with `assets`. */
  readonly size?: CitySize | number;
  /** Where they are to stand. Default: Hanau. */
  readonly map?: CityMap;
  /** Imported ones, instead of made-up ones. */
  readonly assets?: readonly AssetSpec[];
  /** How often a model reports, ms, where it is not set as it comes from the factory. */
  readonly intervalMs?: (model: CityModel) => number | undefined;
}

export type CityModel = BinModel | SpotModel | LampModel;

/** As far as what goes wrong asks: a thing with its device, or a cabinet. */
export interface PlanSubject {
  readonly assetId: string;
  readonly type: AssetSpec['type'];
  readonly district: string;
  /** The cabinet that feeds it; null: none. */
  readonly cabinet: string | null;
  /** null: nothing sits on it. */
  readonly device: { readonly deviceId: string; readonly model: CityModel } | null;
}

const HOUR_MS = 3_600_000;
/** As the models report by default; the catalogue has the sources. Parking sensors report changes at once besides. */
const INTERVALS_MS: Readonly<Record<CityModel, number>> = {
  'dragino-ndds75': 2 * HOUR_MS,
  'dingtek-df702': 24 * HOUR_MS,
  'milesight-em400-mud': 6 * HOUR_MS,
  'dingtek-do201': 24 * HOUR_MS,
  'dingtek-do202': 24 * HOUR_MS,
  'ucifi-streetlight': 0.5 * HOUR_MS,
};

/** A city before anything happens in it: what stands where, and which device is on it. Made anew each time it is asked for. */
export class CityPlan {
  readonly seed: number;
  readonly source: CitySource;
  readonly #intervalMs: (model: CityModel) => number | undefined;

  /** @throws RangeError if there are more devices than a city can have */
  constructor({ seed, size = MOST_COMMON_SIZE, map = HANAU, assets, intervalMs }: PlanOptions) {
    this.seed = seed;
    const wanted = typeof size === 'number' ? citySizeOf(size) : size;
    this.source = assets ? new ImportedCity(assets) : new GeneratedCity(seed, map, wanted);
    if (this.source.count > MOST_DEVICES) {
      throw new RangeError(`a city has ${MOST_DEVICES} devices at the most, not ${this.source.count}`);
    }
    this.#intervalMs = intervalMs ?? (() => undefined);
  }

  get deviceCount(): number {
    return this.source.count;
  }

  intervalMs(model: CityModel): number {
    return this.#intervalMs(model) ?? INTERVALS_MS[model];
  }

  spec(assetId: string, model: CityModel, index: number): DeviceSpec {
    const { imei, iccid } = this.identity(model, index);
    const seconds = Math.round(this.intervalMs(model) / 1000);
    return { deviceId: deviceIdOf(assetId), model, imei, iccid, reportingInterval: `PT${seconds}S` };
  }

  identity(model: CityModel, index: number): RadioIdentity {
    return radioIdentityOf(this.seed, model, index);
  }

  /** All things, then all cabinets. */
  *subjects(): Generator<PlanSubject> {
    const { source } = this;
    for (let index = 0; index < source.count; index++) {
      const asset = source.assetAt(index);
      const device = { deviceId: deviceIdOf(asset.assetId), model: modelOf(asset.type, index) };
      yield { ...headOf(asset), cabinet: cabinetOf(asset), device };
    }
    for (let index = 0; index < source.cabinets.count; index++) {
      const asset = source.cabinets.assetAt(index);
      yield { ...headOf(asset), cabinet: asset.assetId, device: null };
    }
  }
}

const MOST_COMMON_SIZE = 350;

export const deviceIdOf = (assetId: string): string => `nb-${assetId}`;

export function binModelOf(index: number): BinModel {
  return BIN_MODELS[index % BIN_MODELS.length]!;
}

export function spotModelOf(index: number): SpotModel {
  return SPOT_MODELS[index % SPOT_MODELS.length]!;
}

export function lampModelOf(index: number): LampModel {
  return LAMP_MODELS[index % LAMP_MODELS.length]!;
}

function modelOf(type: AssetSpec['type'], index: number): CityModel {
  if (type === 'WasteContainer') return binModelOf(index);
  return type === 'ParkingSpot' ? spotModelOf(index) : lampModelOf(index);
}

function headOf({ assetId, type, district }: AssetSpec) {
  return { assetId, type, district };
}
