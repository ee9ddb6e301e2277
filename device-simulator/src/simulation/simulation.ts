import type { Arrival, ArrivalSink } from './arrival.ts';
import type { SimulationOptions } from './simulation-options.ts';

/**
 * A city in event time: its things, the sensors on them, and the radio network between. The same seed gives the same arrivals,
 * whatever the slices, the steps and the speed.
 */
export class Simulation {
  #now: number;

  constructor(options: SimulationOptions) {
    this.#now = options.from;
  }

  /** Everything that arrives before this moment, UTC ms, has been handed out. */
  get now(): number {
    return this.#now;
  }

  /** Lets time pass up to this moment, UTC ms, and hands out what arrives before it. */
  run(to: number, sink: ArrivalSink): void {
    for (const arrival of this.arrivals(to)) sink(arrival);
  }

  /** The same one by one, for whoever wants to wait in between. */
  *arrivals(to: number): Generator<Arrival, void, undefined> {
    this.#now = Math.max(this.#now, to);
  }
}
