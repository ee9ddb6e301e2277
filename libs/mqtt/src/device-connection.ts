import type { Duplex } from 'node:stream';
import type { BoundDevice } from '@stadtfunk/devices';
import type { Visitor } from './door.ts';
import { PacketWatch } from './packet-watch.ts';

const CONNECT = 1;

export interface ConnectionLimits {
  readonly maxConnectBytes: number;
  readonly maxPacketBytes: number;
}

/** What all connections share: shut while too much of everybody waits for the log. */
export interface ReadingGate {
  /** Whether this connection has to wait; it is resumed when the gate opens. */
  holdsBack(connection: DeviceConnection): boolean;
}

/** What was announced that may not come. */
export interface Refusal {
  readonly code: string;
  readonly [field: string]: unknown;
}

/**
 * One connection, and the gate through which aedes reads it.
 *
 * aedes takes what `read()` of the stream gives it, parses all of it, and buffers packets of any size. So `read()` of
 * this very stream is replaced: it hands out the CONNECT packet alone, then nothing until the device is authenticated,
 * then whole chunks, as long as their packets are not too large, the connection is not paused and the gate is open. What is not handed out
 * stays in the stream, whose buffer is bounded, and so in the device: TCP slows it down.
 */
export class DeviceConnection {
  /** Once authenticated. */
  bound: BoundDevice | null = null;
  uplinkTopic = '';
  /** Uplinks that wait for the log. */
  inFlight = 0;
  /** When the log last answered, or when waiting for it began; ms of the monotonic clock. */
  progressAt = 0;
  /** Set in CONNECT: an empty client id together with a session to keep, which MQTT-3.1.3-8 forbids. */
  lacksClientId = false;
  refusal: Refusal | null = null;
  #phase: 'connect' | 'authenticate' | 'open' | 'closed' = 'connect';
  #held: Buffer | null = null;
  #isPaused = false;
  #isStopped = false;
  #deadline: NodeJS.Timeout | undefined;
  readonly #watch: PacketWatch;

  constructor(
    readonly stream: Duplex,
    readonly visitor: Visitor,
    private readonly limits: ConnectionLimits,
    private readonly gate: ReadingGate,
    private readonly onRefused: (connection: DeviceConnection, refusal: Refusal) => void,
  ) {
    this.#watch = new PacketWatch(limits.maxConnectBytes);
    const read = stream.read.bind(stream);
    // Streams call read(0) themselves to fill their buffer.
    stream.read = (size?: number): Buffer | null => (size === 0 ? (read(0) as Buffer | null) : this.#read(read));
    stream.once('close', () => {
      this.#phase = 'closed';
      this.#held = null;
      clearTimeout(this.#deadline);
    });
  }

  get isClosed(): boolean {
    return this.#phase === 'closed' || this.stream.destroyed;
  }

  /** Refuses the connection unless it is opened or gone by then. */
  startDeadline(ms: number, refusal: Refusal): void {
    this.#deadline = setTimeout(() => this.refuse(refusal), ms);
  }

  /** The CONNECT packet was answered with yes: what comes next may be read, under the limits for devices. */
  open(): void {
    if (this.#phase !== 'authenticate') return;
    this.#phase = 'open';
    clearTimeout(this.#deadline);
    this.#watch.maxPacketBytes = this.limits.maxPacketBytes;
    this.wake();
  }

  /** Not read for now: too much of its own waits for the log. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.wake();
  }

  /** aedes reads on when the stream says that it is readable. Not at once: who wakes it may be in the middle of an answer. */
  wake(): void {
    setImmediate(() => {
      if (!this.isClosed) this.stream.emit('readable');
    });
  }

  /** Takes no more packets; what was taken can still be answered. */
  stopReading(): void {
    this.#isStopped = true;
  }

  /** Closes at once, without an answer: MQTT 3.1.1 has no other way to say no to a publish. Only the first refusal counts. */
  refuse(refusal: Refusal): void {
    if (this.refusal || this.isClosed) return;
    this.refusal = refusal;
    this.onRefused(this, refusal);
    this.#phase = 'closed';
    this.#held = null;
    this.stream.destroy();
  }

  #read(read: () => Buffer | null): Buffer | null {
    const isReadable = this.#phase === 'connect' || this.#phase === 'open';
    if (!isReadable || this.#isStopped || this.#isPaused) return null;
    if (this.#phase === 'open' && this.gate.holdsBack(this)) return null;
    const chunk = this.#held ?? read();
    this.#held = null;
    if (!chunk) return null;
    return this.#phase === 'connect' ? this.#readConnect(chunk) : this.#readOpen(chunk);
  }

  #readConnect(chunk: Buffer): Buffer | null {
    const end = this.#watch.advance(chunk, 0);
    if (this.#isViolated()) return null;
    if (this.#watch.type !== CONNECT) {
      this.refuse({ code: 'packet.notConnect', type: this.#watch.type });
      return null;
    }
    if (!this.#watch.isBetween) return chunk;
    this.#phase = 'authenticate';
    if (end < chunk.length) this.#held = chunk.subarray(end);
    return chunk.subarray(0, end);
  }

  #readOpen(chunk: Buffer): Buffer | null {
    for (let offset = 0; offset < chunk.length;) {
      offset = this.#watch.advance(chunk, offset);
      if (this.#isViolated()) return null;
    }
    return chunk;
  }

  #isViolated(): boolean {
    const { violation } = this.#watch;
    if (!violation) return false;
    const isPublish = violation.type === 3 && violation.code === 'packet.oversized';
    this.refuse({ ...violation, code: isPublish ? 'publish.oversized' : violation.code });
    return true;
  }
}
