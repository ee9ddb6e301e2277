import { LatencyHistogram, type WrittenHistogram } from './latency-histogram.ts';
import { localAddressOf } from './load-target.ts';
import { MqttLine, type LineLogin } from './mqtt-line.ts';
import type { LineTarget } from './open-line.ts';

export interface LoadDevice extends LineLogin {
  /** ASCII. */
  readonly topic: string;
}

/** What a device sends next. `now`: UTC ms. */
export type PayloadSource = (deviceIndex: number, now: number) => Uint8Array;

export interface LoadOptions {
  /** Connections are shared out over these in turn. */
  readonly targets: readonly Omit<LineTarget, 'localAddress'>[];
  readonly devices: readonly LoadDevice[];
  /** Number of the first device among all, where several processes share a load: for source addresses. */
  readonly firstIndex: number;
  readonly sourceAddresses: readonly string[];
  /** Connections opened a second; Infinity: all at once. */
  readonly connectsPerSecond: number;
  /** A connection that is not acknowledged by then counts as failed. */
  readonly connectTimeoutMs: number;
  readonly payloads: PayloadSource;
  /** After the last message, this long is waited for acknowledgements. */
  readonly drainMs: number;
  readonly signal: AbortSignal;
}

/** `open`: a fixed rate, whether or not anything is answered. `closed`: as many as are answered. */
export type LoadShape =
  | { readonly kind: 'open'; readonly perSecond: number; readonly seconds: number }
  | { readonly kind: 'closed'; readonly inFlightEach: number; readonly seconds: number };

export interface ConnectReport {
  readonly asked: number;
  readonly connected: number;
  /** By reason. */
  readonly failed: Readonly<Record<string, number>>;
  /** From the first attempt to the last answer. */
  readonly seconds: number;
  /** From the moment at which each was planned to its CONNACK. */
  readonly latency: WrittenHistogram;
}

export interface PublishReport {
  readonly planned: number;
  readonly sent: number;
  readonly acknowledged: number;
  /** Sent, and not acknowledged when the time to wait was over. */
  readonly unacknowledged: number;
  /** Not sent, because the connection was gone or could take no more. */
  readonly notSent: number;
  /** Connections that were lost on the way, by reason. */
  readonly lost: Readonly<Record<string, number>>;
  /** From the first message to the last that was planned or, where that came later, to the last acknowledgement. */
  readonly seconds: number;
  /** From the planned moment (open) or from sending (closed) to PUBACK. */
  readonly latency: WrittenHistogram;
}

/** What is going on, for a progress line. */
export interface LoadProgress {
  connected: number;
  failed: number;
  sent: number;
  acknowledged: number;
}

/** Waiting for the next tick counts as latency, so ticks are short. */
const TICK_MS = 1;
/** Messages that may wait for an answer altogether: beyond that a broker that answers nothing would fill the memory. */
const MOST_WAITING = 1_000_000;

/** Connections of many devices to a broker, and what they publish. First `connect`, then any number of `publish`. */
export class LoadRun {
  readonly progress: LoadProgress = { connected: 0, failed: 0, sent: 0, acknowledged: 0 };
  readonly #options: LoadOptions;
  readonly #lines: (MqttLine | undefined)[];
  #latency = new LatencyHistogram();
  #begun = 0;
  #answeredAt = 0;
  #waiting = 0;
  #lost: Record<string, number> = {};
  #onAnswer: (index: number) => void = () => undefined;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#lines = options.devices.map(() => undefined);
  }

  /** Opens all connections; resolves when each has its answer, or none in time. */
  async connect(): Promise<ConnectReport> {
    const { devices, connectsPerSecond, connectTimeoutMs, signal } = this.#options;
    const latency = new LatencyHistogram();
    const failed: Record<string, number> = {};
    const begun = performance.now();
    let opened = 0;
    let answered = 0;
    let lastAnswerAt = begun;
    const plannedAt = (index: number) =>
      begun + (connectsPerSecond === Infinity ? 0 : (index / connectsPerSecond) * 1_000);
    const answer = () => {
      answered++;
      lastAnswerAt = performance.now();
    };
    const fail = (reason: string) => {
      failed[reason] = (failed[reason] ?? 0) + 1;
      this.progress.failed++;
      answer();
    };
    const waiting = new Set<number>();
    const open = (index: number) => {
      waiting.add(index);
      this.#lines[index] = this.#open(index, {
        onConnected: () => {
          if (!waiting.delete(index)) return;
          latency.add((performance.now() - plannedAt(index)) * 1_000);
          this.progress.connected++;
          answer();
        },
        onClosed: (reason) => (waiting.delete(index) ? fail(reason) : this.#loseLine(index, reason)),
      });
    };
    const deadline = () => plannedAt(devices.length) + connectTimeoutMs;
    await this.#ticking(() => {
      const due =
        connectsPerSecond === Infinity ? devices.length : ((performance.now() - begun) / 1_000) * connectsPerSecond;
      // Some at a time, so that answers are taken in between.
      for (let some = 0; some < 200 && opened < Math.min(devices.length, due); some++) open(opened++);
      return (opened === devices.length && answered === opened) || performance.now() > deadline() || signal.aborted;
    });
    for (const index of waiting) {
      this.#lines[index]?.end();
      this.#lines[index] = undefined;
      fail(signal.aborted ? 'interrupted' : 'no answer in time');
    }
    const seconds = (lastAnswerAt - begun) / 1_000;
    return { asked: devices.length, connected: this.progress.connected, failed, seconds, latency: latency.written() };
  }

  /** Publishes as the shape says, and waits for what is not acknowledged. */
  async publish(shape: LoadShape): Promise<PublishReport> {
    this.#latency = new LatencyHistogram();
    this.#lost = {};
    const sentBefore = this.progress.sent;
    const acknowledgedBefore = this.progress.acknowledged;
    this.#begun = performance.now();
    const { planned, notSent } = shape.kind === 'open' ? await this.#openLoop(shape) : await this.#closedLoop(shape);
    const plannedUntil = performance.now();
    const deadline = plannedUntil + this.#options.drainMs;
    await this.#ticking(() => this.#waiting === 0 || performance.now() > deadline || this.#options.signal.aborted, 10);
    const sent = this.progress.sent - sentBefore;
    const acknowledged = this.progress.acknowledged - acknowledgedBefore;
    const seconds = (Math.max(plannedUntil, this.#answeredAt) - this.#begun) / 1_000;
    return {
      ...{ planned, sent, acknowledged, unacknowledged: sent - acknowledged, notSent, lost: this.#lost, seconds },
      latency: this.#latency.written(),
    };
  }

  end(): void {
    for (const line of this.#lines) line?.end();
  }

  async #openLoop({ perSecond, seconds }: Extract<LoadShape, { kind: 'open' }>) {
    const total = Math.round(perSecond * seconds);
    const count = this.#lines.length;
    let planned = 0;
    let notSent = 0;
    await this.#ticking(() => {
      const elapsed = (performance.now() - this.#begun) / 1_000;
      // The first is due at once. Sending only what an interval has passed for would add that interval to every latency.
      const due = Math.min(total, Math.floor(elapsed * perSecond) + 1);
      const now = Date.now();
      while (planned < due) {
        const plannedUs = (planned / perSecond) * 1e6;
        if (!this.#send(planned % count, plannedUs, now)) notSent++;
        planned++;
      }
      return (planned >= total && elapsed >= seconds) || this.#options.signal.aborted;
    });
    return { planned, notSent };
  }

  async #closedLoop({ inFlightEach, seconds }: Extract<LoadShape, { kind: 'closed' }>) {
    const endsAt = this.#begun + seconds * 1_000;
    let planned = 0;
    let notSent = 0;
    let isOver = false;
    const send = (index: number) => {
      planned++;
      if (!this.#send(index, (performance.now() - this.#begun) * 1_000, Date.now())) notSent++;
    };
    this.#onAnswer = (index) => {
      if (!isOver) send(index);
    };
    this.#lines.forEach((line, index) => {
      for (let number = 0; line?.isConnected && number < inFlightEach; number++) send(index);
    });
    await this.#ticking(() => performance.now() >= endsAt || this.#waiting === 0 || this.#options.signal.aborted);
    isOver = true;
    this.#onAnswer = () => undefined;
    return { planned, notSent };
  }

  /** @param sinceUs when it was planned, in microseconds of this run */
  #send(index: number, sinceUs: number, now: number): boolean {
    const line = this.#lines[index];
    if (!line?.isConnected || line.isFull || this.#waiting >= MOST_WAITING) return false;
    line.publish(this.#options.devices[index]!.topic, this.#options.payloads(index, now), sinceUs);
    this.#waiting++;
    this.progress.sent++;
    return true;
  }

  #open(
    index: number,
    { onConnected, onClosed }: { onConnected: () => void; onClosed: (reason: string) => void },
  ): MqttLine {
    const { devices, targets, firstIndex, sourceAddresses } = this.#options;
    const number = firstIndex + index;
    const target = targets[number % targets.length]!;
    const localAddress = localAddressOf(target.host, number, sourceAddresses);
    return new MqttLine({ ...target, localAddress }, devices[index]!, {
      onConnected,
      onClosed,
      onAcknowledged: (sinceUs) => {
        this.#waiting--;
        this.progress.acknowledged++;
        this.#answeredAt = performance.now();
        this.#latency.add((this.#answeredAt - this.#begun) * 1_000 - sinceUs);
        this.#onAnswer(index);
      },
    });
  }

  #loseLine(index: number, reason: string): void {
    this.#lost[reason] = (this.#lost[reason] ?? 0) + 1;
    this.#waiting -= this.#lines[index]?.inFlight ?? 0;
    this.#lines[index] = undefined;
    this.progress.connected--;
  }

  /** Calls `step` again and again until it says that it is done. */
  #ticking(step: () => boolean, everyMs = TICK_MS): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setInterval(() => {
        try {
          if (!step()) return;
          clearInterval(timer);
          resolve();
        } catch (thrown) {
          clearInterval(timer);
          reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
        }
      }, everyMs);
    });
  }
}
