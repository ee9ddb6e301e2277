import { Fault, type Clock } from '@stadtfunk/kernel';
import { NotificationChannel, type NotificationResult } from './notification.ts';
import type { DeliveryKey, OutboxEvent } from './outbox.ts';
import type { ScheduledTask } from './scheduled-task.ts';

const HOUR_MS = 3_600_000;

/** What was withheld of a department in an hour. */
export interface Digest {
  readonly channel: string;
  /** Empty: of nobody, such as alerts, which are everybody's. */
  readonly department: string;
  /** UTC ms. */
  readonly from: number;
  readonly until: number;
  readonly count: number;
  /** The oldest of them. */
  readonly events: readonly OutboxEvent[];
}

/** A channel that people read, and that can say many things at once. */
export abstract class DigestChannel extends NotificationChannel {
  /** Whether it tells anybody of an event: others do not count against the cap. */
  abstract concerns(event: OutboxEvent): boolean;
  abstract deliverDigest(digest: Digest): Promise<NotificationResult>;
}

/** How many notifications went out, and which were withheld. */
export abstract class NotificationLedger {
  /** Whether an event is among the first `cap` of its department and hour. Decided once: asked again, it says the same. */
  abstract admit(key: DeliveryKey, department: string, hour: number, cap: number): Promise<boolean>;
  /** What was withheld in hours that began before `before` and stands in no digest yet, with up to `most` events each. */
  abstract dueDigests(channel: string, before: number, most: number): Promise<readonly Digest[]>;
  abstract markTold(digest: Digest, at: number): Promise<void>;
  /** Forgets up to `limit` of hours that began before `before` (UTC ms), unless they have yet to stand in a digest; gives how many. */
  abstract purge(before: number, limit: number): Promise<number>;
}

/**
 * Lets so many notifications of a department through in an hour. The others stand in the digest of the hour. What cannot
 * wait (a critical alert, an urgent job, an escalation) counts, and is never withheld.
 */
export class CappedChannel extends NotificationChannel {
  override readonly channel: string;
  readonly #inner: DigestChannel;
  readonly #ledger: NotificationLedger;
  readonly #cap: number;
  readonly #clock: Clock;

  /** @param cap notifications of a department and hour */
  constructor(inner: DigestChannel, ledger: NotificationLedger, cap: number, clock: Clock) {
    super();
    this.channel = inner.channel;
    this.#inner = inner;
    this.#ledger = ledger;
    this.#cap = cap;
    this.#clock = clock;
  }

  override postponeMs(event: OutboxEvent): number {
    return this.#inner.postponeMs(event);
  }

  override async deliver(event: OutboxEvent): Promise<NotificationResult> {
    if (this.#inner.concerns(event)) {
      const key = { eventId: event.eventId, channel: this.channel };
      const hour = Math.floor(this.#clock.now() / HOUR_MS) * HOUR_MS;
      const cap = cannotWait(event) ? Infinity : this.#cap;
      if (!(await this.#ledger.admit(key, departmentOf(event), hour, cap))) return { ok: true };
    }
    return this.#inner.deliver(event);
  }
}

/** Tells what was withheld in the hours that are over. Throws when a digest cannot be told, to be tried again. */
export function digestTask(
  ledger: NotificationLedger,
  channels: readonly DigestChannel[],
  clock: Clock,
): ScheduledTask {
  return async ({ signal }) => {
    const thisHour = Math.floor(clock.now() / HOUR_MS) * HOUR_MS;
    for (const channel of channels) {
      for (const digest of await ledger.dueDigests(channel.channel, thisHour, MOST_EVENTS)) {
        if (signal.aborted) return;
        const result = await channel.deliverDigest(digest);
        if (!result.ok) throw new Fault(result.error.code, result.error.detail, true);
        await ledger.markTold(digest, clock.now());
      }
    }
  };
}

/** Listed one by one; of more, their number is said. */
const MOST_EVENTS = 500;

function departmentOf({ data }: OutboxEvent): string {
  return 'department' in data ? data.department : '';
}

function cannotWait({ type, data }: OutboxEvent): boolean {
  if (type === 'alert.escalated' || type === 'job.escalated') return true;
  return 'severity' in data ? data.severity === 'critical' : data.priority === 'urgent';
}
