import type { Duplex } from 'node:stream';
import { Fault, messageOf } from '@stadtfunk/kernel';
import type { IConnackPacket, ISubackPacket, Packet } from 'mqtt-packet';
import { packets } from '../packets.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { FrameReader, type OversizedPublish } from './frame-reader.ts';
import { isPublish, readPublish, type PublishPacket } from './publish-packet.ts';

export interface ConnectionSettings {
  readonly clientId: string;
  readonly username: string | null;
  readonly password: string | null;
  readonly keepaliveMs: number;
  readonly connectTimeoutMs: number;
  readonly maxPacketBytes: number;
}

export interface ConnectionHandlers {
  onConnected(sessionPresent: boolean): void;
  onSuback(messageId: number, granted: readonly number[]): void;
  /** Calls `acknowledge` once when the broker may forget the packet, or closes the connection. */
  onPublish(packet: PublishPacket, acknowledge: () => void): void;
  /** Acknowledged already. */
  onOversized(publish: OversizedPublish): void;
  /** Once, and last. */
  onClosed(code: string, detail: string): void;
}

const mqttPacket = packets();

/** MQTT 3.1.1, section 3.2.2.3. */
const CONNACK_REFUSALS = new Map([
  [1, 'the protocol version'],
  [2, 'the client id'],
  [3, 'any connection: it is unavailable'],
  [4, 'user name or password'],
  [5, 'this client: not authorized'],
]);

/**
 * One connection to a broker as an MQTT 3.1.1 client with a kept session (clean session 0). Everything is listened to before
 * CONNECT leaves: the broker sends what it has kept right behind CONNACK.
 */
export class BrokerConnection {
  readonly #acknowledgements: Acknowledgements;
  #phase: 'connecting' | 'open' | 'ending' | 'closed' = 'connecting';
  #isPaused = false;
  #hasHeard = false;
  #hasPinged = false;
  #timer: NodeJS.Timeout;

  constructor(
    private readonly stream: Duplex,
    private readonly settings: ConnectionSettings,
    private readonly handlers: ConnectionHandlers,
  ) {
    this.#acknowledgements = new Acknowledgements((bytes) => {
      if (this.#phase === 'open') stream.write(bytes);
    });
    const parser = mqttPacket.parser({ protocolVersion: 4 });
    parser.on('packet', (packet: Packet) => this.#take(packet));
    parser.on('error', (error: Error) => this.close('connection.protocol', error.message));
    const reader = new FrameReader(settings.maxPacketBytes, {
      onFrame: (frame) => {
        if (this.#phase === 'open' && isPublish(frame)) this.#takePublish(frame);
        else if (this.#phase !== 'closed') parser.parse(frame);
      },
      onOversized: (publish) => this.#takeOversized(publish),
    });
    stream.on('data', (chunk: Buffer) => this.#read(reader, chunk));
    stream.on('error', (error: Error) => this.close('connection.failed', error.message));
    stream.on('end', () => this.close('connection.closed', 'the broker closed the connection'));
    stream.on('close', () => this.close('connection.closed', 'the connection ended'));
    const { connectTimeoutMs } = settings;
    this.#timer = setTimeout(
      () => this.close('connection.timeout', `no CONNACK within ${connectTimeoutMs} ms`),
      connectTimeoutMs,
    );
    this.#sendConnect();
  }

  get isOpen(): boolean {
    return this.#phase === 'open';
  }

  send(packet: Packet): void {
    if (this.#phase === 'open') this.stream.write(mqttPacket.generate(packet));
  }

  /** Reads no more; the broker keeps what it has not sent. */
  pause(): void {
    this.#isPaused = true;
    this.stream.pause();
  }

  resume(): void {
    if (!this.#isPaused || this.#phase !== 'open') return;
    this.#isPaused = false;
    this.stream.resume();
  }

  /** Ends at once. What is not acknowledged comes again with the next connection. */
  close(code: string, detail: string): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    clearTimeout(this.#timer);
    this.stream.destroy();
    this.handlers.onClosed(code, detail);
  }

  /** Sends the acknowledgements that are due and DISCONNECT. The broker keeps the session. */
  async disconnect(withinMs: number): Promise<void> {
    if (this.#phase === 'open') {
      this.#acknowledgements.flush();
      this.#phase = 'ending';
      clearTimeout(this.#timer);
      await new Promise<void>((resolve) => {
        this.#timer = setTimeout(resolve, withinMs);
        this.stream.once('close', resolve);
        this.stream.write(mqttPacket.generate({ cmd: 'disconnect' }));
        // Then the broker closes. If we closed while it is still sending, acknowledgements would be lost with the connection.
        this.stream.resume();
      });
    }
    this.close('connection.stopped', 'stopped');
  }

  #sendConnect(): void {
    const { clientId, username, password, keepaliveMs } = this.settings;
    const packet: Packet = {
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: false,
      clientId,
      keepalive: Math.min(65_535, Math.max(1, Math.ceil(keepaliveMs / 1_000))),
      ...(username !== null && { username }),
      ...(password !== null && { password: Buffer.from(password) }),
    };
    this.stream.write(mqttPacket.generate(packet));
  }

  #read(reader: FrameReader, chunk: Buffer): void {
    this.#hasHeard = true;
    if (this.#phase === 'ending') return;
    try {
      const problem = reader.push(chunk);
      if (problem !== null) this.close('connection.protocol', problem);
    } catch (thrown) {
      this.close(thrown instanceof Fault ? thrown.code : 'bridge.defect', messageOf(thrown));
    }
  }

  #take(packet: Packet): void {
    if (this.#phase === 'connecting') {
      if (packet.cmd === 'connack') this.#takeConnack(packet);
      else this.close('connection.protocol', `${packet.cmd} instead of connack`);
      return;
    }
    if (this.#phase !== 'open') return;
    switch (packet.cmd) {
      case 'pubrel':
        this.send({ cmd: 'pubcomp', messageId: packet.messageId ?? 0 });
        break;
      case 'suback':
        this.#takeSuback(packet);
        break;
      case 'unsuback':
      case 'pingresp':
        break;
      default:
        this.close('connection.protocol', `unexpected ${packet.cmd}`);
    }
  }

  #takePublish(frame: Buffer): void {
    const packet = readPublish(frame);
    if (packet) this.handlers.onPublish(packet, this.#acknowledgements.expect(packet.qos, packet.messageId));
    else this.close('connection.protocol', 'a malformed PUBLISH');
  }

  #takeConnack({ returnCode = 0, sessionPresent }: IConnackPacket): void {
    clearTimeout(this.#timer);
    if (returnCode !== 0) {
      const what = CONNACK_REFUSALS.get(returnCode) ?? `code ${returnCode}`;
      this.close('connection.refused', `the broker refuses ${what}`);
      return;
    }
    this.#phase = 'open';
    this.#timer = setInterval(() => this.#keepAlive(), this.settings.keepaliveMs / 2);
    this.handlers.onConnected(sessionPresent);
  }

  #takeSuback({ messageId = 0, granted }: ISubackPacket): void {
    this.handlers.onSuback(
      messageId,
      granted.map((code) => (typeof code === 'number' ? code : 0x80)),
    );
  }

  #takeOversized(publish: OversizedPublish): void {
    if (this.#phase !== 'open') return;
    const acknowledge = this.#acknowledgements.expect(publish.qos, publish.messageId);
    this.handlers.onOversized(publish);
    acknowledge();
  }

  /** Pings also while nothing is read: the broker must not take a slow log for a dead client. Then its answers cannot be awaited. */
  #keepAlive(): void {
    if (this.#hasPinged && !this.#hasHeard && !this.#isPaused) {
      this.close('connection.keepaliveTimeout', 'the broker is silent');
      return;
    }
    this.#hasPinged = !this.#isPaused;
    this.#hasHeard = false;
    this.send({ cmd: 'pingreq' });
  }
}
