import type { Duplex } from 'node:stream';
import { generate, writeToStream } from 'mqtt-packet';
import { openLine, type LineTarget } from './open-line.ts';

// Otherwise the first packet makes a buffer for each of 65,536 packet ids.
writeToStream.cacheNumbers = false;

export interface LineLogin {
  readonly clientId: string;
  readonly username: string | null;
  readonly password: string | null;
}

export interface LineEvents {
  readonly onConnected: () => void;
  /** @param tag what was given to `publish` */
  readonly onAcknowledged: (tag: number) => void;
  /** What came by the filter that it subscribes to. */
  readonly onMessage?: (topic: string, payload: Uint8Array) => void;
  /** Once, with a reason such as `refused 5` or `ECONNRESET`, unless it was closed from here. */
  readonly onClosed: (reason: string) => void;
}

const CONNACK = 0x20;
const PUBACK = 0x40;
const PUBLISH = 0x30;
const SUBACK = 0x90;
const REFUSED = 0x80;
const MOST_IN_FLIGHT = 65_535;
/** No device takes longer downlinks: what is longer is for somebody else, and would only fill the memory. */
const LONGEST_MESSAGE = 65_536;

/**
 * One MQTT 3.1.1 connection that publishes with QoS 1, by hand-made packets: a load should cost less than what it measures, and
 * 100,000 of them fit into a process.
 */
export class MqttLine {
  readonly #stream: Duplex;
  /** By packet id: what was given along, and not acknowledged. */
  readonly #tags = new Map<number, number>();
  #packetId = 0;
  #rest: Buffer | undefined;
  #isOver = false;
  #isCorked = false;
  isConnected = false;
  /** What is published in one go leaves in one write: a call of the system costs more than all else. */
  readonly #flush = (): void => {
    this.#isCorked = false;
    this.#stream.uncork();
  };

  constructor(
    target: LineTarget,
    login: LineLogin,
    private readonly events: LineEvents,
    /** What it listens to besides, with QoS 1; undefined: nothing. */
    private readonly filter?: string,
  ) {
    const stream = openLine(target, () => this.#introduce(login));
    this.#stream = stream;
    stream.on('data', (chunk: Buffer) => this.#take(chunk));
    stream.on('error', (error: NodeJS.ErrnoException) => this.#over(error.code ?? error.message));
    stream.on('close', () => this.#over('closed by the other side'));
  }

  /** Sent and not acknowledged. */
  get inFlight(): number {
    return this.#tags.size;
  }

  /** Whether there is no packet id left. */
  get isFull(): boolean {
    return this.#tags.size >= MOST_IN_FLIGHT;
  }

  /** Whether bytes wait in this process: the other side, or the network, does not keep up. */
  get isBlocked(): boolean {
    return this.#stream.writableNeedDrain || this.isFull;
  }

  /** @param topic ASCII */
  publish(topic: string, payload: Uint8Array, tag: number): void {
    do this.#packetId = (this.#packetId % MOST_IN_FLIGHT) + 1;
    while (this.#tags.has(this.#packetId));
    this.#tags.set(this.#packetId, tag);
    const length = 2 + topic.length + 2 + payload.length;
    const lengthBytes = length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x200000 ? 3 : 4;
    const packet = Buffer.allocUnsafe(1 + lengthBytes + length);
    packet[0] = 0x32;
    let at = 1;
    for (let left = length; at <= lengthBytes; left >>= 7) packet[at++] = (left & 0x7f) | (left > 0x7f ? 0x80 : 0);
    at = packet.writeUInt16BE(topic.length, at);
    at += packet.write(topic, at, 'latin1');
    at = packet.writeUInt16BE(this.#packetId, at);
    packet.set(payload, at);
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#stream.cork();
      process.nextTick(this.#flush);
    }
    this.#stream.write(packet);
  }

  /** Hangs up. */
  end(): void {
    this.#isOver = true;
    this.isConnected = false;
    this.#stream.destroy();
  }

  #introduce({ clientId, username, password }: LineLogin): void {
    const packet = generate({
      ...{ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 0, clientId },
      ...(username !== null && { username }),
      ...(password !== null && { password: Buffer.from(password) }),
    });
    this.#stream.write(packet);
  }

  #take(chunk: Buffer): void {
    const data = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    let offset = 0;
    // All but messages and answers to a subscription are four bytes long.
    while (offset + 4 <= data.length && !this.#isOver) {
      const type = data[offset]!;
      if (type === PUBACK) {
        const packetId = data.readUInt16BE(offset + 2);
        const tag = this.#tags.get(packetId);
        if (tag === undefined) return this.#fail('a PUBACK for what was not published');
        this.#tags.delete(packetId);
        this.events.onAcknowledged(tag);
      } else if (type === CONNACK) {
        if (data[offset + 3] !== 0) return this.#fail(`refused ${data[offset + 3]}`);
        this.isConnected = true;
        this.#subscribe();
        this.events.onConnected();
      } else if (this.filter === undefined || (type !== SUBACK && (type & 0xf0) !== PUBLISH)) {
        return this.#fail(`an unexpected packet ${type.toString(16)}`);
      } else {
        const length = this.#takeMessage(data, offset);
        if (length === undefined) break;
        offset += length;
        continue;
      }
      offset += 4;
    }
    this.#rest = offset < data.length ? data.subarray(offset) : undefined;
  }

  #subscribe(): void {
    if (this.filter === undefined) return;
    const subscriptions = [{ topic: this.filter, qos: 1 as const }];
    this.#stream.write(generate({ cmd: 'subscribe', messageId: 1, subscriptions }));
  }

  /** A message, or the answer to the subscription. Gives how many bytes long it is; undefined: it is not all there yet, or too long. */
  #takeMessage(data: Buffer, offset: number): number | undefined {
    let [remaining, at] = [0, offset + 1];
    for (let shift = 0; shift < 28; shift += 7) {
      if (at >= data.length) return undefined;
      const byte = data[at++]!;
      remaining |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    const end = at + remaining;
    if (remaining > LONGEST_MESSAGE) {
      this.#fail(`a message of ${remaining} bytes`);
      return undefined;
    }
    if (end > data.length) return undefined;
    if (data[offset] === SUBACK) {
      if (data[end - 1] === REFUSED) this.#fail(`may not subscribe to ${this.filter}`);
    } else this.#deliver(data.subarray(at, end), (data[offset]! >> 1) & 3);
    return end - offset;
  }

  #deliver(packet: Buffer, qos: number): void {
    const topicEnd = packet.length < 2 ? Infinity : 2 + packet.readUInt16BE(0);
    const payloadAt = qos > 0 ? topicEnd + 2 : topicEnd;
    if (payloadAt > packet.length) return this.#fail('a message that is cut short');
    if (qos > 0) this.#stream.write(Buffer.from([PUBACK, 2, packet[topicEnd]!, packet[topicEnd + 1]!]));
    this.events.onMessage?.(packet.toString('utf8', 2, topicEnd), Uint8Array.from(packet.subarray(payloadAt)));
  }

  #fail(reason: string): void {
    this.#over(reason);
    this.#stream.destroy();
  }

  #over(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.isConnected = false;
    this.events.onClosed(reason);
  }
}
