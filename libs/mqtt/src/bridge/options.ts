/** Which broker the bridge reads, what it takes from there, and how much. Every limit names the failure that it prevents. */
export interface MqttBridgeOptions {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`, with user name and password if the broker wants them (percent-encoded). */
  readonly url: string;
  /** These win over the URL's. */
  readonly username: string | null;
  readonly password: string | null;
  /** What the broker's certificate is checked against, PEM; null: the authorities that Node.js knows. */
  readonly ca: string | null;
  /** A certificate to log in with, PEM. */
  readonly clientCertificate: { readonly cert: string; readonly key: string } | null;
  /**
   * Under this name the broker keeps the session, and with it what arrives while the bridge is away. It must not change, and
   * no two bridges may share it: they would throw each other out for ever.
   */
  readonly clientId: string;

  /**
   * Topics of uplinks; one level of each is `{deviceId}`, others may be `+`, the last one `#`. They decide which part of the
   * fleet this bridge takes. A shared subscription (`$share`) is refused: it breaks the order per device.
   */
  readonly uplinkTopics: readonly string[];
  /**
   * How uplinks of devices with a topic of their own are subscribed to. null: topic by topic, following the directory. Filters: as these
   * say, which is cheaper for the broker with many such devices. None: not by this bridge.
   */
  readonly ownTopicFilters: readonly string[] | null;

  /** The broker hears from the bridge twice in this time, also while the log stalls, and is given up when it is silent for so long. */
  readonly keepaliveMs: number;
  /** From opening the connection to CONNACK. Prevents hanging on a broker that accepts and says nothing. */
  readonly connectTimeoutMs: number;
  /** First wait before connecting again; doubled with each failure, with jitter. Prevents a broker from being hammered. */
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;

  /** Size of a packet from the broker. Larger uplinks are acknowledged, counted and left out: refused, they would come again for ever. */
  readonly maxPacketBytes: number;
  /** Uplinks that wait for the log, at which the connection is no longer read. Prevents a slow disk from filling the memory. */
  readonly pauseAtInFlight: number;
  /** ... and at which it is read again. */
  readonly resumeAtInFlight: number;
  /** The first limit in bytes of payload; read again at half of it. */
  readonly pauseAtInFlightBytes: number;
  /** What `stop` gives pending appends to end. Prevents a stop that hangs; what is not acknowledged comes again. */
  readonly stopTimeoutMs: number;
}

/** There is no default broker. */
export const MQTT_BRIDGE_DEFAULTS: Omit<MqttBridgeOptions, 'url'> = {
  username: null,
  password: null,
  ca: null,
  clientCertificate: null,
  clientId: 'stadtfunk-bridge',
  uplinkTopics: ['stadtfunk/v1/{deviceId}/up'],
  ownTopicFilters: null,
  keepaliveMs: 30_000,
  connectTimeoutMs: 10_000,
  minBackoffMs: 200,
  maxBackoffMs: 30_000,
  maxPacketBytes: 65_536,
  pauseAtInFlight: 4_096,
  resumeAtInFlight: 2_048,
  pauseAtInFlightBytes: 16 * 1024 * 1024,
  stopTimeoutMs: 5_000,
};
