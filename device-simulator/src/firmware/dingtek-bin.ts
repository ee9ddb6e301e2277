import type { BinDevice } from '../city/city.ts';
import { encodeDingtekBin, encodeDingtekParameters } from '../encode/dingtek.ts';
import { LID_GAIN_DB, type BinSensor } from '../sensors/bin-sensor.ts';
import { isBatteryLow, signed } from './battery-alarm.ts';
import { BinAlarms } from './bin-alarms.ts';
import { Firmware } from './firmware.ts';
import type { Parts } from './parts.ts';
import { TIMINGS } from './timing.ts';

const NO_ECHO_MM = 9999;

/** DF702: a heartbeat, and at once what is full, on fire or tilted. Sends no time. */
export class DingtekBinFirmware extends Firmware<BinSensor> {
  readonly #imei: string;
  readonly #alarms: BinAlarms;

  constructor(
    private readonly device: BinDevice,
    parts: Parts,
    sensor: BinSensor,
  ) {
    super(parts, sensor, TIMINGS.dingtekBin);
    this.#imei = device.identity.imei;
    this.#alarms = new BinAlarms(device);
  }

  protected override measure(at: number): void {
    this.sensor.measure(at);
    this.#alarms.judge(this.sensor);
  }

  protected override get news(): number {
    return this.#alarms.code;
  }

  protected encode(at: number, isEvent: boolean): Uint8Array {
    const { cell, channel, weather, faults } = this.parts;
    const forgets = faults.active('device.signError', at) !== undefined;
    const batteryV = cell!.voltage(at, weather.temperatureC(at));
    return encodeDingtekBin({
      imei: this.#imei,
      isAlarm: isEvent,
      batteryV,
      batteryLow: isBatteryLow(batteryV),
      rsrpDbm: signed(channel.rsrpDbm, forgets),
      counter: this.counter,
      temperatureC: Math.max(-128, Math.min(127, signed(Math.round(this.sensor.temperatureC), forgets))),
      distanceMm: Number.isNaN(this.sensor.distanceMm) ? NO_ECHO_MM : this.sensor.distanceMm,
      tiltDeg: this.sensor.tiltDeg,
      isFull: this.#alarms.isFull,
      onFire: this.#alarms.onFire,
      isTilted: this.#alarms.isTilted,
    });
  }

  protected override boot(): Uint8Array {
    const uploadIntervalH = Math.max(1, Math.min(255, Math.round(this.intervalMs / 3_600_000)));
    return encodeDingtekParameters({ imei: this.#imei, device: 'df702', uploadIntervalH, detectIntervalMin: 10 });
  }

  protected override get gainDb(): number {
    return this.sensor.isLidOpen ? LID_GAIN_DB : 0;
  }
}
