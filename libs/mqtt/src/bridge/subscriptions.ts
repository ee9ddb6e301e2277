import type { BrokerConnection } from './broker-connection.ts';

/** Filters in one SUBSCRIBE packet. Brokers bound the size of packets. */
const FILTERS_PER_PACKET = 200;
const QOS = 1;

export interface SubscriptionHandlers {
  /** The broker takes us for a subscriber of everything that is required. */
  onReady(): void;
  /** A filter was not granted with QoS 1. */
  onRefused(filter: string, isRequired: boolean): void;
}

/**
 * What the session is subscribed to. Everything is asked for on each connection, session or not: a broker that crashed may have
 * restored an older session.
 */
export class Subscriptions {
  #connection: BrokerConnection | null = null;
  /** Asked for in the present session, or in one that the broker may have kept. */
  readonly #asked = new Set<string>();
  readonly #unanswered = new Map<number, readonly string[]>();
  #missing = new Set<string>();
  #lastMessageId = 0;

  constructor(
    private readonly required: readonly string[],
    /** Topics that come and go. */
    private readonly listOthers: () => Iterable<string>,
    private readonly handlers: SubscriptionHandlers,
  ) {}

  /** Asks for everything on a new connection. */
  begin(connection: BrokerConnection): void {
    this.#connection = connection;
    this.#unanswered.clear();
    this.#missing = new Set(this.required);
    const wanted = new Set([...this.required, ...this.listOthers()]);
    this.#leave([...this.#asked].filter((filter) => !wanted.has(filter)));
    this.#ask([...wanted]);
  }

  /** Asks for what is new among the others, and leaves what is gone. */
  follow(): void {
    if (!this.#connection?.isOpen) return;
    const wanted = new Set([...this.required, ...this.listOthers()]);
    this.#leave([...this.#asked].filter((filter) => !wanted.has(filter)));
    this.#ask([...wanted].filter((filter) => !this.#asked.has(filter)));
  }

  take(messageId: number, granted: readonly number[]): void {
    const filters = this.#unanswered.get(messageId) ?? [];
    this.#unanswered.delete(messageId);
    const wasMissing = this.#missing.size > 0;
    for (const [index, filter] of filters.entries()) {
      const code = granted[index] ?? 0x80;
      if (code === QOS) this.#missing.delete(filter);
      else this.handlers.onRefused(filter, this.#missing.has(filter));
    }
    if (wasMissing && this.#missing.size === 0) this.handlers.onReady();
  }

  #ask(filters: readonly string[]): void {
    for (const part of partsOf(filters)) {
      for (const filter of part) this.#asked.add(filter);
      const messageId = this.#nextMessageId();
      this.#unanswered.set(messageId, part);
      const subscriptions = part.map((topic) => ({ topic, qos: QOS }) as const);
      this.#connection?.send({ cmd: 'subscribe', messageId, subscriptions });
    }
  }

  #leave(filters: readonly string[]): void {
    for (const part of partsOf(filters)) {
      for (const filter of part) this.#asked.delete(filter);
      this.#connection?.send({ cmd: 'unsubscribe', messageId: this.#nextMessageId(), unsubscriptions: [...part] });
    }
  }

  #nextMessageId(): number {
    this.#lastMessageId = (this.#lastMessageId % 65_535) + 1;
    return this.#lastMessageId;
  }
}

function partsOf(filters: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [];
  for (let at = 0; at < filters.length; at += FILTERS_PER_PACKET)
    parts.push(filters.slice(at, at + FILTERS_PER_PACKET));
  return parts;
}
