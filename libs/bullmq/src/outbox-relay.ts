import { messageOf, type Clock } from '@stadtfunk/kernel';
import type { Outbox, WorkQueue } from '@stadtfunk/maintenance';

/** Runs something later; gives what calls it off. */
export type Schedule = (delayMs: number, run: () => void) => () => void;

export interface OutboxRelayLog {
  warn(fields: object, message: string): void;
}

export interface OutboxRelayOptions {
  /** Names of the channels that every event goes to. None: events are only marked. */
  readonly channels: readonly string[];
  /** How long an event written by another process may wait unnoticed. */
  readonly pollMs?: number;
  /** The longest pause after failures: they double it. */
  readonly maxPollMs?: number;
  /** Events per round. */
  readonly batch?: number;
  /** Events are deleted so long after they were relayed. Live pages that were away for longer start anew. */
  readonly keepMs?: number;
  readonly schedule?: Schedule;
}

const DEFAULTS = { pollMs: 500, maxPollMs: 30_000, batch: 500, keepMs: 30 * 24 * 3_600_000 };
const PURGE_EVERY_MS = 3_600_000;
const PURGE_BATCH = 5_000;

/**
 * Hands events from the outbox to the work queue: first added, then marked. Dying in between adds the same ids again,
 * which adds nothing. Any number of relays may run.
 */
export class OutboxRelay {
  readonly #outbox: Outbox;
  readonly #queue: WorkQueue;
  readonly #clock: Clock;
  readonly #log: OutboxRelayLog;
  readonly #options: Required<OutboxRelayOptions>;
  #isStarted = false;
  #isNudged = false;
  #failures = 0;
  #purgedAt = 0;
  #round: Promise<void> | undefined;
  #cancel: () => void = () => {};

  constructor(outbox: Outbox, queue: WorkQueue, clock: Clock, log: OutboxRelayLog, options: OutboxRelayOptions) {
    this.#outbox = outbox;
    this.#queue = queue;
    this.#clock = clock;
    this.#log = log;
    this.#options = { ...DEFAULTS, schedule: scheduleTimeout, ...options };
  }

  start(): void {
    this.#isStarted = true;
    this.nudge();
  }

  /** An event was written in this process: does not wait for the next look. Free to call often. */
  nudge(): void {
    if (!this.#isStarted) return;
    this.#isNudged = true;
    this.#round ??= this.#run();
  }

  /** Ends after the round in hand. */
  async stop(): Promise<void> {
    this.#isStarted = false;
    this.#cancel();
    await this.#round;
  }

  /** Relays all that waits now; gives how many events. */
  async relay(): Promise<number> {
    for (let relayed = 0; ;) {
      const events = await this.#outbox.waiting(this.#options.batch);
      const eventIds = events.map(({ eventId }) => eventId);
      const work = eventIds.flatMap((eventId) =>
        this.#options.channels.map((channel) => ({ workId: `${eventId}-${channel}`, payload: { eventId, channel } })),
      );
      if (work.length > 0) await this.#queue.add('notify', work);
      if (events.length > 0) await this.#outbox.markRelayed(eventIds, this.#clock.now());
      relayed += events.length;
      if (events.length < this.#options.batch) return relayed;
    }
  }

  async #run(): Promise<void> {
    this.#cancel();
    while (this.#isStarted && this.#isNudged) {
      this.#isNudged = false;
      try {
        await this.relay();
        await this.#purge();
        this.#failures = 0;
      } catch (thrown) {
        this.#failures++;
        this.#isNudged = false;
        this.#log.warn({ err: thrown, failures: this.#failures }, `events wait in the outbox: ${messageOf(thrown)}`);
      }
    }
    this.#round = undefined;
    if (!this.#isStarted) return;
    const { pollMs, maxPollMs, schedule } = this.#options;
    this.#cancel = schedule(Math.min(maxPollMs, pollMs * 2 ** Math.min(this.#failures, 20)), () => this.nudge());
  }

  async #purge(): Promise<void> {
    const now = this.#clock.now();
    if (now - this.#purgedAt < PURGE_EVERY_MS) return;
    while (this.#isStarted && (await this.#outbox.purge(now - this.#options.keepMs, PURGE_BATCH)) === PURGE_BATCH);
    this.#purgedAt = now;
  }
}

function scheduleTimeout(delayMs: number, run: () => void): () => void {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
}
