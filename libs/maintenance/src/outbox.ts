import type { Alert } from './alert.ts';
import type { Job } from './job.ts';
import type { DomainEvent } from './maintenance-store.ts';

/** An event as it waits to leave the system. */
export interface OutboxEvent extends Omit<DomainEvent, 'cursor' | 'data'> {
  readonly eventId: number;
  readonly data: Alert | Job;
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

/** Which delivery. Lists of deliveries are in this order, and go on after the last one of the page before. */
export type DeliveryKey = Pick<Delivery, 'eventId' | 'channel'>;

/** Events written in the transactions that made them so, on their way to the work queue and out. */
export abstract class Outbox {
  /** Events that were not handed to the work queue yet, oldest first. */
  abstract waiting(limit: number): Promise<readonly OutboxEvent[]>;
  /** Notes that events were handed to the work queue, with a delivery open for each of these channels. */
  abstract markRelayed(eventIds: readonly number[], channels: readonly string[], at: number): Promise<void>;
  /** Deliveries handed over that neither arrived nor were given up: a queue that lost its data is filled again from these. */
  abstract openDeliveries(after: DeliveryKey | null, limit: number): Promise<readonly DeliveryKey[]>;

  /** An event with how it fares on a channel: null before it was handed over or tried. */
  abstract find(
    eventId: number,
    channel: string,
  ): Promise<{ readonly event: OutboxEvent; readonly delivery: Delivery | null } | undefined>;
  abstract recordDelivery(delivery: Delivery): Promise<void>;

  abstract countGivenUp(): Promise<number>;
  /** @param departments only events of their jobs, and of alerts that concern them; absent: all */
  abstract listGivenUp(
    after: DeliveryKey | null,
    limit: number,
    departments?: readonly string[],
  ): Promise<readonly Delivery[]>;
  /** Has a delivery that was given up tried again, from the first attempt; false where none was. The event waits again. */
  abstract retryDelivery(key: DeliveryKey): Promise<boolean>;

  /** Deletes up to `limit` events relayed before `before` (UTC ms) that no delivery still works on; gives how many. */
  abstract purge(before: number, limit: number): Promise<number>;
}
