import type { BinDevice } from '../city/city.ts';
import type { Random } from '../random.ts';
import { NO_FAULTS, numberIn, type Faults } from '../world/faults.ts';
import type { BinState, Thing } from '../world/thing.ts';
import { DisturbedSensor, driftWrongAt } from './disturbed-sensor.ts';

/** One measurement to the next at the same distance, mm (standard deviation). */
const NOISE_MM = 3;
/** Sound is faster by 0.18 % per °C; sensors take that out by their own temperature, and a tenth of it is left. */
const REST_OF_TEMPERATURE = 0.00018;
/** Nearer than this is measured as this: waste on the sensor itself. The specified range begins at 280 mm. */
const NEAREST_MM = 250;
/** Echoes from somewhere else: 616 mm became 954 and 1249, 775 became 321 and 250 (published series). */
const SPIKED = 0.05;
const FAR = [1.3, 2.03] as const;
const NEAR = [0.32, 0.6] as const;
const FAR_ONES = 0.65;
/** A sensor is right as long as it has not drifted by more than this share of the height. */
const TOLERATED_DRIFT = 0.05;
/** An open lid points the sensor at the sky: no echo, or one of what stands near. And the radio is out of its can. */
const SKY = 0.7;
export const LID_GAIN_DB = 14;

/** Ultrasound from the lid, a thermometer and a tilt switch. Right is what has the distance right. */
export class BinSensor extends DisturbedSensor<BinState> {
  /** Whole millimetres; NaN: no echo. */
  distanceMm = NaN;
  temperatureC = 20;
  tiltDeg = 2;
  isLidOpen = false;
  /** It sees nothing by itself. */
  readonly nextChangeAt = Infinity;
  readonly #mountedDeg: number;

  constructor(
    private readonly device: BinDevice,
    private readonly random: Random,
    faults: Faults,
    neighbour: Thing<BinState> | undefined,
  ) {
    super(device.thing, faults, neighbour);
    this.#mountedDeg = random.integer(0, 4);
  }

  measure(at: number): void {
    const { random, faults } = this;
    const { state } = this.subject(at);
    const noise = random.normal(0, NOISE_MM);
    const warmth = random.normal(0, 0.4);
    this.isLidOpen = state.isLidOpen;
    this.temperatureC = Math.round((state.temperatureC + warmth) * 10) / 10;
    this.tiltDeg = state.isTipped ? 88 : state.isLidOpen ? 70 : this.#mountedDeg;
    if (this.staysStuck(at)) return;
    this.isRight = true;
    let distance = this.#distance(state.level) * (1 + REST_OF_TEMPERATURE * (20 - state.temperatureC));
    if (state.isLidOpen) {
      this.isRight = false;
      distance = random.chance(SKY) ? NaN : random.between(300, 1_500);
    } else if (faults !== NO_FAULTS) {
      distance = this.#disturbed(distance, at);
    }
    this.distanceMm = Math.round(distance + noise);
  }

  /** From the sensor down to the waste, mm. */
  #distance(level: number): number {
    const { heightM, offsetM } = this.device;
    return Math.max(NEAREST_MM, (offsetM + heightM * (1 - level)) * 1000);
  }

  #disturbed(right: number, at: number): number {
    const { random, faults } = this;
    let distance = right;
    if (faults.active('sensor.swapped', at) !== undefined) this.isRight = false;
    const drift = this.drift(at);
    if (drift !== 0) distance = Math.max(NEAREST_MM, distance + drift * this.device.heightM * 1000);
    if (Math.abs(drift) > TOLERATED_DRIFT) this.isRight = false;
    const spikes = faults.active('sensor.spikes', at);
    if (spikes !== undefined && random.chance(numberIn(spikes, 'share', SPIKED))) {
      this.isRight = false;
      distance *= random.chance(FAR_ONES) ? random.between(...FAR) : random.between(...NEAR);
    }
    if (faults.active('sensor.sentinel', at) !== undefined) {
      this.isRight = false;
      distance = NaN;
    }
    return distance;
  }
}

/** When a drift has become wrong: the moment from which `isRight` is false. */
export function driftIsWrongAt(from: number, perDay: number): number {
  return driftWrongAt(from, perDay, TOLERATED_DRIFT);
}
