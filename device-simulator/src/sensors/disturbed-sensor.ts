import { NO_FAULTS, numberIn, type Faults } from '../world/faults.ts';
import type { Thing } from '../world/thing.ts';

const DAY_MS = 86_400_000;

/** What goes wrong alike with sensors of every kind: they are swapped, stuck, drift, or are hit by spikes. */
export abstract class DisturbedSensor<State extends object> {
  /** Whether what was measured last is so. */
  isRight = true;
  #stuckSince = NaN;

  constructor(
    protected readonly thing: Thing<State>,
    protected readonly faults: Faults,
    /** What this device really measures while it is swapped. */
    private readonly neighbour: Thing<State> | undefined,
  ) {}

  /** The thing that it looks at. */
  subject(at: number): Thing<State> {
    const { faults, neighbour } = this;
    const isSwapped = neighbour !== undefined && faults.active('sensor.swapped', at) !== undefined;
    return isSwapped ? neighbour : this.thing;
  }

  /** Whether it goes on showing what it measured when it got stuck. Ask once a measurement. */
  protected staysStuck(at: number): boolean {
    if (this.faults === NO_FAULTS) return false;
    const stuck = this.faults.active('sensor.stuck', at);
    if (stuck !== undefined && this.#stuckSince === stuck.from) {
      this.isRight = false;
      return true;
    }
    this.#stuckSince = stuck === undefined ? NaN : stuck.from;
    return false;
  }

  /** How far it has drifted, as a share of what it measures. */
  protected drift(at: number): number {
    const drift = this.faults.active('sensor.drift', at);
    return drift === undefined ? 0 : (numberIn(drift, 'perDay', 0.02) * (at - drift.from)) / DAY_MS;
  }
}

/** When a drift has become wrong, of a sensor that is right up to this share. */
export function driftWrongAt(from: number, perDay: number, tolerated: number): number {
  return from + (tolerated / Math.abs(perDay)) * DAY_MS;
}
