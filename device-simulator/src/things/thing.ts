import type { AssetSpec, DeviceSpec } from '../city/asset.ts';
import type { RadioIdentity } from '../city/identity.ts';

export type { AssetSpec, DeviceSpec };

/** One thing of the city with the device on it. */
export interface Thing {
  readonly asset: AssetSpec;
  readonly device: DeviceSpec;
  /** How often it reports when nothing happens, ms of real time. */
  readonly heartbeatMs: number;
  /**
   * Lets the city's time pass.
   * @param cityMs how much of it
   * @param now real time, UTC ms
   * @returns whether something happened that the device reports at once
   */
  step(cityMs: number, now: number): boolean;
  /** What the device sends now, as the vendor's bytes. */
  report(now: number, isEvent: boolean): Uint8Array;
}

/** What every battery-driven NB-IoT device carries along. */
export interface Modem extends RadioIdentity {
  batteryV: number;
  readonly rsrpDbm: number;
  counter: number;
  /** Added to the true time by the device's clock, ms. */
  readonly clockErrorMs: number;
  /** A device that was never synchronised says zero. */
  readonly clockUnset: boolean;
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Unix seconds by the device's own clock. */
export function deviceSeconds(modem: Modem, now: number): number {
  return modem.clockUnset ? 0 : Math.floor((now + modem.clockErrorMs) / 1000);
}

/** Signal quality index that a modem reports for this power: 0..31 (3GPP TS 27.007), RSSI taken 20 dB above RSRP. */
export function csqOf(rsrpDbm: number): number {
  return Math.max(0, Math.min(31, Math.round((rsrpDbm + 20 + 113) / 2)));
}
