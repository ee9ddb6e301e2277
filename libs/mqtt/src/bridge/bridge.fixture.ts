import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { connect as connectTcp, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Device } from '@stadtfunk/devices';
import { eventually, ManualClock } from '@stadtfunk/kernel/testing';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { ControlledSink, type LogLine } from '../mqtt-intake.fixture.ts';
import { startMosquitto, type MosquittoServer, type MosquittoSettings } from '../testing/mosquitto-server.ts';
import type { UplinkSink } from '../uplink-sink.ts';
import { MqttBridge } from './mqtt-bridge.ts';
import type { MqttBridgeOptions } from './options.ts';
import { TopicDirectory } from './topic-directory.ts';

type Settings = Partial<MqttBridgeOptions>;

/** A mosquitto, bridges that read it through a tapped wire, and devices `bin-1` to `bin-5`. */
export class BridgeFixture {
  readonly clock = new ManualClock();
  readonly directory = new TopicDirectory();
  readonly lines: LogLine[] = [];
  readonly latencies: number[] = [];
  sink = new ControlledSink();
  mosquitto!: MosquittoServer;
  wire!: WireTap;
  readonly #bridges: MqttBridge[] = [];
  readonly #clients: MqttClient[] = [];

  async start(settings: MosquittoSettings = {}, files: Readonly<Record<string, string>> = {}): Promise<this> {
    for (let index = 1; index <= 5; index++) this.register(`bin-${index}`);
    this.mosquitto = await startMosquitto(settings, files);
    this.wire = await WireTap.open(this.mosquitto.port);
    return this;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.end(true);
    this.sink.isHeld = false;
    this.sink.release();
    for (const bridge of this.#bridges) await bridge.stop();
    this.wire?.close();
    await this.mosquitto?.stop();
  }

  /** Not started yet. */
  make(options: Settings = {}, sink: UplinkSink = this.sink): MqttBridge {
    const line = (level: string) => (fields: object, message: string) =>
      void this.lines.push({ ...fields, level, message });
    const bridge = new MqttBridge(
      {
        intake: sink,
        directory: this.directory,
        clock: this.clock,
        log: { info: line('info'), warn: line('warn'), error: line('error') },
        onAcknowledged: (latencyMs) => this.latencies.push(latencyMs),
      },
      { url: `mqtt://127.0.0.1:${this.wire.port}`, minBackoffMs: 20, maxBackoffMs: 100, ...options },
    );
    this.#bridges.push(bridge);
    return bridge;
  }

  async bridge(options: Settings = {}, sink: UplinkSink = this.sink): Promise<MqttBridge> {
    const bridge = this.make(options, sink);
    await bridge.start();
    return bridge;
  }

  register(deviceId: string, device: Partial<Device> = {}): void {
    this.directory.put({
      asset: null,
      device: {
        deviceId,
        model: 'stadtfunk-json',
        lifecycle: 'active',
        imei: null,
        iccid: null,
        uplinkTopic: null,
        reportingIntervalMs: null,
        ...device,
      },
    });
  }

  /** A client of the broker itself, past the tap. */
  async client(options: IClientOptions = {}): Promise<MqttClient> {
    const client = await connectAsync(this.mosquitto.url, { reconnectPeriod: 0, ...options });
    this.#clients.push(client);
    return client;
  }

  /** Publishes numbered payloads with QoS 1, and resolves when the broker has acknowledged all of them. */
  async publish(client: MqttClient, deviceId: string, texts: readonly string[]): Promise<void> {
    await Promise.all(texts.map((text) => client.publishAsync(`stadtfunk/v1/${deviceId}/up`, text, { qos: 1 })));
  }

  textsOf(deviceId: string): string[] {
    return this.sink.offered
      .filter((uplink) => uplink.deviceId === deviceId)
      .map((uplink) => Buffer.from(uplink.payload).toString());
  }

  logged(code: string): LogLine[] {
    return this.lines.filter((line) => line['code'] === code);
  }
}

export function numbers(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
}

/** A password file as mosquitto_passwd writes it: PBKDF2 with SHA-512, 101 rounds. */
export function hashedPasswords(passwords: Readonly<Record<string, string>>): string {
  const lines = Object.entries(passwords).map(([user, password]) => {
    const salt = randomBytes(12);
    const hash = pbkdf2Sync(password, salt, 101, 64, 'sha512');
    return `${user}:$7$101$${salt.toString('base64')}$${hash.toString('base64')}\n`;
  });
  return lines.join('');
}

/** Each text once, in the order of their first arrival. */
export function firstOf(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

/** A relay that notes what the bridge and the broker say to each other, and can cut or hold the wire. */
export class WireTap {
  readonly fromBridge: Packet[] = [];
  readonly fromBroker: Packet[] = [];
  connections = 0;
  readonly #sockets = new Set<Socket>();
  /** New connections are accepted and go nowhere. */
  isDead = false;

  private constructor(
    private readonly server: Server,
    private readonly brokerPort: number,
  ) {
    server.on('connection', (socket) => this.#relay(socket));
  }

  static async open(brokerPort: number): Promise<WireTap> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new WireTap(server, brokerPort);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  acknowledged(): number[] {
    return this.fromBridge.flatMap((packet) => (packet.cmd === 'puback' ? [packet.messageId ?? 0] : []));
  }

  count(cmd: Packet['cmd'], packets: readonly Packet[] = this.fromBridge): number {
    return packets.filter((packet) => packet.cmd === cmd).length;
  }

  /** Resolves when the bridge has pinged twice more: what it wrote before is here. */
  async settle(): Promise<void> {
    const before = this.count('pingreq');
    await eventually('two pings', () => this.count('pingreq') >= before + 2);
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** The broker says nothing any more, without closing. */
  silence(): void {
    this.isDead = true;
    for (const socket of this.#sockets) {
      socket.unpipe();
      socket.removeAllListeners('data');
    }
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  #relay(socket: Socket): void {
    this.connections += 1;
    this.#note(socket, this.fromBridge);
    if (this.isDead) return;
    const upstream = connectTcp(this.brokerPort, '127.0.0.1');
    this.#note(upstream, this.fromBroker);
    socket.pipe(upstream).pipe(socket);
    socket.on('close', () => upstream.destroy());
    upstream.on('close', () => socket.end());
  }

  #note(socket: Socket, into: Packet[]): void {
    this.#sockets.add(socket);
    const parser = mqttPacket.parser();
    parser.on('packet', (packet) => into.push(packet));
    socket.on('data', (bytes) => parser.parse(bytes));
    // Being cut off is what it is for.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }
}
