import type { Duplex } from 'node:stream';
import type { AuthenticateError, Client, ConnectPacket, PublishPacket, Subscription } from 'aedes';
import { messageOf } from '@stadtfunk/kernel';
import { Authenticator, CONNACK, type AuthenticatorDependencies, type ConnackRefusal } from './authenticator.ts';
import { codeOfClose } from './close-codes.ts';
import { MqttIntakeCounters } from './counters.ts';
import { DeviceConnection, type Refusal } from './device-connection.ts';
import { DeviceEdge } from './device-edge.ts';
import { Door, type Visitor } from './door.ts';
import {
  Listener,
  tcpTransport,
  TlsTransport,
  webSocketTransport,
  type Certificate,
  type ListenerDependencies,
  type Transport,
} from './listener.ts';
import { RefusalLog } from './log.ts';
import { MQTT_INTAKE_DEFAULTS, type MqttIntakeOptions } from './options.ts';
import { PublishPath } from './publish-path.ts';
import { topicOf, uplinkTopicOf } from './topics.ts';
import type { UplinkSink } from './uplink-sink.ts';

export interface MqttIntakeDependencies extends AuthenticatorDependencies {
  readonly intake: UplinkSink;
  /** Told how long each accepted uplink waited for its acknowledgement, ms: for a histogram. */
  readonly onAcknowledged?: (latencyMs: number) => void;
}

/** The ports that are really listened on; null where there is no such listener. */
export interface MqttIntakePorts {
  readonly tcpPort: number | null;
  readonly webSocketPort: number | null;
  readonly tlsPort: number | null;
}

/** A WebSocket frame need not be one packet (MQTT-6.0.0-2): clients may put several into one. */
const PACKETS_PER_FRAME = 2;

type Answer = (error?: Error | null) => void;

/**
 * The door for devices: MQTT 3.1.1 over TCP, TLS and WebSocket. A device publishes its own uplinks, which are acknowledged
 * when the sink says that they are durable, and may subscribe to its own downlink topic; nothing else. Sessions end with
 * their connection, wills and retain flags are ignored.
 */
export class MqttIntake {
  readonly counters: MqttIntakeCounters;
  readonly #options: MqttIntakeOptions;
  readonly #edge: DeviceEdge;
  readonly #authenticator: Authenticator;
  readonly #path: PublishPath;
  readonly #refusals: RefusalLog;
  readonly #door: Door;
  readonly #tls: TlsTransport | null;
  readonly #connections = new Map<Client, DeviceConnection>();
  readonly #listeners: Listener[] = [];
  #watch: NodeJS.Timeout | undefined;

  constructor(
    private readonly dependencies: MqttIntakeDependencies,
    options: Partial<MqttIntakeOptions> = {},
  ) {
    this.#options = { ...MQTT_INTAKE_DEFAULTS, ...options };
    this.counters = new MqttIntakeCounters({
      connections: () => this.#door.connections,
      unauthenticated: () => this.#door.unauthenticated,
      waiting: () => this.#door.waiting,
      devices: () => [...this.#connections.values()].filter((connection) => connection.bound !== null).length,
      inFlight: () => this.#path.inFlight,
      verifying: () => this.#authenticator.verifying,
    });
    this.#refusals = new RefusalLog(dependencies.log, () => performance.now());
    this.#door = new Door(this.#options, (code, from) => this.#refused(null, { code, from }));
    this.#tls = this.#options.tls && new TlsTransport(this.#options.tls);
    this.#authenticator = new Authenticator(dependencies, this.#options);
    const { onAcknowledged = () => undefined } = dependencies;
    this.#path = new PublishPath({ ...dependencies, onAcknowledged, counters: this.counters }, this.#options);
    this.#edge = this.#makeEdge();
  }

  /** Listens. Port 0 in the options picks a free port; rejects if one is taken. */
  async start(): Promise<MqttIntakePorts> {
    await this.#authenticator.prepare();
    await this.#edge.listen();
    const { tcpPort, webSocketPort, tls, maxPacketBytes, ackTimeoutMs } = this.#options;
    try {
      const ports = {
        tcpPort: await this.#listen(tcpPort, tcpTransport),
        webSocketPort: await this.#listen(webSocketPort, webSocketTransport(PACKETS_PER_FRAME * maxPacketBytes)),
        tlsPort: tls && this.#tls && (await this.#listen(tls.port, this.#tls.transport)),
      };
      this.#watch = setInterval(() => this.#closeStalled(), Math.max(10, ackTimeoutMs / 4));
      this.dependencies.log.info(ports, 'MQTT intake listens');
      return ports;
    } catch (thrown) {
      await this.stop();
      throw thrown;
    }
  }

  /** Connections over TLS that come from now on get this certificate. Throws what is wrong with it, and goes on with the present one. */
  renewCertificate(certificate: Certificate): void {
    this.#tls?.renew(certificate);
  }

  /**
   * Accepts no more connections and packets, gives uplinks that wait for the log `stopTimeoutMs` to be acknowledged,
   * then closes everything.
   */
  async stop(): Promise<void> {
    this.#door.close();
    clearInterval(this.#watch);
    const closed = Promise.all(this.#listeners.map((listener) => listener.close()));
    const deadline = performance.now() + this.#options.stopTimeoutMs;
    for (const connection of this.#connections.values()) connection.stopReading();
    await until(() => this.#path.inFlight === 0, deadline);
    // aedes writes acknowledgements within two turns of the event loop; end() flushes them.
    await until(() => false, performance.now() + 10);
    for (const connection of this.#connections.values()) connection.stream.end();
    await until(() => this.#door.connections === 0, Math.min(deadline, performance.now() + 500));
    await new Promise<void>((resolve) => this.#edge.close(resolve));
    this.#door.clear();
    await closed;
    await until(() => this.#door.connections === 0, performance.now() + 100);
  }

  #makeEdge(): DeviceEdge {
    const { connectTimeoutMs, drainTimeoutMs, maxUnreleasedQos2 } = this.#options;
    const edge = new DeviceEdge({
      connectTimeout: connectTimeoutMs,
      drainTimeout: drainTimeoutMs,
      maxInflightInbound: maxUnreleasedQos2,
      // Of 3.1 only, and counted with our prefix; the packet limit bounds it.
      maxClientsIdLength: 65_535,
      preConnect: (client, packet, done) => done(null, this.#connecting(client, packet)),
      authenticate: (client, username, password, done) => this.#authenticate(client, username, password, done),
      authorizePublish: (client, packet, answer) => this.#publish(client, packet, answer),
      authorizeSubscribe: (client, subscription, done) => done(null, this.#subscribe(client, subscription)),
    });
    edge.on('connackSent', (packet, client) => {
      if (packet.returnCode === 0) this.#connections.get(client)?.open();
    });
    const onError = (client: Client, error: Error) => {
      const connection = this.#connections.get(client);
      // What aedes reports of a connection that is gone or was refused already is an echo.
      if (!connection || connection.refusal) return;
      this.#refused(connection, { code: codeOfClose(error), error: error.message });
    };
    edge.on('clientError', onError);
    edge.on('connectionError', onError);
    // Of aedes' in-memory store. Unheard it would end the process.
    (edge as NodeJS.EventEmitter).on('error', (error: Error) => {
      this.dependencies.log.error({ error: messageOf(error) }, 'the MQTT edge reports a fault');
    });
    return edge;
  }

  async #listen(port: number | null, transport: Transport): Promise<number | null> {
    if (port === null) return null;
    const { host, tcpKeepAliveMs, connectTimeoutMs } = this.#options;
    const dependencies: ListenerDependencies = {
      host,
      port,
      tcpKeepAliveMs,
      connectTimeoutMs,
      knock: (socket, enter) => this.#door.knock(socket, enter),
      serve: (stream, visitor) => this.#serve(stream, visitor),
      onRefused: (code, error) => this.#refused(null, { code, error }),
    };
    const listener = new Listener(dependencies, transport);
    const opened = await listener.open();
    this.#listeners.push(listener);
    return opened;
  }

  #serve(stream: Duplex, visitor: Visitor): void {
    this.counters.connectionsOpened += 1;
    const connection = new DeviceConnection(stream, visitor, this.#options, this.#path, (refused, refusal) =>
      this.#refused(refused, refusal),
    );
    const client = this.#edge.handle(stream);
    this.#connections.set(client, connection);
    stream.once('close', () => this.#connections.delete(client));
  }

  /** Makes every session our own: no will, no state that outlives the connection, no client id that meets another device's. */
  #connecting(client: Client, packet: ConnectPacket): boolean {
    const connection = this.#connections.get(client);
    if (!connection) return false;
    connection.lacksClientId = packet.clientId === '' && (packet.clean !== true || packet.protocolVersion === 3);
    if (packet.will) this.counters.refuse('connect.willIgnored');
    delete packet.will;
    packet.clean = true;
    if (packet.clientId !== '') packet.clientId = `${packet.username ?? ''}/${packet.clientId}`;
    connection.startDeadline(this.#options.authenticationTimeoutMs, { code: 'connect.timeout' });
    return true;
  }

  #authenticate(
    client: Client,
    username: string | undefined,
    password: Buffer | undefined,
    done: (error: AuthenticateError | null, success: boolean | null) => void,
  ): void {
    const connection = this.#connections.get(client);
    const refuse = (code: string, returnCode: ConnackRefusal) => {
      if (connection && !connection.isClosed) {
        connection.refusal = { code };
        this.#refused(connection, { code, deviceId: username?.slice(0, 128) });
      }
      done(Object.assign(new Error(code), { returnCode }), null);
    };
    if (!connection || connection.lacksClientId) return refuse('connect.noClientId', CONNACK.identifierRejected);
    const isWanted = () => !connection.isClosed;
    const { visitor } = connection;
    void this.#authenticator.authenticate(username, password, visitor.origin, isWanted).then((admission) => {
      if (!admission.ok) {
        if (admission.returnCode !== CONNACK.unavailable) this.counters.authenticationsFailed += 1;
        return refuse(admission.code, admission.returnCode);
      }
      if (admission.fromMemory) this.counters.authenticatedFromMemory += 1;
      else this.counters.authenticated += 1;
      this.#door.welcome(visitor);
      connection.bound = admission.bound;
      connection.uplinkTopic = uplinkTopicOf(admission.bound.device, this.#options.uplinkTopic);
      done(null, true);
    });
  }

  #publish(client: Client | null, packet: PublishPacket, answer: Answer): void {
    const connection = client && this.#connections.get(client);
    if (connection) this.#path.take(connection, packet, answer);
    else answer(new Error('connection.closed'));
  }

  /** Null is answered with SUBACK 0x80, also for wildcards, shared subscriptions and `$SYS`. */
  #subscribe(client: Client, subscription: Subscription): Subscription | null {
    const connection = this.#connections.get(client);
    const deviceId = connection?.bound?.device.deviceId;
    if (deviceId !== undefined && subscription.topic === topicOf(this.#options.downlinkTopic, deviceId))
      return subscription;
    this.#refused(connection ?? null, { code: 'subscribe.foreignTopic', topic: subscription.topic.slice(0, 200) });
    return null;
  }

  #refused(connection: DeviceConnection | null, { code, ...fields }: Refusal): void {
    this.counters.refuse(code);
    const deviceId = connection?.bound?.device.deviceId;
    this.#refusals.write(code, { ...(deviceId !== undefined && { deviceId }), ...fields });
  }

  #closeStalled(): void {
    const oldest = performance.now() - this.#options.ackTimeoutMs;
    for (const connection of this.#connections.values()) {
      if (connection.inFlight > 0 && connection.progressAt < oldest) connection.refuse({ code: 'publish.ackTimeout' });
    }
  }
}

/** Waits until it is so or until the deadline, ms of the monotonic clock. */
async function until(isSo: () => boolean, deadline: number): Promise<void> {
  while (!isSo() && performance.now() < deadline) await new Promise((wake) => setTimeout(wake, 5));
}
