import { connect, type Socket } from 'node:net';
import { generate } from 'mqtt-packet';

export interface LoadDevice {
  readonly username: string;
  readonly password: string;
  readonly topic: string;
}

/** Latencies in 0.1 ms steps up to 10 s: enough to tell p99 from p50, and no allocation per message. */
export class Latencies {
  readonly #counts = new Uint32Array(100_001);
  count = 0;
  maxMs = 0;

  add(ms: number): void {
    this.#counts[Math.min(100_000, Math.max(0, Math.round(ms * 10)))]!++;
    this.count++;
    if (ms > this.maxMs) this.maxMs = ms;
  }

  /** The latency that this share (0..1) of the messages did not exceed, ms. */
  quantile(share: number): number {
    let left = Math.ceil(share * this.count);
    for (let step = 0; step < this.#counts.length; step++) {
      left -= this.#counts[step]!;
      if (left <= 0) return step / 10;
    }
    return this.maxMs;
  }
}

const CONNACK = 0x20;
const PUBACK = 0x40;
/** Waiting for the next tick counts as latency, so ticks are short. */
const TICK_MS = 1;

/** One connection that publishes QoS 1 by hand-made packets, so that the load costs less than what it measures. */
class LoadClient {
  readonly #dueAt = new Map<number, number>();
  #packetId = 0;
  #counter = 0;
  #lastTime = 0;
  #rest: Buffer | undefined;
  onConnected: () => void = () => undefined;

  constructor(
    private readonly socket: Socket,
    private readonly device: LoadDevice,
    private readonly readingsPerUplink: number,
    private readonly onAcknowledged: (dueAt: number) => void,
  ) {
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#take(chunk));
    const { username, password } = device;
    socket.write(
      generate({
        cmd: 'connect',
        clientId: username,
        username,
        password: Buffer.from(password),
        keepalive: 0,
        clean: true,
        protocolId: 'MQTT',
        protocolVersion: 4,
      }),
    );
  }

  /** @param dueAt when the message had to be sent, performance.now(): waiting in our own queue counts as latency */
  publish(dueAt: number): void {
    this.#packetId = (this.#packetId % 65_535) + 1;
    this.#dueAt.set(this.#packetId, dueAt);
    const payload = this.#payload();
    const { topic } = this.device;
    const remaining = 2 + topic.length + 2 + payload.length;
    const packet = Buffer.allocUnsafe(3 + remaining);
    packet[0] = 0x32;
    packet[1] = (remaining & 0x7f) | 0x80;
    packet[2] = remaining >> 7; // Two bytes of length: up to 16,383 bytes.
    packet.writeUInt16BE(topic.length, 3);
    packet.write(topic, 5, 'latin1');
    packet.writeUInt16BE(this.#packetId, 5 + topic.length);
    packet.write(payload, 7 + topic.length, 'latin1');
    this.socket.write(packet);
  }

  /** The newest reading, and those gathered since the last uplink as history, newest first. */
  #payload(): string {
    const { readingsPerUplink } = this;
    this.#lastTime = Math.max(Date.now(), this.#lastTime + readingsPerUplink);
    const newest = this.#reading(this.#lastTime);
    const counter = this.#counter & 0xffff;
    if (readingsPerUplink === 1) return `{"counter":${counter},${newest}}`;
    const history = Array.from(
      { length: readingsPerUplink - 1 },
      (_, n) => `{${this.#reading(this.#lastTime - 1 - n)}}`,
    );
    return `{"counter":${counter},${newest},"history":[${history.join(',')}]}`;
  }

  #reading(observedAt: number): string {
    const level = (this.#counter++ % 60) + 10;
    return `"observedAt":${observedAt},"values":{"fillingLevel":0.${level},"temperature":8.5,"batteryVoltage":3.61,"rsrp":-98}`;
  }

  end(): void {
    this.socket.destroy();
  }

  /** Every packet that a publisher gets is four bytes long. */
  #take(chunk: Buffer): void {
    const data = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    let offset = 0;
    for (; offset + 4 <= data.length; offset += 4) {
      if (data[offset] === PUBACK) {
        const packetId = data.readUInt16BE(offset + 2);
        const dueAt = this.#dueAt.get(packetId);
        if (dueAt === undefined) throw new Error(`PUBACK for ${packetId}, which was not published`);
        this.#dueAt.delete(packetId);
        this.onAcknowledged(dueAt);
      } else if (data[offset] === CONNACK && data[offset + 3] === 0) {
        this.onConnected();
      } else {
        throw new Error(`refused: ${data.subarray(offset, offset + 4).toString('hex')}`);
      }
    }
    this.#rest = offset < data.length ? data.subarray(offset) : undefined;
  }
}

export interface LoadResult {
  readonly sent: number;
  readonly acknowledged: number;
  readonly seconds: number;
  readonly latencies: Latencies;
}

/** Devices that publish at a fixed rate together, whether or not they are answered (open loop). */
export class LoadGenerator {
  readonly #clients: LoadClient[] = [];
  #latencies = new Latencies();
  #sent = 0;

  constructor(private readonly readingsPerUplink = 1) {}

  async connect(mqttUrl: string, devices: readonly LoadDevice[]): Promise<void> {
    const { hostname, port } = new URL(mqttUrl);
    for (const device of devices) {
      const socket = connect(Number(port), hostname);
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        socket.once('close', () => reject(new Error('closed by the platform')));
        socket.once('connect', () => {
          const client = new LoadClient(socket, device, this.readingsPerUplink, (dueAt) =>
            this.#latencies.add(performance.now() - dueAt),
          );
          client.onConnected = resolve;
          this.#clients.push(client);
        });
      });
    }
  }

  async run(perSecond: number, seconds: number): Promise<LoadResult> {
    this.#latencies = new Latencies();
    this.#sent = 0;
    const begun = performance.now();
    const total = perSecond * seconds;
    await new Promise<void>((done) => {
      const timer = setInterval(() => {
        const due = Math.min(total, Math.floor(((performance.now() - begun) / 1000) * perSecond));
        while (this.#sent < due) {
          const dueAt = begun + (this.#sent / perSecond) * 1000;
          this.#clients[this.#sent % this.#clients.length]!.publish(dueAt);
          this.#sent++;
        }
        if (this.#sent < total) return;
        clearInterval(timer);
        done();
      }, TICK_MS);
    });
    const sentAfter = (performance.now() - begun) / 1000;
    const deadline = performance.now() + 30_000;
    while (this.#latencies.count < this.#sent && performance.now() < deadline) {
      await new Promise((wake) => setTimeout(wake, 10));
    }
    return { sent: this.#sent, acknowledged: this.#latencies.count, seconds: sentAfter, latencies: this.#latencies };
  }

  end(): void {
    for (const client of this.#clients) client.end();
  }
}
