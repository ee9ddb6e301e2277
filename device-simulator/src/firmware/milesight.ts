import type { BinDevice } from '../city/city.ts';
import { encodeMilesight, encodeMilesightBoot, type MilesightHead, type MilesightSample } from '../encode/milesight.ts';
import { LID_GAIN_DB, type BinSensor } from '../sensors/bin-sensor.ts';
import { batteryPercentOf, signed } from './battery-alarm.ts';
import { BinAlarms } from './bin-alarms.ts';
import { Firmware } from './firmware.ts';
import type { Parts } from './parts.ts';
import { TIMINGS } from './timing.ts';

/** No more groups than this are kept while the network does not take them: two days at the least. */
const KEPT_GROUPS = 64;
/** The sensor sees no further. */
const RANGE_MM = 4_500;

/**
 * EM400-MUD: measures every half hour and sends all groups since the last upload that was taken, oldest first and without time. What is full, on
 * fire or tilted it says at once, in a group by itself.
 */
export class MilesightBin extends Firmware<BinSensor> {
  readonly #head: { -readonly [key in keyof MilesightHead]: MilesightHead[key] };
  readonly #alarms: BinAlarms;
  readonly #groups: MilesightSample[] = [];
  #measuredAt = NaN;

  constructor(device: BinDevice, parts: Parts, sensor: BinSensor) {
    super(parts, sensor, TIMINGS.milesight);
    const { imei, imsi, iccid } = device.identity;
    // As printed on the device; hexadecimal digits.
    this.#head = { imei, imsi, iccid, serialNumber: `6713d${imei.slice(-11)}`, frameCount: 0, csq: 0 };
    this.#alarms = new BinAlarms(device);
  }

  protected override measure(at: number): void {
    if (at === this.#measuredAt) return;
    this.#measuredAt = at;
    this.sensor.measure(at);
    this.#alarms.judge(this.sensor);
  }

  protected override get news(): number {
    return this.#alarms.code;
  }

  protected override keep(at: number): void {
    if (this.#groups.length === KEPT_GROUPS) this.#groups.shift();
    this.#groups.push(this.#group(at));
  }

  protected encode(at: number, isEvent: boolean): Uint8Array {
    this.#head.frameCount = this.counter;
    this.#head.csq = this.parts.channel.csq;
    if (isEvent || this.#groups.length === 0) return encodeMilesight(this.#head, [this.#group(at, isEvent)]);
    return encodeMilesight(this.#head, this.#groups);
  }

  protected override sent(isDelivered: boolean, isEvent: boolean): void {
    if (isDelivered && !isEvent) this.#groups.length = 0;
  }

  protected override boot(): Uint8Array {
    this.#groups.length = 0;
    this.#head.frameCount = this.counter;
    this.#head.csq = this.parts.channel.csq;
    return encodeMilesightBoot(this.#head);
  }

  #group(at: number, isEvent = false): MilesightSample {
    const { cell, weather, faults } = this.parts;
    const { distanceMm, temperatureC } = this.sensor;
    return {
      batteryPercent: batteryPercentOf(cell!.voltage(at, weather.temperatureC(at))),
      temperatureC: signed(temperatureC, faults.active('device.signError', at) !== undefined),
      distanceMm: Number.isNaN(distanceMm) || distanceMm > RANGE_MM ? null : distanceMm,
      isTilted: this.#alarms.isTilted,
      isTemperatureAlarm: isEvent && this.#alarms.onFire,
    };
  }

  protected override get gainDb(): number {
    return this.sensor.isLidOpen ? LID_GAIN_DB : 0;
  }
}
