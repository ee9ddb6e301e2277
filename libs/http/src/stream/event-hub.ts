import { messageOf } from '@stadtfunk/kernel';
import type { DomainEvent, MaintenanceStore } from '@stadtfunk/maintenance';
import type { HttpLimits, HttpLog } from '../http-options.ts';
import { departmentsOfEvents, isVisible } from './event-audience.ts';

/** Events that are read at once; also the most that waits for a client beyond its socket. */
const PAGE = 200;

/** A live page, or whoever else listens. */
export interface EventListener {
  /** False: it has not yet taken what it was given, so it must not be given more. */
  isReady(): boolean;
  /** The departments of which it may be told events of this type; null: of all. */
  departmentsFor(type: string): readonly string[] | null;
  send(events: readonly DomainEvent[]): void;
  /** Keeps the connection from being taken for dead. */
  beat(): void;
  close(reason: 'shutdown' | 'stalled' | 'fault'): void;
}

interface Subscription {
  readonly listener: EventListener;
  /** Behind the last event that it was given; null: before all events. */
  cursor: string | null;
  lastTakenAt: number;
}

type Limits = Pick<HttpLimits, 'streamClients' | 'streamPollMs' | 'streamHeartbeatMs' | 'streamStallMs'>;

/**
 * Gives the events of the maintenance store to all listeners of this process. Every listener goes on from its own
 * cursor, so none misses or repeats any; those at the same cursor, usually all, share one read. A listener that does
 * not take its events is not read for, and after a while closed. Nobody listening: nothing is read.
 */
export class EventHub {
  readonly #subscriptions = new Set<Subscription>();
  #polling: Promise<void> | undefined;
  #again = false;
  #pollTimer: NodeJS.Timeout | undefined;
  #beatTimer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    private readonly store: Pick<MaintenanceStore, 'events' | 'listAlerts'>,
    private readonly limits: Limits,
    private readonly log: HttpLog,
  ) {}

  get size(): number {
    return this.#subscriptions.size;
  }

  get isFull(): boolean {
    return this.#closed || this.size >= this.limits.streamClients;
  }

  /** Gives all events after `cursor`, then new ones. Call what it gives to end it. */
  subscribe(listener: EventListener, cursor: string | null): () => void {
    const subscription: Subscription = { listener, cursor, lastTakenAt: performance.now() };
    this.#subscriptions.add(subscription);
    this.#pollTimer ??= setInterval(() => this.nudge(), this.limits.streamPollMs);
    this.#beatTimer ??= setInterval(() => this.#beat(), this.limits.streamHeartbeatMs);
    this.nudge();
    return () => this.#remove(subscription);
  }

  /** Looks for events now instead of at the next poll. */
  nudge(): void {
    if (this.#closed || this.size === 0) return;
    if (this.#polling) {
      this.#again = true;
      return;
    }
    this.#polling = this.#poll().finally(() => {
      this.#polling = undefined;
      if (!this.#again) return;
      this.#again = false;
      this.nudge();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const subscription of this.#subscriptions) this.#end(subscription, 'shutdown');
    await this.#polling;
  }

  async #poll(): Promise<void> {
    const byCursor = new Map<string | null, Subscription[]>();
    for (const subscription of this.#subscriptions) {
      if (!this.#isTaking(subscription)) continue;
      const { cursor } = subscription;
      byCursor.set(cursor, [...(byCursor.get(cursor) ?? []), subscription]);
    }
    for (const [cursor, subscriptions] of byCursor) await this.#deliver(cursor, subscriptions);
  }

  #isTaking(subscription: Subscription): boolean {
    const now = performance.now();
    if (subscription.listener.isReady()) {
      subscription.lastTakenAt = now;
      return true;
    }
    if (now - subscription.lastTakenAt > this.limits.streamStallMs) this.#end(subscription, 'stalled');
    return false;
  }

  async #deliver(cursor: string | null, subscriptions: readonly Subscription[]): Promise<void> {
    try {
      const events = await this.store.events(cursor, PAGE);
      const last = events.at(-1);
      if (!last) return;
      const types = [...new Set(events.map(({ type }) => type))];
      const isLimited = ({ listener }: Subscription) => types.some((type) => listener.departmentsFor(type) !== null);
      // Whose an event is has to be asked only for those who may not see all.
      const owners = subscriptions.some(isLimited) ? await departmentsOfEvents(this.store, events) : undefined;
      for (const subscription of subscriptions) {
        const { listener } = subscription;
        subscription.cursor = last.cursor;
        const visible = owners
          ? events.filter((event) => isVisible(listener.departmentsFor(event.type), owners.get(event)))
          : events;
        if (visible.length > 0) listener.send(visible);
      }
      if (events.length === PAGE) this.#again = true;
    } catch (thrown) {
      this.log.warn({ reason: messageOf(thrown) }, 'cannot read events; listeners must come again');
      for (const subscription of subscriptions) this.#end(subscription, 'fault');
    }
  }

  #beat(): void {
    for (const { listener } of this.#subscriptions) if (listener.isReady()) listener.beat();
  }

  #end(subscription: Subscription, reason: 'shutdown' | 'stalled' | 'fault'): void {
    this.#remove(subscription);
    subscription.listener.close(reason);
  }

  #remove(subscription: Subscription): void {
    this.#subscriptions.delete(subscription);
    if (this.size > 0) return;
    clearInterval(this.#pollTimer);
    clearInterval(this.#beatTimer);
    this.#pollTimer = undefined;
    this.#beatTimer = undefined;
  }
}
