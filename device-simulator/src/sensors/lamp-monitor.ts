import type { LampDevice } from '../city/city.ts';
import type { Random } from '../random.ts';
import { NO_FAULTS, numberIn, type Faults } from '../world/faults.ts';
import type { LampState, Thing } from '../world/thing.ts';
import { DisturbedSensor, driftWrongAt } from './disturbed-sensor.ts';

/** Errors of the electrical monitor (standard deviation): 1 % of what it draws, 1 V. */
const POWER_NOISE = 0.01;
const VOLTAGE_NOISE_V = 1;
const TOLERATED_DRIFT = 0.1;

/** The lamp controller's view of its lamp. */
export class LampMonitor extends DisturbedSensor<LampState> {
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
  readonly nextChangeAt = Infinity;

  constructor(
    device: LampDevice,
    private readonly random: Random,
    faults: Faults,
    neighbour: Thing<LampState> | undefined,
  ) {
    super(device.thing, faults, neighbour);
  }

  measure(at: number): void {
    const { random, faults } = this;
    const { state } = this.subject(at);
    const powerNoise = random.normal(0, POWER_NOISE);
    const voltageNoise = random.normal(0, VOLTAGE_NOISE_V);
    if (this.staysStuck(at)) return;
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
    const drift = this.drift(at);
    power *= Math.max(0, 1 + drift);
    if (Math.abs(drift) > TOLERATED_DRIFT) this.isRight = false;
    const spikes = faults.active('sensor.spikes', at);
    if (spikes !== undefined && random.chance(numberIn(spikes, 'share', 0.05))) {
      this.isRight = false;
      power = power * random.between(2, 8) + 5;
    }
    return power;
  }
}

export function lampDriftIsWrongAt(from: number, perDay: number): number {
  return driftWrongAt(from, perDay, TOLERATED_DRIFT);
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
