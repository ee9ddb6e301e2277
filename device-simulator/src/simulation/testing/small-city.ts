import type { AssetSpec } from '../../city/asset.ts';
import type { BinDevice, BinModel, CityDevice, LampDevice, SpotDevice, SpotModel } from '../../city/city.ts';
import { radioIdentity } from '../../city/identity.ts';
import { Random } from '../../random.ts';
import { TruthLog, type IncidentKind } from '../../truth/incident.ts';
import type { Disturbance, DisturbanceKind } from '../../world/disturbance.ts';
import type { BinState, LampState, SpotState, Thing, Weather } from '../../world/thing.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** A Tuesday. */
export const START = Date.UTC(2026, 9, 20);

/** A thing whose state is a plain function of time, so that a test knows what it was at any moment. */
export class ScriptedThing<State extends object> implements Thing<State> {
  readonly state: State;
  nextEventAt: number;
  #at = -Infinity;

  constructor(
    readonly asset: AssetSpec,
    private readonly stateAt: (at: number) => State,
    /** Moments at which something happens, in order. */
    private readonly events: readonly number[] = [],
  ) {
    this.state = { ...stateAt(0) };
    this.nextEventAt = events[0] ?? Infinity;
  }

  advance(to: number): void {
    if (to < this.#at) throw new Error(`time of ${this.asset.assetId} goes back from ${this.#at} to ${to}`);
    this.#at = to;
    Object.assign(this.state, this.stateAt(to));
    this.nextEventAt = this.events.find((at) => at > to) ?? Infinity;
  }
}

export const mildWeather: Weather = {
  temperatureC: () => 9,
  precipitation: () => 0,
  snowCm: () => 0,
  cloud: () => 0.5,
};

/** What was written, in the order in which it was. */
export class TruthList extends TruthLog {
  readonly lines: string[] = [];

  begin(kind: IncidentKind, subject: string, at: number): void {
    this.lines.push(`${kind} of ${subject} from ${hours(at)}`);
  }

  end(kind: IncidentKind, subject: string, at: number): void {
    this.lines.push(`${kind} of ${subject} to ${hours(at)}`);
  }
}

function hours(at: number): string {
  return `${Math.round(((at - START) / HOUR) * 100) / 100} h`;
}

export function fault(kind: DisturbanceKind, from: number, to: number, parameters: object = {}): Disturbance {
  return { kind, from, to, ...parameters };
}

export const calmBin: BinState = { level: 0.4, temperatureC: 12, isBurning: false, isTipped: false, isLidOpen: false };

export interface On {
  readonly index?: number;
  readonly intervalMs?: number;
  readonly disturbances?: readonly Disturbance[];
  readonly events?: readonly number[];
}

export function bin(model: BinModel, stateAt: (at: number) => BinState, on: On = {}): BinDevice {
  const { index = 0, intervalMs = model === 'dragino-ndds75' ? 2 * HOUR : 6 * HOUR } = on;
  const common = commonOf(`bin-${index}`, 'WasteContainer', model, index, intervalMs, on);
  const thing = new ScriptedThing(common.asset, stateAt, on.events);
  return { ...common, kind: 'bin', model, heightM: 1.2, offsetM: 0.3, thing };
}

export function spot(model: SpotModel, changes: readonly number[], on: On = {}): SpotDevice {
  const { index = 0, intervalMs = DAY } = on;
  const common = commonOf(`spot-${index}`, 'ParkingSpot', model, index, intervalMs, on);
  const stateAt = (at: number): SpotState => ({
    isOccupied: changes.filter((change) => change <= at).length % 2 === 1,
  });
  return { ...common, kind: 'spot', model, thing: new ScriptedThing(common.asset, stateAt, changes) };
}

export const burning: LampState = {
  dimming: 0.8,
  hasSupply: true,
  activePowerW: 40,
  activeEnergyWh: 120_000,
  operatingHours: 4_000,
  controlGearTemperatureC: 41,
  supplyVoltageV: 231,
  lampFailure: false,
  controlGearFailure: false,
  relayFailure: false,
};

export function lamp(stateAt: (at: number) => LampState, on: On = {}): LampDevice {
  const { index = 0, intervalMs = 30 * MINUTE } = on;
  const common = commonOf(`lamp-${index}`, 'Streetlight', 'ucifi-streetlight', index, intervalMs, on);
  const thing = new ScriptedThing(common.asset, stateAt, on.events);
  return { ...common, kind: 'lamp', model: 'ucifi-streetlight', ratedW: 50, thing };
}

function commonOf(name: string, type: AssetSpec['type'], model: string, index: number, intervalMs: number, on: On) {
  const asset: AssetSpec = {
    assetId: name,
    type,
    name,
    location: { type: 'Point', coordinates: [8.92, 50.13] },
    district: 'Innenstadt',
  };
  const identity = radioIdentity(Random.of(1, name));
  const { imei, iccid } = identity;
  const deviceId = `nb-${name}`;
  const spec = { deviceId, model, imei, iccid, reportingInterval: `PT${intervalMs / 1000}S` };
  return { index, deviceId, intervalMs, disturbances: on.disturbances ?? [], asset, spec, identity };
}

/** Bins that fill and are emptied, cars that come and go, lamps that switch: one of each model, as often as wanted. */
export function smallCity(times: number, days: number): readonly CityDevice[] {
  const devices: CityDevice[] = [];
  for (let round = 0; round < times; round++) {
    const shift = round * 37 * MINUTE;
    const cars = Array.from({ length: days * 12 }, (_, n) => START + shift + n * 2 * HOUR + (n % 3) * 17 * MINUTE);
    const fillsFrom = (at: number) => ({ ...calmBin, level: (((at - START + shift) / DAY) * 0.6) % 1 });
    const dusk = (at: number) => Math.floor((at - START) / HOUR + 6) % 24 < 12;
    const night = (at: number) => (dusk(at) ? burning : { ...burning, dimming: 0, activePowerW: 0.6 });
    const switches = Array.from({ length: days * 2 }, (_, n) => START + (6 + 12 * n) * HOUR);
    const next = () => ({ index: devices.length });
    devices.push(bin('dragino-ndds75', fillsFrom, next()));
    devices.push(bin('dingtek-df702', fillsFrom, next()));
    devices.push(bin('milesight-em400-mud', fillsFrom, next()));
    devices.push(spot('dingtek-do201', cars, next()));
    devices.push(spot('dingtek-do202', cars, next()));
    devices.push(lamp(night, { ...next(), events: switches }));
  }
  return devices;
}
