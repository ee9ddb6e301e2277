import { connect, type MqttClient } from 'mqtt';
import type { KnownCredentials } from './provision.ts';
import { Random } from './random.ts';
import type { Thing } from './things/thing.ts';

export interface FleetOptions {
  /** `mqtt://127.0.0.1:1883`, `mqtts://…` or `ws://…`. */
  readonly mqttUrl: string;
  readonly credentials: KnownCredentials;
  readonly seed: number;
  /** How many times faster than life the city runs. The clocks of its devices keep real time. */
  readonly speed: number;
  readonly log: (line: string) => void;
}

/** What an operator of the fleet can see of it. */
export interface FleetCounts {
  connected: number;
  /** Handed to the radio. */
  sent: number;
  acknowledged: number;
}

const STEP_MS = 500;
/** A device waits this long for its acknowledgement before the uplink counts as not delivered; MQTT.js sends it again. */
const KEEPALIVE_S = 120;

/** Of all uplinks: sent twice by the radio layer; cut short by a firmware fault. */
const RETRANSMITTED = 0.02;
const TORN = 0.003;

/** The devices of a city, each with a connection of its own, publishing what they measure. */
export class Fleet {
  readonly counts: FleetCounts = { connected: 0, sent: 0, acknowledged: 0 };
  readonly #options: FleetOptions;
  readonly #random: Random;
  readonly #members: { thing: Thing; client: MqttClient; topic: string; dueAt: number }[] = [];
  readonly #complaints = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly things: readonly Thing[],
    options: FleetOptions,
  ) {
    this.#options = options;
    this.#random = new Random(options.seed);
  }

  start(): void {
    const now = Date.now();
    for (const thing of this.things) {
      const credentials = this.#options.credentials[thing.device.deviceId];
      if (!credentials) throw new Error(`no credentials for device ${thing.device.deviceId}`);
      const client = connect(this.#options.mqttUrl, {
        username: credentials.username,
        password: credentials.password,
        clientId: credentials.username,
        keepalive: KEEPALIVE_S,
        reconnectPeriod: this.#random.integer(1_000, 4_000),
        // A platform that is busy after a restart says 'server unavailable': the device comes back.
        reconnectOnConnackError: true,
      });
      client.on('connect', () => this.counts.connected++);
      client.on(
        'close',
        () => (this.counts.connected = this.#members.filter(({ client: { connected } }) => connected).length),
      );
      client.on('error', (error) => this.#complain(thing.device.deviceId, error.message));
      const dueAt = now + this.#random.between(0, thing.heartbeatMs);
      this.#members.push({ thing, client, topic: credentials.topic, dueAt });
    }
    this.#timer = setInterval(() => this.#step(), STEP_MS);
  }

  /** Once for each message: when the platform goes away, all devices say the same. */
  #complain(deviceId: string, message: string): void {
    if (this.#complaints.has(message)) return;
    this.#complaints.add(message);
    this.#options.log(`${deviceId}: ${message} (further ones like this are not shown)`);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#members.map(({ client }) => client.endAsync(true)));
  }

  #step(): void {
    const now = Date.now();
    for (const member of this.#members) {
      const happened = member.thing.step(STEP_MS * this.#options.speed, now);
      if (!happened && now < member.dueAt) continue;
      member.dueAt = now + member.thing.heartbeatMs * this.#random.between(0.95, 1.05);
      this.#publish(member.client, member.topic, member.thing.report(now, happened));
    }
  }

  #publish(client: MqttClient, topic: string, report: Uint8Array): void {
    const random = this.#random;
    const torn = random.chance(TORN) ? report.subarray(0, random.integer(1, report.length - 1)) : report;
    const times = random.chance(RETRANSMITTED) ? 2 : 1;
    for (let time = 0; time < times; time++) {
      this.counts.sent++;
      client.publish(topic, Buffer.from(torn), { qos: 1 }, (error) => {
        if (!error) this.counts.acknowledged++;
      });
    }
  }
}
