import type { Disturbance } from '../world/disturbance.ts';
import type { BinState, CabinetState, LampState, SpotState, Thing, Weather } from '../world/thing.ts';
import type { AssetSpec, DeviceSpec } from './asset.ts';
import type { RadioIdentity } from './identity.ts';

export const BIN_MODELS = ['dragino-ndds75', 'dingtek-df702', 'milesight-em400-mud'] as const;
export const SPOT_MODELS = ['dingtek-do201', 'dingtek-do202'] as const;
export const LAMP_MODELS = ['ucifi-streetlight'] as const;
export type BinModel = (typeof BIN_MODELS)[number];
export type SpotModel = (typeof SPOT_MODELS)[number];
export type LampModel = (typeof LAMP_MODELS)[number];

interface OnThing<State extends object> {
  /** Place in `City.devices`. */
  readonly index: number;
  readonly deviceId: string;
  readonly thing: Thing<State>;
  readonly intervalMs: number;
  /** What goes wrong with the device itself, sorted by `from`; what goes wrong with the thing, the thing knows. */
  readonly disturbances: readonly Disturbance[];
  /** These three are made anew each time they are asked for, so that a million devices stay small. */
  readonly asset: AssetSpec;
  readonly spec: DeviceSpec;
  readonly identity: RadioIdentity;
}

export interface BinDevice extends OnThing<BinState> {
  readonly kind: 'bin';
  readonly model: BinModel;
  /** Inner height, and how far the sensor is above the rim. */
  readonly heightM: number;
  readonly offsetM: number;
}

export interface SpotDevice extends OnThing<SpotState> {
  readonly kind: 'spot';
  readonly model: SpotModel;
}

export interface LampDevice extends OnThing<LampState> {
  readonly kind: 'lamp';
  readonly model: LampModel;
  readonly ratedW: number;
}

/** A device on its thing. */
export type CityDevice = BinDevice | SpotDevice | LampDevice;

export interface City {
  readonly devices: readonly CityDevice[];
  /** Without a device of their own; advance them like the others: they write what is true. */
  readonly cabinets: readonly Thing<CabinetState>[];
  readonly weather: Weather;
}
