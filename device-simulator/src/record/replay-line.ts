import { Fault } from '@stadtfunk/kernel';
import { MqttLine, type LineLogin } from '../load/mqtt-line.ts';
import type { LineTarget } from '../load/open-line.ts';

/** An uplink on its way to the broker. */
interface Sent {
  readonly topic: string;
  readonly payload: Uint8Array;
}

/** What a line hears while it publishes. */
export interface Listening {
  readonly filter: string;
  readonly onMessage: (topic: string, payload: Uint8Array) => void;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;
/** A broker that is away for so long ends the replay. */
const PATIENCE_MS = 60_000;

/**
 * A login with a broker that publishes what it is given, in order and until it is acknowledged: after a lost connection it comes
 * back and sends again what was not.
 */
export class ReplayLine {
  readonly #unacknowledged = new Map<number, Sent>();
  #line: MqttLine | undefined;
  #tag = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Since when it finds no broker; null: it is there, or nobody has looked yet. */
  #awaySince: number | null = null;
  #pauseMs = FIRST_PAUSE_MS;
  #isOver = false;

  /** @param onFailed told once, with a fault `replay.refused` or `replay.unreachable`: nothing is sent any more */
  constructor(
    private readonly target: LineTarget,
    private readonly login: LineLogin,
    private readonly onAcknowledged: () => void,
    private readonly onFailed: (fault: Fault) => void,
    connectInMs: number,
    /** What it listens to besides; undefined: nothing. */
    private readonly listening?: Listening,
  ) {
    if (connectInMs > 0) this.#timer = setTimeout(() => this.#connect(), connectInMs);
    else this.#connect();
  }

  send(topic: string, payload: Uint8Array): void {
    const tag = ++this.#tag;
    this.#unacknowledged.set(tag, { topic, payload });
    if (this.#line?.isConnected) this.#line.publish(topic, payload, tag);
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#line?.end();
  }

  #connect(): void {
    const events = {
      onConnected: () => {
        this.#awaySince = null;
        this.#pauseMs = FIRST_PAUSE_MS;
        for (const [tag, { topic, payload }] of this.#unacknowledged) this.#line?.publish(topic, payload, tag);
      },
      onAcknowledged: (tag: number) => {
        if (this.#unacknowledged.delete(tag)) this.onAcknowledged();
      },
      onClosed: (reason: string) => this.#closed(reason),
      ...(this.listening && { onMessage: this.listening.onMessage }),
    };
    this.#line = new MqttLine(this.target, this.login, events, this.listening?.filter);
  }

  #closed(reason: string): void {
    this.#line = undefined;
    if (this.#isOver) return;
    const now = performance.now();
    this.#awaySince ??= now;
    // 4 and 5: the login is wrong (MQTT 3.1.1, section 3.2.2.3); others may pass.
    const isRefused = reason === 'refused 4' || reason === 'refused 5';
    if (isRefused || now - this.#awaySince > PATIENCE_MS) {
      this.end();
      const who = this.login.username ?? this.login.clientId;
      const code = isRefused ? 'replay.refused' : 'replay.unreachable';
      this.onFailed(new Fault(code, `'${who}' cannot publish: ${reason}`, !isRefused));
      return;
    }
    this.#timer = setTimeout(() => this.#connect(), this.#pauseMs);
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * this.#pauseMs);
  }
}
