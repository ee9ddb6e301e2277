import { NotificationChannel, type NotificationResult } from './notification.ts';
import type { OutboxEvent } from './outbox.ts';
import type { Clock } from '@stadtfunk/kernel';

/** A channel that leaves people in peace: what may wait is delivered when their quiet hours are over. */
export class QuietChannel extends NotificationChannel {
  override readonly channel: string;
  readonly #inner: NotificationChannel;
  readonly #quietUntil: (event: OutboxEvent, now: number) => number | null;
  readonly #clock: Clock;

  /** @param quietUntil when the quiet hours end that keep an event back, UTC ms; null: it goes now */
  constructor(
    inner: NotificationChannel,
    quietUntil: (event: OutboxEvent, now: number) => number | null,
    clock: Clock,
  ) {
    super();
    this.channel = inner.channel;
    this.#inner = inner;
    this.#quietUntil = quietUntil;
    this.#clock = clock;
  }

  override postponeMs(event: OutboxEvent): number {
    const now = this.#clock.now();
    const until = this.#quietUntil(event, now);
    return until === null ? this.#inner.postponeMs(event) : Math.max(0, until - now);
  }

  override deliver(event: OutboxEvent): Promise<NotificationResult> {
    return this.#inner.deliver(event);
  }
}
