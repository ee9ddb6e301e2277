import type { Fault } from '@stadtfunk/kernel';
import type { Uplink } from '@stadtfunk/uplinks';
import { ConnectPace, CONNECTS_PER_SECOND } from '../load/connect-pace.ts';
import { localAddressOf } from '../load/load-target.ts';
import type { LineLogin } from '../load/mqtt-line.ts';
import type { LineTarget } from '../load/open-line.ts';
import { ReplayLine, type Listening } from './replay-line.ts';

/** As whom an uplink is published, and where. undefined: it cannot be. */
export type Publishers = (deviceId: string) => (LineLogin & { readonly topic: string }) | undefined;

export interface ReplayPublisherOptions {
  readonly target: Omit<LineTarget, 'localAddress'>;
  readonly publishers: Publishers;
  /** How many times faster than it was received; Infinity: as fast as it goes. */
  readonly speed: number;
  /** Not acknowledged at the most: bounds memory, and how far ahead of the broker it is. */
  readonly mostInFlight: number;
  /** How many connections are opened a second; Infinity: all at once. Default: 500. */
  readonly connectsPerSecond?: number;
  /** What comes back for devices; absent: nobody listens. */
  readonly downlinks?: ReplayDownlinks;
  readonly signal: AbortSignal;
}

/** Downlinks that a broker has for devices. A line listens from its first uplink on. */
export interface ReplayDownlinks {
  /** A topic in which `{deviceId}` stands for the device, as one level. */
  readonly template: string;
  /** One login publishes for all devices, and so listens for all. */
  readonly isShared: boolean;
  readonly take: (deviceId: string, payload: Uint8Array) => void;
}

export interface ReplayCounts {
  sent: number;
  acknowledged: number;
  /** Of devices without a login. */
  withoutLogin: number;
}

/** Publishes uplinks to a broker with the pauses between them, shortened. One call at a time. */
export class ReplayPublisher {
  readonly counts: ReplayCounts = { sent: 0, acknowledged: 0, withoutLogin: 0 };
  readonly #options: ReplayPublisherOptions;
  readonly #lines = new Map<string, ReplayLine>();
  readonly #pace: ConnectPace;
  #begun: { readonly receivedAt: number; readonly at: number } | undefined;
  #fault: Fault | undefined;
  #wake: () => void = () => undefined;

  constructor(options: ReplayPublisherOptions) {
    this.#options = options;
    this.#pace = new ConnectPace(options.connectsPerSecond ?? CONNECTS_PER_SECOND);
    options.signal.addEventListener('abort', () => this.#wake());
  }

  /** Resolves when it was sent, which is when its time has come and the broker has taken enough of those before. */
  async publish({ deviceId, receivedAt, payload }: Pick<Uplink, 'deviceId' | 'receivedAt' | 'payload'>): Promise<void> {
    const { publishers, speed, mostInFlight, signal } = this.#options;
    const publisher = publishers(deviceId);
    if (!publisher) {
      this.counts.withoutLogin++;
      return;
    }
    this.#begun ??= { receivedAt, at: performance.now() };
    const dueAt = speed === Infinity ? 0 : this.#begun.at + (receivedAt - this.#begun.receivedAt) / speed;
    while (!signal.aborted && !this.#fault && performance.now() < dueAt) await this.#sleep(dueAt - performance.now());
    while (!signal.aborted && !this.#fault && this.#inFlight >= mostInFlight) await this.#sleep(1_000);
    if (this.#fault) throw this.#fault;
    if (signal.aborted) return;
    this.counts.sent++;
    // Payloads are views of a block, which is let go before they are acknowledged.
    this.#lineOf(publisher, deviceId).send(publisher.topic, Uint8Array.from(payload));
  }

  /** Resolves when everything is acknowledged, at the latest after `withinMs`; hangs up. */
  async end(withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs;
    while (this.#inFlight > 0 && !this.#fault && performance.now() < deadline) {
      await this.#sleep(Math.min(1_000, deadline - performance.now()));
    }
    for (const line of this.#lines.values()) line.end();
    if (this.#fault) throw this.#fault;
  }

  get #inFlight(): number {
    return this.counts.sent - this.counts.acknowledged;
  }

  #lineOf({ topic: _topic, ...login }: LineLogin & { readonly topic: string }, deviceId: string): ReplayLine {
    const known = this.#lines.get(login.clientId);
    if (known) return known;
    const { target } = this.#options;
    const line = new ReplayLine(
      { ...target, localAddress: localAddressOf(target.host, this.#lines.size, []) },
      login,
      () => {
        this.counts.acknowledged++;
        if (this.#inFlight <= this.#options.mostInFlight / 2) this.#wake();
      },
      (fault) => {
        this.#fault ??= fault;
        this.#wake();
      },
      this.#pace.delayMs(performance.now()),
      this.#listeningOf(deviceId),
    );
    this.#lines.set(login.clientId, line);
    return line;
  }

  #listeningOf(deviceId: string): Listening | undefined {
    const { downlinks } = this.#options;
    if (!downlinks) return undefined;
    const { template, isShared, take } = downlinks;
    const [before = '', behind = ''] = template.split('{deviceId}');
    const onMessage = (topic: string, payload: Uint8Array) => {
      if (!topic.startsWith(before) || !topic.endsWith(behind) || topic.length <= before.length + behind.length) return;
      take(topic.slice(before.length, topic.length - behind.length), payload);
    };
    return { filter: `${before}${isShared ? '+' : deviceId}${behind}`, onMessage };
  }

  /** Until the time is over, or something has happened. */
  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#wake = () => undefined;
        resolve();
      };
      // A timer cannot wait longer.
      const timer = setTimeout(wake, Math.min(ms, 2 ** 31 - 1));
      this.#wake = wake;
    });
  }
}
