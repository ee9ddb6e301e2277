import { getPosition } from 'suncalc';
import { encodeLamp } from '../encode/senml.ts';
import type { Random } from '../random.ts';
import { DAY_MS, deviceSeconds, HOUR_MS, type AssetSpec, type DeviceSpec, type Modem, type Thing } from './thing.ts';

/** Civil twilight is at -6 degrees; lamps switch a little before. */
const SWITCHING_ALTITUDE_DEG = -4;
const STANDBY_W = 0.6;

/** How a street light can be broken, and how likely one is at the start. */
const FAULTS = [
  ['lampFailure', 0.02],
  ['controlGearFailure', 0.01],
  ['relayStuckOn', 0.02],
  ['photocellDark', 0.01],
] as const;
type Fault = (typeof FAULTS)[number][0];

/** A lamp that follows the real sun at its place, dims at night, and breaks in several ways. */
export class StreetLight implements Thing {
  readonly heartbeatMs: number;
  #fault: Fault | null = null;
  #brokenForMs = 0;
  #energyWh: number;
  #hours: number;
  #lastReport = 0;

  constructor(
    readonly asset: AssetSpec,
    readonly device: DeviceSpec,
    private readonly ratedW: number,
    private readonly modem: Modem,
    private readonly random: Random,
  ) {
    this.heartbeatMs = random.between(30_000, 60_000);
    this.#energyWh = random.integer(10_000, 900_000);
    this.#hours = random.integer(500, 20_000);
    for (const [fault, probability] of FAULTS) if (random.chance(probability)) this.#break(fault);
  }

  step(cityMs: number): boolean {
    if (this.#fault) {
      this.#brokenForMs -= cityMs;
      if (this.#brokenForMs > 0) return false;
      this.#fault = null;
      return true;
    }
    if (!this.random.chance(cityMs / (120 * DAY_MS))) return false;
    this.#break(this.random.pick(FAULTS)[0]);
    return true;
  }

  report(now: number): Uint8Array {
    const [longitude, latitude] = this.asset.location.coordinates;
    const altitudeDeg = getPosition(new Date(now), latitude, longitude).altitude;
    const isDark = altitudeDeg < SWITCHING_ALTITUDE_DEG;
    const commanded = this.#fault === 'relayStuckOn' || (isDark && this.#fault !== 'photocellDark');
    const dimmingPercent = commanded ? 80 : 0;
    const burns = commanded && this.#fault !== 'lampFailure' && this.#fault !== 'controlGearFailure';
    const activePowerW = burns ? this.random.normal(this.ratedW * 0.8, 0.4) : STANDBY_W;
    const hours = this.#lastReport > 0 ? (now - this.#lastReport) / HOUR_MS : 0;
    this.#lastReport = now;
    this.#energyWh += activePowerW * hours;
    if (burns) this.#hours += hours;
    const round = (value: number) => Math.round(value * 100) / 100;
    return encodeLamp({
      imei: this.modem.imei,
      time: deviceSeconds(this.modem, now),
      dimmingPercent,
      activePowerW: round(activePowerW),
      activeEnergyWh: round(this.#energyWh),
      supplyVoltageV: round(this.random.normal(231, 1.5)),
      powerFactor: burns ? 0.95 : 0.4,
      operatingHours: round(this.#hours),
      controlGearTemperatureC: Math.round(this.random.normal(burns ? 41 : 12, 1)),
      lampFailure: this.#fault === 'lampFailure',
      controlGearFailure: this.#fault === 'controlGearFailure',
      relayFailure: this.#fault === 'relayStuckOn',
      rsrpDbm: this.modem.rsrpDbm,
    });
  }

  #break(fault: Fault): void {
    this.#fault = fault;
    this.#brokenForMs = this.random.between(0.2, 2) * DAY_MS;
  }
}
