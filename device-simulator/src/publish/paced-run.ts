import type { ArrivalSink } from '../simulation/arrival.ts';
import type { ClockFace } from '../simulation/simulation-options.ts';
import type { Simulation } from '../simulation/simulation.ts';

const TICK_MS = 100;

/** Which moment of event time it is when a city that began at `from` runs `speed` times faster than life; both clocks in UTC ms. */
export class Pace {
  constructor(
    private readonly from: number,
    private readonly begunAt: number,
    readonly speed: number,
  ) {}

  eventTime(now: number): number {
    return this.from + (now - this.begunAt) * this.speed;
  }

  /** What the clocks of its devices have to show, so that people see them in step with their own. */
  readonly clockFace: ClockFace = (at) => Math.round(this.begunAt + (at - this.from) / this.speed);
}

/** Runs a simulation in step with the clock on the wall and hands out what arrives when its time has come, whether or not anybody keeps up. */
export class PacedRun {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly simulation: Simulation,
    private readonly pace: Pace,
    private readonly sink: ArrivalSink,
  ) {}

  start(): void {
    this.#timer = setInterval(
      () => this.simulation.run(Math.floor(this.pace.eventTime(Date.now())), this.sink),
      TICK_MS,
    );
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
