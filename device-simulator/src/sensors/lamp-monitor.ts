import type { LampDevice } from '../city/city.ts';
import type { Random } from '../random.ts';
import { NO_FAULTS, numberIn, type Faults } from '../world/faults.ts';
import type { LampState, Thing } from '../world/thing.ts';

const DAY_MS = 86_400_000;
/** Errors of the electrical monitor (standard deviation): 1 % of what it draws, 1 V. */
const POWER_NOISE = 0.01;
const VOLTAGE_NOISE_V = 1;
const TOLERATED_DRIFT = 0.1;

/** The lamp controller's view of its lamp. */
export class LampMonitor {
  dimmingPercent = 0;
  activePowerW = 0;
  activeEnergyWh = 0;
  supplyVoltageV = 230;
  powerFactor = 0.95;
  operatingHours = 0;
  controlGearTemperatureC = 20;
  lampFailure = false;
  controlGearFailure = false;
  relayFailure = false;
  isRight = true;
  readonly nextChangeAt = Infinity;
  #stuckSince = NaN;

  constructor(
    private readonly device: LampDevice,
    private readonly random: Random,
    private readonly faults: Faults,
    private readonly neighbour: Thing<LampState> | undefined,
  ) {}

  subject(at: number): Thing<LampState> {
    const { device, faults, neighbour } = this;
    const isSwapped = neighbour !== undefined && faults.active('sensor.swapped', at) !== undefined;
    return isSwapped ? neighbour : device.thing;
  }

  measure(at: number): void {
    const { random, faults } = this;
    const { state } = this.subject(at);
    const powerNoise = random.normal(0, POWER_NOISE);
    const voltageNoise = random.normal(0, VOLTAGE_NOISE_V);
    if (faults !== NO_FAULTS) {
      const stuck = faults.active('sensor.stuck', at);
      if (stuck !== undefined && this.#stuckSince === stuck.from) {
        this.isRight = false;
        return;
      }
      this.#stuckSince = stuck === undefined ? NaN : stuck.from;
    }
    this.isRight = true;
    let power = state.activePowerW * (1 + powerNoise);
    if (faults !== NO_FAULTS) power = this.#disturbed(power, at);
    this.dimmingPercent = Math.round(state.dimming * 100);
    this.activePowerW = hundredths(Math.max(0, power));
    this.activeEnergyWh = Math.round(state.activeEnergyWh);
    this.supplyVoltageV = Math.round((state.supplyVoltageV + voltageNoise) * 10) / 10;
    // Meaningless at low load: 0.42 at 6 W in a real sample.
    this.powerFactor = state.activePowerW > 10 ? 0.95 : 0.42;
    this.operatingHours = Math.round(state.operatingHours * 10) / 10;
    this.controlGearTemperatureC = Math.round(state.controlGearTemperatureC);
    this.lampFailure = state.lampFailure;
    this.controlGearFailure = state.controlGearFailure;
    this.relayFailure = state.relayFailure;
  }

  #disturbed(right: number, at: number): number {
    const { random, faults } = this;
    let power = right;
    if (faults.active('sensor.swapped', at) !== undefined) this.isRight = false;
    const drift = faults.active('sensor.drift', at);
    if (drift !== undefined) {
      const share = (numberIn(drift, 'perDay', 0.02) * (at - drift.from)) / DAY_MS;
      power *= Math.max(0, 1 + share);
      if (Math.abs(share) > TOLERATED_DRIFT) this.isRight = false;
    }
    const spikes = faults.active('sensor.spikes', at);
    if (spikes !== undefined && random.chance(numberIn(spikes, 'share', 0.05))) {
      this.isRight = false;
      power = power * random.between(2, 8) + 5;
    }
    return power;
  }
}

export function lampDriftIsWrongAt(from: number, perDay: number): number {
  return from + (TOLERATED_DRIFT / Math.abs(perDay)) * DAY_MS;
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
