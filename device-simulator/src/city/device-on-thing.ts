import type { Disturbance } from '../world/disturbance.ts';
import type { BinState, LampState, SpotState, Thing } from '../world/thing.ts';
import type { AssetSpec, DeviceSpec } from './asset.ts';
import type { BinDevice, BinModel, LampDevice, LampModel, SpotDevice, SpotModel } from './city.ts';
import type { RadioIdentity } from './identity.ts';
import { binModelOf, deviceIdOf, lampModelOf, spotModelOf, type CityModel, type CityPlan } from './plan.ts';
import { numberOf } from './traits.ts';

abstract class DeviceOnThing<State extends object> {
  abstract readonly model: CityModel;
  readonly #assetId: string;

  constructor(
    private readonly plan: CityPlan,
    readonly index: number,
    asset: AssetSpec,
    readonly thing: Thing<State>,
    readonly disturbances: readonly Disturbance[],
  ) {
    this.#assetId = asset.assetId;
  }

  get deviceId(): string {
    return deviceIdOf(this.#assetId);
  }

  get intervalMs(): number {
    return this.plan.intervalMs(this.model);
  }

  get asset(): AssetSpec {
    return this.thing.asset;
  }

  get spec(): DeviceSpec {
    return this.plan.spec(this.#assetId, this.model, this.index);
  }

  get identity(): RadioIdentity {
    return this.plan.identity(this.model, this.index);
  }
}

/** What containers and their sensors measure where an asset does not say, m. */
const USUAL_HEIGHT_M = 1.2;
const USUAL_OFFSET_M = 0.3;

export class DeviceOnBin extends DeviceOnThing<BinState> implements BinDevice {
  readonly kind = 'bin';
  readonly model: BinModel;
  readonly heightM: number;
  readonly offsetM: number;

  constructor(...of: ConstructorParameters<typeof DeviceOnThing<BinState>>) {
    super(...of);
    const [, index, asset] = of;
    this.model = binModelOf(index);
    this.heightM = numberOf(asset, 'containerHeight', USUAL_HEIGHT_M);
    this.offsetM = numberOf(asset, 'sensorOffset', USUAL_OFFSET_M);
  }
}

export class DeviceOnSpot extends DeviceOnThing<SpotState> implements SpotDevice {
  readonly kind = 'spot';
  readonly model: SpotModel;

  constructor(...of: ConstructorParameters<typeof DeviceOnThing<SpotState>>) {
    super(...of);
    this.model = spotModelOf(of[1]);
  }
}

const USUAL_RATING_W = 50;

export class DeviceOnLamp extends DeviceOnThing<LampState> implements LampDevice {
  readonly kind = 'lamp';
  readonly model: LampModel;
  readonly ratedW: number;

  constructor(...of: ConstructorParameters<typeof DeviceOnThing<LampState>>) {
    super(...of);
    const [, index, asset] = of;
    this.model = lampModelOf(index);
    this.ratedW = numberOf(asset, 'powerRating', USUAL_RATING_W);
  }
}
