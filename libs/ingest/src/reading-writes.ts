import { ReadingsRefused, type Reading, type RefusedReading, type TelemetryStore } from '@stadtfunk/readings';

/** Readings that are worth a request of their own. */
const WORTH_A_WRITE = 2_000;

/**
 * The writes of one batch. They begin while its other uplinks are still being worked out: the telemetry store computes
 * on a core of its own meanwhile. One after the other, because of two readings of one moment the later has to win.
 */
export class ReadingWrites {
  readonly #telemetry: Pick<TelemetryStore, 'write'>;
  readonly #refused: RefusedReading[] = [];
  #begun = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(telemetry: Pick<TelemetryStore, 'write'>) {
    this.#telemetry = telemetry;
  }

  /** Begins to write what is new of the readings of the batch, if it is enough. Those that were given before stay at its beginning. */
  begin(readings: readonly Reading[]): void {
    if (readings.length - this.#begun >= WORTH_A_WRITE) this.#append(readings);
  }

  /** Writes the rest. Gives those that the store will never take; every other fault is thrown. */
  async finish(readings: readonly Reading[]): Promise<readonly RefusedReading[]> {
    if (readings.length > this.#begun) this.#append(readings);
    await this.#running;
    return this.#refused;
  }

  /** When nothing of it is under way any more, whatever came of it: what is written anew must not be overtaken. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.#running]);
  }

  #append(readings: readonly Reading[]): void {
    const some = readings.slice(this.#begun);
    this.#begun = readings.length;
    this.#running = this.#running.then(() => this.#write(some));
    // Thrown by `finish`, which may come much later.
    void this.settled();
  }

  async #write(readings: readonly Reading[]): Promise<void> {
    try {
      await this.#telemetry.write(readings);
    } catch (fault) {
      if (!(fault instanceof ReadingsRefused)) throw fault;
      this.#refused.push(...fault.refused);
    }
  }
}
