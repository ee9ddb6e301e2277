import type { AssetSpec } from '../city/asset.ts';

/**
 * A thing of the city as it really is, in event time and with chance from a stream of its own: what happens to it does not
 * depend on who looks, how often, or in what order. A sensor looks at `state`.
 */
export interface Thing<State extends object> {
  readonly asset: AssetSpec;
  /** As of the last `advance`. The same object all the time: read it, do not keep it. */
  readonly state: Readonly<State>;
  /** Lets time pass up to this moment, UTC ms; never back. Same state whether in one step or in many. */
  advance(to: number): void;
  /**
   * Nothing that a sensor would notice by itself happens before this moment, UTC ms, later than the last `advance`. Go there and
   * look: it may be one at which nothing happens either, as a midnight.
   */
  readonly nextEventAt: number;
}

/** Levels are 0..1 of the container's height, up to 1.1 where waste stands above the rim. */
export interface BinState {
  level: number;
  /** Inside, °C. */
  temperatureC: number;
  isBurning: boolean;
  isTipped: boolean;
  isLidOpen: boolean;
}

export interface SpotState {
  isOccupied: boolean;
}

export interface LampState {
  /** What it is told: 0..1. */
  dimming: number;
  /** What is on at its terminals; nothing at all is sent without. */
  hasSupply: boolean;
  activePowerW: number;
  activeEnergyWh: number;
  operatingHours: number;
  controlGearTemperatureC: number;
  supplyVoltageV: number;
  lampFailure: boolean;
  controlGearFailure: boolean;
  relayFailure: boolean;
}

export interface CabinetState {
  /** What comes out of it. */
  hasSupply: boolean;
}

/** At the surface, for the whole city: the same for everybody. */
export interface Weather {
  /** Air temperature, °C. */
  temperatureC(at: number): number;
  /** 0 no rain or snow, 1 as hard as it comes. */
  precipitation(at: number): number;
  /** Snow on the ground, cm. */
  snowCm(at: number): number;
  /** 0 clear, 1 overcast. */
  cloud(at: number): number;
}
