import type { StoredUplink } from './uplink.ts';
import type { PartitionOwnership } from './partition-ownership.ts';
import type { ConsumerGroup, Positions, UplinkLog } from './uplink-log.ts';

/** Work on the log, batch by batch. */
export interface Consumption {
  readonly log: UplinkLog;
  readonly group: ConsumerGroup;
  readonly ownership: PartitionOwnership;
  /**
   * Asked at the start, after every fault and when ownership has changed: where the group's records say that it has come.
   * Partitions that are not owned may have any position.
   */
  readonly positions: (owned: readonly boolean[]) => Promise<Positions>;
  /** Uplinks in a batch at the most: bounds memory, and how much is done again after a fault. */
  readonly batchSize: number;
  /**
   * Time between the beginnings of two batches, ms, as long as batches are not full: what a transaction costs is shared
   * by what arrives meanwhile. It is the price in latency of a reading's way to its alert.
   */
  readonly paceMs: number;
  /** How long to wait for an uplink before `idle` is called. */
  readonly waitMs: number;
  /** Must have committed the batch when it resolves. A rejection leads to the same uplinks again. */
  readonly process: (batch: readonly StoredUplink[]) => Promise<void>;
  /** Called when nothing waits in the log, and at least once in `waitMs`. */
  readonly idle: () => Promise<void>;
  /** Told of every fault; the work goes on after `pause`. */
  readonly onFault: (fault: unknown, attempt: number) => void;
  readonly pause: (ms: number) => Promise<void>;
  /** Milliseconds of a clock that only goes forward. */
  readonly elapsed: () => number;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;
/** After a fault a batch is so many times smaller: what an engine that comes and goes has time for is done, and not all begun anew. */
const SMALLER_AFTER_FAULT = 4;
const SMALLEST_BATCH = 50;
/** How often ownership is settled: what a new or a gone process waits for the others to notice. */
const SETTLE_EVERY_MS = 2_000;

/**
 * Reads a log on behalf of a consumer group until stopped. After a fault it goes back to what the records say and
 * tries again, for ever, with growing pauses and in smaller batches: an engine that is away holds the group up and loses nothing.
 */
export class Consumer {
  readonly #work: Consumption;
  /** Uplinks in the next batch at the most. */
  #batchSize: number;
  #stopping = false;
  #running: Promise<void> = Promise.resolve();
  #wake: () => void = () => undefined;

  constructor(work: Consumption) {
    this.#work = work;
    this.#batchSize = work.batchSize;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Ends after the batch at hand. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    let attempt = 0;
    while (!this.#stopping) {
      try {
        await this.#follow(() => (attempt = 0));
      } catch (fault) {
        this.#work.onFault(fault, attempt);
        const smaller = Math.ceil(this.#batchSize / SMALLER_AFTER_FAULT);
        this.#batchSize = Math.min(this.#batchSize, Math.max(SMALLEST_BATCH, smaller));
        const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt++);
        await this.#sleep(pauseMs);
      }
    }
    await this.#work.ownership.release();
  }

  /** Until the time is over, or the work is to stop. */
  async #sleep(ms: number): Promise<void> {
    if (this.#stopping) return;
    const wake = this.#wake;
    await Promise.race([this.#work.pause(ms), new Promise<void>((resolve) => (this.#wake = resolve))]);
    this.#wake = wake;
  }

  /** Until stopped, or until this process owns other partitions than at the beginning. */
  async #follow(onProgress: () => void): Promise<void> {
    const { log, group, waitMs, paceMs, ownership, elapsed } = this.#work;
    const owned = await ownership.settle();
    let settledAt = elapsed();
    if (!owned.includes(true)) return this.#sleep(SETTLE_EVERY_MS);

    const positions = await this.#work.positions(owned);
    const reached = positions.map((position, partition) => (owned[partition] ? position : Infinity));
    await log.commit(group, passedOf(reached));
    const cursor = log.openCursor(reached);
    this.#wake = () => void cursor.close();
    if (this.#stopping) await cursor.close();
    try {
      while (!this.#stopping) {
        const size = this.#batchSize;
        const batch = await cursor.read(size, waitMs);
        const begun = elapsed();
        if (batch.length > 0) {
          await this.#work.process(batch);
          for (const { partition, sequence } of batch) reached[partition] = sequence;
          await log.commit(group, passedOf(reached));
          this.#batchSize = Math.min(this.#work.batchSize, 2 * size);
        }
        onProgress();
        if (elapsed() - settledAt >= SETTLE_EVERY_MS) {
          if (!sameAs(owned, await ownership.settle())) return;
          settledAt = elapsed();
        }
        if (batch.length === size || this.#stopping) continue;
        await this.#work.idle();
        const spareMs = paceMs - (elapsed() - begun);
        if (batch.length > 0 && spareMs > 1) await this.#sleep(spareMs);
      }
    } finally {
      await cursor.close();
    }
  }
}

/** What the log is told: nothing of partitions that somebody else works on. */
function passedOf(reached: Positions): Positions {
  return reached.map((sequence) => (sequence === Infinity ? 0 : sequence));
}

function sameAs(before: readonly boolean[], now: readonly boolean[]): boolean {
  return before.every((owned, partition) => owned === now[partition]);
}

/** The last sequence of each partition in a batch. */
export function reachedBy(batch: readonly StoredUplink[]): readonly (readonly [partition: number, sequence: number])[] {
  const reached = new Map<number, number>();
  for (const { partition, sequence } of batch) reached.set(partition, sequence);
  return [...reached];
}

/** Turns that other work gets in one batch, at the most. */
const TURNS = 8;

/**
 * How many uplinks of a batch to work on in one go. Small batches mean little load: then acknowledgements should not wait.
 * Large ones mean much: every turn costs a pass over all sockets, and too many of them starve the work itself.
 */
export function sliceOf(batchLength: number, least: number): number {
  return Math.max(least, Math.ceil(batchLength / TURNS));
}
