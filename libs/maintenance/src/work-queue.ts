import { Fault } from '@stadtfunk/kernel';

/** What a job of each queue carries. Only references: the database is the record. */
export interface WorkPayloads {
  /** Tell one channel about one event. */
  readonly notify: { readonly eventId: number; readonly channel: string };
  /** Run one task for one time at which it was due. */
  readonly scheduled: { readonly task: string; readonly dueAt: number };
}
export type QueueName = keyof WorkPayloads;

/** How often a failing job is tried, and how many run at once in a process. */
export interface QueuePolicy {
  readonly attempts: number;
  /** Longest wait before the second attempt; it doubles with each one after. */
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  readonly concurrency: number;
}

/**
 * Every queue there is. A process that works needs one handler for each. Twelve attempts to notify take up to five hours.
 * What is scheduled has one attempt in the queue: how often it failed, and when it is tried again, is in the records.
 */
export const QUEUES: Readonly<Record<QueueName, QueuePolicy>> = {
  notify: { attempts: 12, backoffMs: 10_000, maxBackoffMs: 2 * 3_600_000, concurrency: 8 },
  scheduled: { attempts: 1, backoffMs: 10_000, maxBackoffMs: 15 * 60_000, concurrency: 2 },
};
export const QUEUE_NAMES = Object.keys(QUEUES) as readonly QueueName[];

export interface NewWork<Q extends QueueName> {
  /** Adding the same id again adds nothing, while the queue remembers it. Not a bare number, and without colons. */
  readonly workId: string;
  readonly payload: WorkPayloads[Q];
}

export interface Work<Q extends QueueName> extends NewWork<Q> {
  /** Counts from 1. */
  readonly attempt: number;
  /** Whether a failure now is final. */
  readonly isLastAttempt: boolean;
}

/** It is not the moment for some work. Coming back later is no attempt. */
export interface Postponed {
  readonly postponedMs: number;
}

/** Resolves when done, or postponed. A `Fault` that is not retryable ends the job, anything else thrown has it tried again. */
export type WorkHandler<Q extends QueueName> = (work: Work<Q>) => Promise<void | Postponed>;
export type WorkHandlers = { readonly [Q in QueueName]: WorkHandler<Q> };

/**
 * Work that leaves the database's transactions: at least once, with retries. Work is added in one process and done in another.
 * Work that is done is remembered for a while; work that has failed for good is forgotten, and can be added again.
 */
export abstract class WorkQueue {
  readonly #handlers = new Map<QueueName, WorkHandler<never>>();
  readonly #returnListeners: (() => void)[] = [];

  /** Says who does the work of a queue. Faults: `queue.handlerDoubled`. */
  handle<Q extends QueueName>(queue: Q, handler: WorkHandler<Q>): this {
    if (this.#handlers.has(queue)) throw new Fault('queue.handlerDoubled', `two handlers for queue '${queue}'`, false);
    this.#handlers.set(queue, handler);
    return this;
  }

  /** The handlers of all queues. Faults: `queue.handlerMissing`. */
  protected handlers(): WorkHandlers {
    const missing = QUEUE_NAMES.filter((queue) => !this.#handlers.has(queue));
    if (missing.length > 0) throw new Fault('queue.handlerMissing', `no handler for ${missing.join(', ')}`, false);
    return Object.fromEntries(this.#handlers) as unknown as WorkHandlers;
  }

  /** Tells when the server of the queue was away and is back: it may have lost work. */
  onReturn(listener: () => void): void {
    this.#returnListeners.push(listener);
  }

  protected returned(): void {
    for (const listener of this.#returnListeners) listener();
  }

  /** Connects, so that work can be added. Faults: `queue.unavailable`. */
  abstract start(): Promise<void>;
  /** Begins to do the work. Refuses when a queue has no handler. */
  abstract work(): Promise<void>;
  /** Finishes the work in hand and disconnects. */
  abstract stop(): Promise<void>;

  /** Resolves when the queue keeps all of it. Faults: `queue.unavailable` (retryable), when it may keep some: add all again. */
  abstract add<Q extends QueueName>(queue: Q, work: readonly NewWork<Q>[]): Promise<void>;
}

/** How long to wait after a failed attempt (from 1): doubling up to the cap, of which a random part (0..1) up to half is taken off. */
export function backoffMs(policy: QueuePolicy, attempt: number, random: number): number {
  const longest = Math.min(policy.maxBackoffMs, policy.backoffMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(longest * (1 - random / 2));
}
