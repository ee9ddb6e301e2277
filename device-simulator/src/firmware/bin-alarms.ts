import type { BinDevice } from '../city/city.ts';
import type { BinSensor } from '../sensors/bin-sensor.ts';

/** Full from here on, and full until there is clearly room again. */
const FULL = 0.85;
const ROOM = 0.8;
/** Sun on a dark lid reaches 60 °C. */
const FIRE_C = 70;
const FIRE_OVER_C = 50;
const TILTED_DEG = 45;

/** What a bin sensor finds worth telling at once: full, fire, tilt. */
export class BinAlarms {
  isFull = false;
  onFire = false;
  isTilted = false;

  constructor(private readonly device: BinDevice) {}

  judge(sensor: BinSensor): void {
    const { isFull, onFire } = this;
    const { heightM, offsetM } = this.device;
    const level = 1 - (sensor.distanceMm / 1000 - offsetM) / heightM;
    if (!Number.isNaN(level)) this.isFull = level >= (isFull ? ROOM : FULL);
    this.onFire = sensor.temperatureC >= (onFire ? FIRE_OVER_C : FIRE_C);
    this.isTilted = sensor.tiltDeg >= TILTED_DEG;
  }

  /** A number for what is so of the three. */
  get code(): number {
    return Number(this.isFull) + 2 * Number(this.onFire) + 4 * Number(this.isTilted);
  }
}
