import type { SpotDevice } from '../city/city.ts';
import { encodeDingtekDo201, encodeDingtekDo202, encodeDingtekParameters } from '../encode/dingtek.ts';
import type { SpotSensor } from '../sensors/spot-sensor.ts';
import { isBatteryLow, signed } from './battery-alarm.ts';
import { Firmware } from './firmware.ts';
import type { Parts } from './parts.ts';
import { TIMINGS } from './timing.ts';

/** DO201 (with ultrasound and time) and DO202 (with radar): a heartbeat, and every car that comes or goes. */
export class DingtekSpotFirmware extends Firmware<SpotSensor> {
  readonly #imei: string;

  constructor(
    private readonly device: SpotDevice,
    parts: Parts,
    sensor: SpotSensor,
  ) {
    super(parts, sensor, TIMINGS.dingtekSpot);
    this.#imei = device.identity.imei;
  }

  protected override get news(): number {
    return Number(this.sensor.isOccupied);
  }

  protected encode(at: number, isEvent: boolean): Uint8Array {
    const { cell, channel, clock, weather, faults } = this.parts;
    const { sensor } = this;
    const forgets = faults.active('device.signError', at) !== undefined;
    const airC = weather.temperatureC(at);
    const batteryV = cell!.voltage(at, airC);
    const spot = {
      imei: this.#imei,
      isAlarm: isEvent,
      batteryV,
      batteryLow: isBatteryLow(batteryV),
      rsrpDbm: signed(channel.rsrpDbm, forgets),
      counter: this.counter,
      temperatureC: signed(Math.round(airC), forgets),
      occupied: sensor.isOccupied,
      magneticField: sensor.magneticField,
      humidityPercent: Math.round(70 + 25 * weather.precipitation(at)),
    };
    if (this.device.model === 'dingtek-do202') return encodeDingtekDo202(spot);
    return encodeDingtekDo201({ ...spot, distanceMm: sensor.distanceMm, time: clock.seconds(at) });
  }

  protected override boot(): Uint8Array {
    const device = this.device.model === 'dingtek-do202' ? 'do202' : 'do201';
    const uploadIntervalH = Math.max(1, Math.min(255, Math.round(this.intervalMs / 3_600_000)));
    return encodeDingtekParameters({ imei: this.#imei, device, uploadIntervalH, detectIntervalMin: 1 });
  }
}
