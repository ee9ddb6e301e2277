import { encodeDingtekDo201, encodeDingtekDo202 } from '../encode/dingtek.ts';
import type { Random } from '../random.ts';
import { deviceSeconds, HOUR_MS, type AssetSpec, type DeviceSpec, type Modem, type Thing } from './thing.ts';

export type ParkingSensor = 'dingtek-do201' | 'dingtek-do202';

/** A parking space: cars come and go; some stay longer than they may. */
export class ParkingSpot implements Thing {
  readonly heartbeatMs: number;
  #occupied: boolean;
  #untilMs: number;

  constructor(
    readonly asset: AssetSpec,
    readonly device: DeviceSpec,
    private readonly modem: Modem,
    private readonly random: Random,
  ) {
    this.heartbeatMs = random.between(45_000, 75_000);
    this.#occupied = random.chance(0.6);
    this.#untilMs = this.#duration() * random.next();
  }

  step(cityMs: number): boolean {
    this.#untilMs -= cityMs;
    if (this.#untilMs > 0) return false;
    this.#occupied = !this.#occupied;
    this.#untilMs = this.#duration();
    return true;
  }

  report(now: number, isEvent: boolean): Uint8Array {
    const { modem, random } = this;
    modem.counter = (modem.counter + 1) & 0xffff;
    const field = (base: number, car: number) => Math.round(random.normal(base + (this.#occupied ? car : 0), 6));
    const spot = {
      imei: modem.imei,
      isAlarm: isEvent,
      batteryV: modem.batteryV,
      batteryLow: modem.batteryV < 3.1,
      rsrpDbm: modem.rsrpDbm,
      counter: modem.counter,
      temperatureC: Math.round(random.normal(8, 1)),
      occupied: this.#occupied,
      magneticField: [field(21, 180), field(-25, -420), field(35, -700)] as const,
      humidityPercent: random.integer(50, 80),
    };
    if (this.device.model === 'dingtek-do202') return encodeDingtekDo202(spot);
    const distanceMm = this.#occupied ? random.integer(150, 320) : 9999;
    return encodeDingtekDo201({ ...spot, distanceMm, time: deviceSeconds(modem, now) });
  }

  #duration(): number {
    const meanMs = this.#occupied ? 1.5 * HOUR_MS : 0.8 * HOUR_MS;
    return Math.max(0.1 * HOUR_MS, -Math.log(1 - this.random.next()) * meanMs);
  }
}
