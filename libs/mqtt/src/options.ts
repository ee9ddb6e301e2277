import type { Certificate } from './listener.ts';

/** Where the intake listens, what it accepts, and how much. Every limit names the failure that it prevents. */
export interface MqttIntakeOptions {
  readonly host: string;
  /** MQTT over TCP. 0 picks a free port, null: no such listener. */
  readonly tcpPort: number | null;
  /** MQTT over WebSocket (subprotocol `mqtt`, any path). */
  readonly webSocketPort: number | null;
  /** MQTT over TLS, with a certificate and a key in PEM. */
  readonly tls: ({ readonly port: number } & Certificate) | null;

  /** Topic that a device publishes to, unless the device has one of its own. `{deviceId}` stands for its id. */
  readonly uplinkTopic: string;
  /** The one topic that a device may subscribe to. */
  readonly downlinkTopic: string;

  /** Open connections, those that have not said who they are included. Prevents running out of descriptors and memory. */
  readonly maxConnections: number;
  /**
   * Open connections that have not authenticated. Beyond them, those give way of whose address there are most. Prevents one address
   * from taking all places.
   */
  readonly maxUnauthenticated: number;
  /** New connections per second, on average; more wait, each address for itself. Prevents handshakes from starving those who are connected. */
  readonly connectionsPerSecond: number;
  /** New connections in one go. A district that comes back after a power cut fits into it. */
  readonly connectionBurst: number;
  /**
   * How long a connection waits to be let in; then, how long until the end of its CONNECT packet. Prevents sockets that dribble or say
   * nothing (slow loris).
   */
  readonly connectTimeoutMs: number;
  /** From CONNECT to CONNACK. Prevents connections that hang with a database that hangs. */
  readonly authenticationTimeoutMs: number;
  /** Silence after which TCP itself asks whether the peer is there. Prevents dead connections of devices without keepalive. */
  readonly tcpKeepAliveMs: number;

  /** Size of a CONNECT packet. Prevents strangers from filling the memory: aedes itself buffers without a bound. */
  readonly maxConnectBytes: number;
  /** Size of any packet after it. Prevents one device from filling the memory. The largest real uplinks have some 3 KiB. */
  readonly maxPacketBytes: number;

  /** Uplinks of one device that wait for the log, at which its socket is no longer read. Prevents one device from crowding out the others. */
  readonly pauseAtInFlight: number;
  /** ... and at which it is read again. */
  readonly resumeAtInFlight: number;
  /** Uplinks of all devices that wait for the log, at which sockets are no longer read. Prevents a slow disk from filling the memory. */
  readonly maxInFlight: number;
  /** The same limit in bytes of payload. What takes the uplinks needs room for one more read of a socket (80 KiB) beyond both. */
  readonly maxInFlightBytes: number;
  /** QoS 2 uplinks of one device that it has not released. Prevents half-open handshakes from piling up. */
  readonly maxUnreleasedQos2: number;
  /** Without any answer of the log for so long, a connection that waits is closed. Prevents devices that wait for ever. */
  readonly ackTimeoutMs: number;
  /** A device that does not read what it is sent is closed after this. Prevents output from piling up. */
  readonly drainTimeoutMs: number;
  /** What `stop` gives pending appends and connections to end. Prevents a stop that hangs. */
  readonly stopTimeoutMs: number;

  /** Password verifications at once. They share libuv's threads with the log's fdatasync: more of them delay acknowledgements. */
  readonly maxVerifying: number;
  /**
   * Verifications that wait; more are told to come back (CONNACK 3), first those of whose address there are most. Prevents a reconnect
   * storm from never ending.
   */
  readonly maxWaitingToVerify: number;
  /** Devices whose verified password is remembered. Prevents a reconnect storm from costing a core for minutes. */
  readonly rememberedVerified: number;
  /** Wrong passwords that are remembered. Prevents a device with an old password from costing a verification each time. */
  readonly rememberedRejected: number;
  /** How long a wrong password is remembered. */
  readonly rejectedForMs: number;
}

export const MQTT_INTAKE_DEFAULTS: MqttIntakeOptions = {
  host: '127.0.0.1',
  tcpPort: 1883,
  webSocketPort: null,
  tls: null,
  uplinkTopic: 'stadtfunk/v1/{deviceId}/up',
  downlinkTopic: 'stadtfunk/v1/{deviceId}/down',
  maxConnections: 10_000,
  maxUnauthenticated: 5_000,
  connectionsPerSecond: 500,
  connectionBurst: 2_000,
  connectTimeoutMs: 10_000,
  authenticationTimeoutMs: 20_000,
  tcpKeepAliveMs: 60_000,
  maxConnectBytes: 2_048,
  maxPacketBytes: 65_536,
  pauseAtInFlight: 256,
  resumeAtInFlight: 128,
  maxInFlight: 20_000,
  maxInFlightBytes: 32 * 1024 * 1024,
  maxUnreleasedQos2: 1_000,
  ackTimeoutMs: 30_000,
  drainTimeoutMs: 5_000,
  stopTimeoutMs: 5_000,
  maxVerifying: 1,
  maxWaitingToVerify: 200,
  rememberedVerified: 50_000,
  rememberedRejected: 10_000,
  rejectedForMs: 10_000,
};
