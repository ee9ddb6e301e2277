import type { Random } from '../random.ts';
import { NO_FAULTS, numberIn, type Faults } from '../world/faults.ts';
import type { ClockFace } from '../simulation/simulation-options.ts';

const DAY_MS = 86_400_000;
/** Between a synchronisation and the next a good clock is off by this much (standard deviation). */
const USUAL_ERROR_MS = 2_000;
const YEAR_2000 = Date.UTC(2000, 0, 1);
/** 0xac165b00 seconds, a published time. */
const YEAR_2061 = 0xac165b00 * 1000;
/** Nine days ahead: a published error. */
const AHEAD_S = 777_600;

/** The clock of a device, with all the ways in which it can be wrong. */
export class DeviceClock {
  /** Added to the true time by a clock that is right, ms. */
  readonly errorMs: number;
  readonly #countsFromZero: boolean;
  #isSet = true;

  constructor(
    random: Random,
    private readonly faults: Faults,
    private readonly face: ClockFace,
  ) {
    this.errorMs = Math.round(random.normal(0, USUAL_ERROR_MS));
    this.#countsFromZero = random.chance(0.5);
  }

  /** Forgets the time, until the network tells it. */
  reset(): void {
    this.#isSet = false;
  }

  synchronise(): void {
    this.#isSet = true;
  }

  /** What goes into a field of Unix seconds. A field of 32 bits holds the lower 32 of it. */
  seconds(at: number): number {
    const shown = this.#milliseconds(at);
    return this.faults.active('clock.milliseconds', at) !== undefined ? shown : Math.floor(shown / 1000);
  }

  #milliseconds(at: number): number {
    if (!this.#isSet) return 0;
    const { faults } = this;
    const right = this.face(at) + this.errorMs;
    if (faults === NO_FAULTS) return right;
    let fault = faults.active('clock.unset', at);
    if (fault) return this.#countsFromZero ? at - fault.from : 0;
    fault = faults.active('clock.year2000', at);
    if (fault) return YEAR_2000 + (at - fault.from);
    fault = faults.active('clock.year2061', at);
    if (fault) return YEAR_2061 + (at - fault.from);
    fault = faults.active('clock.ahead', at);
    if (fault) return right + 1000 * numberIn(fault, 'seconds', AHEAD_S);
    fault = faults.active('clock.drift', at);
    if (fault) return right + (1000 * numberIn(fault, 'secondsPerDay', 48) * (at - fault.from)) / DAY_MS;
    return right;
  }
}
