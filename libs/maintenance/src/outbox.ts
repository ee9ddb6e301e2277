import type { DomainEvent } from './maintenance-store.ts';

/** An event as it waits to leave the system. */
export interface OutboxEvent extends Omit<DomainEvent, 'cursor'> {
  readonly eventId: number;
}

/** How an event fares on a channel. Times are UTC ms. */
export interface Delivery {
  readonly eventId: number;
  readonly channel: string;
  readonly attempts: number;
  readonly deliveredAt: number | null;
  /** Code and detail of the last failure; never a secret, a URL or what the other side said. */
  readonly lastError: string | null;
  readonly givenUpAt: number | null;
}

/** Events written in the transactions that made them so, on their way to the work queue and out. */
export abstract class Outbox {
  /** Events that were not handed to the work queue yet, oldest first. */
  abstract waiting(limit: number): Promise<readonly OutboxEvent[]>;
  abstract markRelayed(eventIds: readonly number[], at: number): Promise<void>;

  /** An event with how it fares on a channel: null before the first attempt. */
  abstract find(
    eventId: number,
    channel: string,
  ): Promise<{ readonly event: OutboxEvent; readonly delivery: Delivery | null } | undefined>;
  abstract recordDelivery(delivery: Delivery): Promise<void>;

  /** Deletes up to `limit` events relayed before `before` (UTC ms) that no delivery still works on; gives how many. */
  abstract purge(before: number, limit: number): Promise<number>;
}
