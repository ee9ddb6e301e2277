import type { BinDevice } from '../city/city.ts';
import { encodeDragino, type DraginoSample } from '../encode/dragino.ts';
import { LID_GAIN_DB, type BinSensor } from '../sensors/bin-sensor.ts';
import { Firmware } from './firmware.ts';
import type { Parts } from './parts.ts';
import { TIMINGS } from './timing.ts';

const ROWS = 8;
/** What it writes where there was no echo. */
const NO_ECHO = 0;

interface Row extends DraginoSample {
  distanceMm: number;
  time: number;
}

/** NDDS75: sends what it measures with the eight newest rows of its memory; empty slots after a start are all zero. No events, no boot message. */
export class DraginoBin extends Firmware<BinSensor> {
  readonly #imei: string;
  /** Newest first; the same eight objects, turned around. */
  readonly #rows: Row[] = Array.from({ length: ROWS }, () => ({ distanceMm: 0, time: 0 }));

  constructor(device: BinDevice, parts: Parts, sensor: BinSensor) {
    super(parts, sensor, TIMINGS.dragino);
    this.#imei = device.identity.imei;
  }

  protected override keep(at: number): void {
    const oldest = this.#rows.pop()!;
    oldest.distanceMm = this.#distance;
    oldest.time = this.parts.clock.seconds(at);
    this.#rows.unshift(oldest);
  }

  protected encode(at: number): Uint8Array {
    const { cell, channel, clock, weather } = this.parts;
    return encodeDragino({
      imei: this.#imei,
      batteryMv: Math.round(cell!.voltage(at, weather.temperatureC(at)) * 1000),
      csq: channel.csq,
      distanceMm: this.#distance,
      time: clock.seconds(at),
      history: this.#rows,
    });
  }

  protected override boot(): null {
    for (const row of this.#rows) row.distanceMm = row.time = 0;
    return null;
  }

  get #distance(): number {
    return Number.isNaN(this.sensor.distanceMm) ? NO_ECHO : this.sensor.distanceMm;
  }

  protected override get hasMeasurement(): boolean {
    return !Number.isNaN(this.sensor.distanceMm);
  }

  protected override get gainDb(): number {
    return this.sensor.isLidOpen ? LID_GAIN_DB : 0;
  }
}
