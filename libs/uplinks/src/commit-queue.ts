import { Fault, messageOf } from '@stadtfunk/kernel';
import type { Schedule } from './schedule.ts';
import type { UplinkLog } from './uplink-log.ts';
import type { Uplink } from './uplink.ts';

/** Called once: null when the uplink is durable and may be acknowledged, else why it may not. */
export type Done = (fault: Fault | null) => void;

export interface UplinkIntakeOptions {
  /** Uplinks offered and not answered yet; more are refused, so that a slow disk cannot fill the memory. */
  readonly maxPending: number;
  /** The same bound in payload bytes. */
  readonly maxPendingBytes?: number;
  /** Uplinks in one append: bounds how long one commit can take. */
  readonly maxBatch: number;
  /** Time between the beginnings of two appends, ms, as long as uplinks come densely; part of what a device waits for its PUBACK. */
  readonly paceMs?: number;
  /** A disk that hangs must not leave devices waiting for ever. */
  readonly appendTimeoutMs: number;
  readonly schedule: Schedule;
  /** Told of a `done` that threw. Without it the error is thrown again outside of the queue. */
  readonly onDefect?: (thrown: unknown) => void;
}

interface Offer {
  readonly uplink: Uplink;
  readonly done: Done;
}

const DEFAULT_MAX_PENDING_BYTES = 64 * 1024 * 1024;
const DEFAULT_PACE_MS = 5;

/**
 * Group commit in front of an uplink log: what is offered while one append is in flight goes into the next one.
 *
 * Accepted uplinks are answered strictly in the order of the offers. A refusal (`intake.overloaded`) does not wait for
 * what was accepted before it, because holding refused packets would undo the bound; it does come before the answer
 * to anything offered later. As a refusal closes the connection, no client sees an acknowledgement overtake another.
 */
export class UplinkIntake {
  readonly #waiting: Offer[] = [];
  #pending = 0;
  #pendingBytes = 0;
  #answered = 0;
  readonly #draining: { readonly upTo: number; readonly resolve: () => void }[] = [];
  #running = false;
  /** The append before: also after its deadline has passed, the next one waits for it. Never rejects. */
  #settled: Promise<void> = Promise.resolve();

  constructor(
    private readonly log: UplinkLog,
    private readonly options: UplinkIntakeOptions,
  ) {}

  /** Accepted uplinks that are not answered yet. */
  get pending(): number {
    return this.#pending;
  }

  /** Takes an uplink for the next append. Never throws, and never calls `done` before it has returned. */
  offer(uplink: Uplink, done: Done): void {
    const { maxPending, maxPendingBytes = DEFAULT_MAX_PENDING_BYTES } = this.options;
    const bytes = this.#pendingBytes + uplink.payload.length;
    if (this.#pending >= maxPending || bytes > maxPendingBytes) {
      const fault = new Fault('intake.overloaded', `${this.#pending} uplinks are waiting for the log`, true);
      queueMicrotask(() => this.#answer(done, fault));
      return;
    }
    this.#pending += 1;
    this.#pendingBytes = bytes;
    this.#waiting.push({ uplink, done });
    if (this.#running) return;
    this.#running = true;
    // Not at once: everything that one socket read brings shall be in the first append.
    queueMicrotask(() => void this.#run());
  }

  /** Resolves when everything that was accepted before this call is answered. */
  drain(): Promise<void> {
    if (this.#pending === 0) return Promise.resolve();
    const upTo = this.#answered + this.#pending;
    return new Promise((resolve) => this.#draining.push({ upTo, resolve }));
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, Math.max(1, this.options.maxBatch));
      const pace = this.#paceAfter(batch);
      const fault = await this.#append(batch.map((offer) => offer.uplink));
      for (const { uplink, done } of batch) {
        this.#pending -= 1;
        this.#answered += 1;
        this.#pendingBytes -= uplink.payload.length;
        this.#answer(done, fault);
      }
      while (this.#draining[0] && this.#draining[0].upTo <= this.#answered) this.#draining.shift()?.resolve();
      if (pace) await pace;
    }
    this.#running = false;
  }

  /**
   * Where uplinks come so densely that appends hold several, a little patience makes them hold more: each costs a hundred
   * microseconds of CPU and a turn of the disk. Who sends one at a time does not wait. Gives when the next append may begin.
   */
  #paceAfter(batch: readonly Offer[]): Promise<void> | undefined {
    const { paceMs = DEFAULT_PACE_MS, schedule } = this.options;
    if (paceMs === 0 || batch.length < 2) return undefined;
    return new Promise((resolve) => void schedule(resolve, paceMs));
  }

  /** One append with its deadline. What does not begin before its deadline is never appended at all. */
  #append(uplinks: readonly Uplink[]): Promise<Fault | null> {
    return new Promise((resolve) => {
      let batch: readonly Uplink[] | null = uplinks;
      const { schedule, appendTimeoutMs } = this.options;
      const cancel = schedule(() => {
        batch = null; // A log that hangs keeps the queue of promises, but not the uplinks in it.
        resolve(new Fault('log.timeout', `the uplink log did not answer within ${appendTimeoutMs} ms`, true));
      }, appendTimeoutMs);
      const settle = (fault: Fault | null) => {
        cancel();
        resolve(fault);
      };
      this.#settled = this.#settled
        .then(() => (batch === null ? undefined : this.log.append(batch)))
        .then(
          () => settle(null),
          (thrown: unknown) => settle(asFault(thrown)),
        );
    });
  }

  #answer(done: Done, fault: Fault | null): void {
    try {
      done(fault);
    } catch (thrown) {
      // The others in the batch still get their answer.
      const { onDefect } = this.options;
      if (onDefect) onDefect(thrown);
      else
        queueMicrotask(() => {
          throw thrown;
        });
    }
  }
}

function asFault(thrown: unknown): Fault {
  return thrown instanceof Fault ? thrown : new Fault('log.io', messageOf(thrown), true, thrown);
}
