import type { SpotDevice } from '../city/city.ts';
import type { Random } from '../random.ts';
import { NO_FAULTS, type Faults } from '../world/faults.ts';
import type { SpotState, Thing } from '../world/thing.ts';
import { DisturbedSensor, driftWrongAt } from './disturbed-sensor.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What a car adds to the field of the earth, in the sensor's own counts; frames of the vendor show (-28, -611, -1505) and (269, -975, -1944). */
const CAR = [180, -420, -700] as const;
const NOISE = 6;
/** A zero point that has wandered by this looks like a car. */
const CAR_DRIFT = 300;
/** Of a magnetometer that drifts, `perDay` 1 is this much a day. */
const FULL_SCALE = 2_000;
/** Ghosts come and stay for a while: water on the cover, a tram, a lorry beside it. */
const GHOST_EVERY_MS = 4 * HOUR_MS;
const GHOST_LEAST_MS = 10 * MINUTE_MS;
const GHOST_MEAN_MS = 40 * MINUTE_MS;

/** Magnetometer with ultrasound or radar, in the ground under a parking spot. */
export class SpotSensor extends DisturbedSensor<SpotState> {
  isOccupied = false;
  /** Counts of x, y and z. */
  readonly magneticField: [number, number, number] = [0, 0, 0];
  /** Up to the car's floor, mm; 9999: no echo, as above a free spot. */
  distanceMm = 9999;
  /** When the sensor will see something change by itself although nothing does; Infinity: never. */
  nextChangeAt = Infinity;
  readonly #base: readonly [number, number, number];
  readonly #floorMm: number;
  readonly #size: number;
  #isGhost = false;

  constructor(
    device: SpotDevice,
    private readonly random: Random,
    faults: Faults,
    neighbour: Thing<SpotState> | undefined,
  ) {
    super(device.thing, faults, neighbour);
    this.#base = [random.integer(-60, 60), random.integer(-60, 60), random.integer(-60, 60)];
    this.#floorMm = random.integer(150, 300);
    this.#size = random.between(0.8, 1.3);
    this.nextChangeAt = this.#nextFault(-Infinity);
  }

  measure(at: number): void {
    const { random, faults } = this;
    const noises = [random.normal(0, NOISE), random.normal(0, NOISE), random.normal(0, NOISE)] as const;
    const floor = random.normal(0, NOISE);
    if (faults !== NO_FAULTS) {
      if (at >= this.nextChangeAt) this.#change(at);
      if (this.staysStuck(at)) return;
    }
    const { isOccupied } = this.subject(at).state;
    const drift = faults === NO_FAULTS ? 0 : FULL_SCALE * this.drift(at);
    const isSeen = isOccupied || this.#isGhost || Math.abs(drift) > CAR_DRIFT;
    for (let axis = 0; axis < 3; axis++) {
      const car = isOccupied || this.#isGhost ? CAR[axis]! * this.#size : 0;
      this.magneticField[axis] = Math.round(this.#base[axis]! + car + noises[axis]! + (axis === 2 ? drift : 0));
    }
    this.isOccupied = isSeen;
    this.isRight = true;
    this.distanceMm = isOccupied ? Math.round(this.#floorMm + floor) : 9999;
    if (faults === NO_FAULTS) return;
    this.isRight = this.isOccupied === isOccupied && faults.active('sensor.swapped', at) === undefined;
    if (faults.active('sensor.sentinel', at) !== undefined) this.distanceMm = 9999;
  }

  #change(at: number): void {
    if (this.faults.active('sensor.ghost', at) === undefined) {
      this.#isGhost = false;
      this.nextChangeAt = this.#nextFault(at);
      return;
    }
    const { random } = this;
    this.#isGhost = !this.#isGhost;
    const lasts = this.#isGhost
      ? GHOST_LEAST_MS + random.exponential(GHOST_MEAN_MS)
      : Math.max(GHOST_LEAST_MS, random.exponential(GHOST_EVERY_MS));
    this.nextChangeAt = Math.min(Math.ceil(at + lasts), this.#nextFault(at));
  }

  /** The next beginning or end of something that changes what it sees. */
  #nextFault(at: number): number {
    return this.faults === NO_FAULTS ? Infinity : this.faults.nextEdge(at);
  }
}

/** When a magnetometer that drifts has begun to see a car that is not there. */
export function ghostOfDriftAt(from: number, perDay: number): number {
  return driftWrongAt(from, perDay, CAR_DRIFT / FULL_SCALE);
}
