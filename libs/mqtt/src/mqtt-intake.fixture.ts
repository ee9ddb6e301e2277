import { connect as connectTcp, type Socket } from 'node:net';
import { MemoryDeviceDirectory, type Device, type DeviceCredential } from '@stadtfunk/devices';
import { Fault } from '@stadtfunk/kernel';
import { eventually, ManualClock } from '@stadtfunk/kernel/testing';
import type { Uplink } from '@stadtfunk/uplinks';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { MqttIntake, type MqttIntakePorts } from './mqtt-intake.ts';
import type { MqttIntakeOptions } from './options.ts';
import type { UplinkSink } from './uplink-sink.ts';

type Done = (fault: Fault | null) => void;

/** A sink that answers in order: at once, or when it is told to, or with a fault. */
export class ControlledSink implements UplinkSink {
  readonly offered: Uplink[] = [];
  readonly #waiting: Done[] = [];
  isHeld = false;
  fault: Fault | null = null;
  thrown: Error | undefined;

  offer(uplink: Uplink, done: Done): void {
    if (this.thrown !== undefined) throw this.thrown;
    this.offered.push(uplink);
    this.#waiting.push(done);
    if (!this.isHeld) setImmediate(() => this.release());
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Answers the oldest ones. */
  release(count = Infinity): void {
    for (const done of this.#waiting.splice(0, count)) done(this.fault);
  }

  texts(): string[] {
    return this.offered.map((uplink) => Buffer.from(uplink.payload).toString());
  }
}

/** Stored hashes are `hash:<password>` here; verifying one can be held up, and is counted. */
export class ControlledPasswords {
  verified = 0;
  running = 0;
  mostRunning = 0;
  /** The passwords in the order in which they were verified. */
  readonly order: string[] = [];
  isHeld = false;
  readonly #waiting: (() => void)[] = [];

  readonly hashPassword = (password: string) => Promise.resolve(`hash:${password}`);

  readonly verifyPassword = async (password: Uint8Array, passwordHash: string): Promise<boolean> => {
    this.verified += 1;
    this.order.push(Buffer.from(password).toString());
    this.running += 1;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    if (this.isHeld) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.running -= 1;
    return passwordHash === `hash:${Buffer.from(password).toString()}`;
  };

  release(): void {
    this.isHeld = false;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

/** An intake on free ports, with devices `bin-1` to `bin-5` whose passwords are `secret-<id>`. */
export class IntakeFixture {
  readonly clock = new ManualClock();
  readonly directory = new MemoryDeviceDirectory();
  readonly hashes = new Map<string, string>();
  readonly sink = new ControlledSink();
  readonly passwords = new ControlledPasswords();
  readonly lines: LogLine[] = [];
  readonly latencies: number[] = [];
  credentials = (deviceId: string): Promise<DeviceCredential | undefined> => {
    const passwordHash = this.hashes.get(deviceId);
    return Promise.resolve(passwordHash === undefined ? undefined : { deviceId, passwordHash });
  };
  readonly intake: MqttIntake;
  ports!: MqttIntakePorts;
  readonly #clients: RawClient[] = [];

  constructor(options: Partial<MqttIntakeOptions> = {}, sink?: UplinkSink) {
    for (let index = 1; index <= 5; index++) this.register(`bin-${index}`);
    const line = (level: string) => (fields: object, message: string) =>
      void this.lines.push({ ...fields, level, message });
    this.intake = new MqttIntake(
      {
        intake: sink ?? this.sink,
        directory: this.directory,
        credentials: (deviceId) => this.credentials(deviceId),
        clock: this.clock,
        log: { info: line('info'), warn: line('warn'), error: line('error') },
        onAcknowledged: (latencyMs) => this.latencies.push(latencyMs),
        hashPassword: this.passwords.hashPassword,
        verifyPassword: this.passwords.verifyPassword,
      },
      { tcpPort: 0, ...options },
    );
  }

  async start(): Promise<this> {
    this.ports = await this.intake.start();
    return this;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.socket.destroy();
    this.sink.release();
    await this.intake.stop();
  }

  register(deviceId: string, device: Partial<Device> = {}): void {
    this.hashes.set(deviceId, `hash:secret-${deviceId}`);
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

  get refused(): Readonly<Record<string, number>> {
    return { ...this.intake.counters.refused };
  }

  /** A TCP connection that has said nothing yet, from an address of this machine. */
  open(from = '127.0.0.1'): RawClient {
    const client = new RawClient(this.ports.tcpPort!, from);
    this.#clients.push(client);
    return client;
  }

  /** A connection that has sent its CONNECT and got its CONNACK. */
  async connect(deviceId: string, fields: ConnectFields = {}): Promise<RawClient> {
    const client = this.open();
    client.send(connectPacket(deviceId, fields));
    await client.next('connack');
    return client;
  }
}

export type ConnectFields = Partial<Extract<Packet, { cmd: 'connect' }>>;

export function connectPacket(deviceId: string, fields: ConnectFields = {}): Packet {
  return {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    keepalive: 0,
    clientId: `client-${deviceId}`,
    username: deviceId,
    password: Buffer.from(`secret-${deviceId}`),
    ...fields,
  };
}

export const upOf = (deviceId: string) => `stadtfunk/v1/${deviceId}/up`;

export function publishPacket(
  deviceId: string,
  payload: string | Buffer,
  { qos = 1, messageId = 1, topic = upOf(deviceId), retain = false, dup = false }: PublishFields = {},
): Packet {
  const packet = { cmd: 'publish' as const, topic, payload, retain, dup };
  return qos === 0 ? { ...packet, qos } : { ...packet, qos, messageId };
}

interface PublishFields {
  readonly qos?: 0 | 1 | 2;
  readonly messageId?: number;
  readonly topic?: string;
  readonly retain?: boolean;
  readonly dup?: boolean;
}

export function bytesOf(...packets: Packet[]): Buffer {
  return Buffer.concat(packets.map((packet) => mqttPacket.generate(packet)));
}

/** A client that does what it is told, byte by byte. */
export class RawClient {
  readonly socket: Socket;
  readonly received: Packet[] = [];
  isClosed = false;
  #taken = 0;

  constructor(port: number, from: string) {
    this.socket = connectTcp({ port, host: '127.0.0.1', localAddress: from });
    this.socket.setNoDelay(true);
    const parser = mqttPacket.parser();
    parser.on('packet', (packet) => this.received.push(packet));
    this.socket.on('data', (bytes) => parser.parse(bytes));
    // A reset is one of the ways in which a server closes.
    this.socket.on('error', () => (this.isClosed = true));
    this.socket.on('close', () => (this.isClosed = true));
  }

  send(...packets: (Packet | Buffer)[]): this {
    this.socket.write(
      Buffer.concat(packets.map((packet) => (Buffer.isBuffer(packet) ? packet : mqttPacket.generate(packet)))),
    );
    return this;
  }

  /** The next packet of this kind that was not taken yet; others before it are skipped. */
  async next<Cmd extends Packet['cmd']>(cmd: Cmd): Promise<Extract<Packet, { cmd: Cmd }>> {
    return eventually(`a ${cmd}`, () => {
      const index = this.received.findIndex((packet, at) => at >= this.#taken && packet.cmd === cmd);
      if (index < 0) {
        if (this.isClosed) throw new Error('the connection is closed');
        return undefined;
      }
      this.#taken = index + 1;
      return this.received[index] as Extract<Packet, { cmd: Cmd }>;
    });
  }

  acknowledged(): number[] {
    return this.received.flatMap((packet) => (packet.cmd === 'puback' ? [packet.messageId ?? 0] : []));
  }

  closed(): Promise<true> {
    return eventually('the connection is closed', () => this.isClosed || undefined).then(() => true as const);
  }

  /** Everything that was sent before this is handled when this resolves: the server answers in order. */
  async settle(): Promise<void> {
    this.send({ cmd: 'pingreq' });
    await this.next('pingresp');
  }
}
