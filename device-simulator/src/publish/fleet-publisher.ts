import { ConnectPace, CONNECTS_PER_SECOND } from '../load/connect-pace.ts';
import { localAddressOf, targetOf } from '../load/load-target.ts';
import type { KnownCredentials } from '../provision.ts';
import type { Arrival } from '../simulation/arrival.ts';
import { DeviceLink } from './device-link.ts';

export interface FleetPublisherOptions {
  /** `mqtt://127.0.0.1:1883`, `mqtts://…`, `ws://…` or `wss://…`. */
  readonly mqttUrl: string;
  /** How many connections are opened a second; Infinity: all at once. Default: 500. */
  readonly connectsPerSecond?: number;
  /** By device id. */
  readonly credentials: KnownCredentials;
  /** PEM, for a broker with a certificate of its own making. */
  readonly ca?: string;
  /** Downlinks that the broker has for the devices; absent: nobody listens. */
  readonly downlinks?: FleetDownlinks;
  readonly log: (line: string) => void;
}

export interface FleetDownlinks {
  /** A topic in which `{deviceId}` stands for the device. */
  readonly template: string;
  readonly take: (deviceId: string, payload: Uint8Array) => void;
}

/** What an operator of the fleet can see of it. */
export interface FleetCounts {
  connected: number;
  /** Handed to the connections. */
  sent: number;
  acknowledged: number;
  /** Unacknowledged for so long that the device dropped them. */
  givenUp: number;
}

/** The devices of a city at a broker, a connection each, publishing what arrives. Nobody waits for anybody. */
export class FleetPublisher {
  readonly counts: FleetCounts = { connected: 0, sent: 0, acknowledged: 0, givenUp: 0 };
  readonly #links = new Map<string, DeviceLink>();
  readonly #complaints = new Set<string>();
  readonly #options: FleetPublisherOptions;

  constructor(options: FleetPublisherOptions) {
    this.#options = options;
  }

  /** Connects these devices. @throws Error for a device without credentials, Fault `load.url` for an address that is none */
  start(deviceIds: Iterable<string>): void {
    const { mqttUrl, credentials, ca, connectsPerSecond = CONNECTS_PER_SECOND, downlinks } = this.#options;
    const pace = new ConnectPace(connectsPerSecond);
    const target = targetOf(mqttUrl, ca ?? null);
    for (const deviceId of deviceIds) {
      const own = credentials[deviceId];
      if (!own) throw new Error(`no credentials for device ${deviceId}`);
      const { username, password, topic } = own;
      const localAddress = localAddressOf(target.host, this.#links.size, []);
      const events = {
        onConnected: () => this.counts.connected++,
        onClosed: (reason: string, wasConnected: boolean) => {
          if (wasConnected) this.counts.connected--;
          this.#complain(deviceId, reason);
        },
        onAcknowledged: () => this.counts.acknowledged++,
        onGivenUp: () => this.counts.givenUp++,
      };
      const login = { clientId: username, username, password };
      const delayMs = pace.delayMs(performance.now());
      const hearing = downlinks && {
        filter: downlinks.template.replace('{deviceId}', () => deviceId),
        onMessage: (_topic: string, payload: Uint8Array) => downlinks.take(deviceId, payload),
      };
      const link = new DeviceLink({ ...target, localAddress }, login, topic, events, delayMs, hearing);
      this.#links.set(deviceId, link);
    }
  }

  readonly publish = ({ deviceId, payload }: Pick<Arrival, 'deviceId' | 'payload'>): void => {
    const link = this.#links.get(deviceId);
    if (!link) throw new Error(`device ${deviceId} was not started`);
    this.counts.sent++;
    link.send(payload);
  };

  /** Not acknowledged so far. */
  get inFlight(): number {
    return this.counts.sent - this.counts.acknowledged - this.counts.givenUp;
  }

  stop(): void {
    for (const link of this.#links.values()) link.end();
    this.counts.connected = 0;
  }

  /** Once for each message: when the platform goes away, all devices say the same. */
  #complain(deviceId: string, message: string): void {
    if (this.#complaints.has(message)) return;
    this.#complaints.add(message);
    this.#options.log(`${deviceId}: ${message} (further ones like this are not shown)`);
  }
}
