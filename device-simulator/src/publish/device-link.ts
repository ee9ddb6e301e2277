import { MqttLine, type LineLogin } from '../load/mqtt-line.ts';
import type { LineTarget } from '../load/open-line.ts';

/** What a device hears at the broker while it is connected. */
export interface Hearing {
  readonly filter: string;
  readonly onMessage: (topic: string, payload: Uint8Array) => void;
}

/** What a modem keeps of unacknowledged uplinks; older ones are given up. */
const KEEPS = 200;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

export interface LinkEvents {
  readonly onConnected: () => void;
  readonly onClosed: (reason: string, wasConnected: boolean) => void;
  readonly onAcknowledged: () => void;
  readonly onGivenUp: () => void;
}

/**
 * The connection of one device: sends with QoS 1, comes back as often as it is lost, and then sends again what was not acknowledged, in
 * order. It never waits for an answer before it sends the next.
 */
export class DeviceLink {
  readonly #unacknowledged = new Map<number, Uint8Array>();
  #line: MqttLine | undefined;
  #timer: NodeJS.Timeout | undefined;
  #tag = 0;
  #pauseMs = FIRST_PAUSE_MS;
  #isOver = false;

  constructor(
    private readonly target: LineTarget,
    private readonly login: LineLogin,
    private readonly topic: string,
    private readonly events: LinkEvents,
    connectInMs: number,
    /** undefined: nothing. */
    private readonly hearing?: Hearing,
  ) {
    if (connectInMs > 0) this.#timer = setTimeout(() => this.#connect(), connectInMs);
    else this.#connect();
  }

  get inFlight(): number {
    return this.#unacknowledged.size;
  }

  send(payload: Uint8Array): void {
    const tag = ++this.#tag;
    if (this.#unacknowledged.size === KEEPS) {
      const [oldest] = this.#unacknowledged.keys();
      this.#unacknowledged.delete(oldest!);
      this.events.onGivenUp();
    }
    this.#unacknowledged.set(tag, payload);
    if (this.#line?.isConnected) this.#line.publish(this.topic, payload, tag);
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#line?.end();
  }

  #connect(): void {
    let wasConnected = false;
    const events = {
      onConnected: () => {
        wasConnected = true;
        this.#pauseMs = FIRST_PAUSE_MS;
        this.events.onConnected();
        for (const [tag, payload] of this.#unacknowledged) this.#line?.publish(this.topic, payload, tag);
      },
      onAcknowledged: (tag: number) => {
        if (this.#unacknowledged.delete(tag)) this.events.onAcknowledged();
      },
      onClosed: (reason: string) => {
        this.#line = undefined;
        if (this.#isOver) return;
        this.events.onClosed(reason, wasConnected);
        this.#timer = setTimeout(() => this.#connect(), this.#pauseMs);
        this.#pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * this.#pauseMs);
      },
      ...(this.hearing && { onMessage: this.hearing.onMessage }),
    };
    this.#line = new MqttLine(this.target, this.login, events, this.hearing?.filter);
  }
}
