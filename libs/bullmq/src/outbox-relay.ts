import { messageOf, type Clock } from '@stadtfunk/kernel';
import type { DeliveryKey, NewWork, Outbox, WorkQueue } from '@stadtfunk/maintenance';
import { runLater, type RunLater } from './run-later.ts';

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
  /** How often the work of all open deliveries is added again, in case the queue lost some without anybody noticing. */
  readonly restoreEveryMs?: number;
  readonly later?: RunLater;
}

const DEFAULTS = { pollMs: 500, maxPollMs: 30_000, batch: 500, restoreEveryMs: 600_000 };

/**
 * Hands events from the outbox to the work queue: first added, then marked. Dying in between adds the same ids again,
 * which adds nothing. Any number of relays may run.
 *
 * A queue may lose what it was given (a Redis that was emptied). So at the start, after trouble, when the queue's server
 * is back, and every now and then, the work of every delivery that is still open is added again, a batch per round.
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
  #isRestoreDue = true;
  #restoredAt = 0;
  /** Which delivery was restored last, null: none so far; undefined: no restoring is under way. */
  #restored: DeliveryKey | null | undefined;
  #round: Promise<void> | undefined;
  #cancel: () => void = () => {};

  constructor(outbox: Outbox, queue: WorkQueue, clock: Clock, log: OutboxRelayLog, options: OutboxRelayOptions) {
    this.#outbox = outbox;
    this.#queue = queue;
    this.#clock = clock;
    this.#log = log;
    this.#options = { ...DEFAULTS, later: runLater, ...options };
  }

  start(): void {
    this.#isStarted = true;
    this.#queue.onReturn(() => this.restore());
    this.nudge();
  }

  /** An event was written in this process: does not wait for the next look. Free to call often. */
  nudge(): void {
    if (!this.#isStarted) return;
    this.#isNudged = true;
    this.#round ??= this.#run();
  }

  /** The queue may have lost work: all that is open is added again. */
  restore(): void {
    this.#isRestoreDue = true;
    this.nudge();
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
      const { channels } = this.#options;
      const work = eventIds.flatMap((eventId) => channels.map((channel) => workOf({ eventId, channel })));
      if (work.length > 0) await this.#queue.add('notify', work);
      if (events.length > 0) await this.#outbox.markRelayed(eventIds, channels, this.#clock.now());
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
        await this.#restoreSome();
        this.#failures = 0;
      } catch (thrown) {
        this.#failures++;
        this.#isNudged = false;
        this.#isRestoreDue = true;
        this.#log.warn({ err: thrown, failures: this.#failures }, `events wait in the outbox: ${messageOf(thrown)}`);
      }
    }
    this.#round = undefined;
    if (!this.#isStarted) return;
    const { pollMs, maxPollMs, later } = this.#options;
    this.#cancel = later(Math.min(maxPollMs, pollMs * 2 ** Math.min(this.#failures, 20)), () => this.nudge());
  }

  async #restoreSome(): Promise<void> {
    const { channels, batch, restoreEveryMs } = this.#options;
    // Without a channel there is no queue that anything could be added to.
    if (channels.length === 0) return;
    const now = this.#clock.now();
    const isIdle = this.#restored === undefined;
    if (this.#isRestoreDue || (isIdle && now - this.#restoredAt >= restoreEveryMs)) {
      this.#isRestoreDue = false;
      this.#restoredAt = now;
      this.#restored = null;
    }
    if (this.#restored === undefined) return;
    const open = await this.#outbox.openDeliveries(this.#restored, batch);
    if (open.length > 0) await this.#queue.add('notify', open.map(workOf));
    this.#restored = open.length < batch ? undefined : open.at(-1);
    if (this.#restored) this.#isNudged = true;
  }
}

function workOf({ eventId, channel }: DeliveryKey): NewWork<'notify'> {
  return { workId: `${eventId}-${channel}`, payload: { eventId, channel } };
}
