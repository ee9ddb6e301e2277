import type { LedgerReport } from '@stadtfunk/ingest';
import { eventually } from '@stadtfunk/kernel/testing';
import { connect, type MqttClient } from 'mqtt';
import { register, TestDevice, type RegisteredDevice } from '../platform/device.ts';
import { removeEngines, startEngines, type Engines } from '../platform/engines.ts';
import { FlakyProxy } from '../platform/flaky-proxy.ts';
import { makeDataDir, PlatformProcess } from '../platform/platform-process.ts';

/** The platform with the engines of a city, each at the end of a line that can go bad. */
export class City {
  private constructor(
    readonly servers: Engines,
    readonly lines: Readonly<Record<'postgres' | 'influx' | 'mosquitto' | 'redis', FlakyProxy>>,
    private readonly folder: Awaited<ReturnType<typeof makeDataDir>>,
    readonly platform: PlatformProcess,
  ) {}

  /** @param containerMib see `PlatformProcess.start` */
  static async start(environment: NodeJS.ProcessEnv = {}, containerMib?: number): Promise<City> {
    const [servers, folder] = await Promise.all([startEngines(), makeDataDir()]);
    const { postgres, influx, mosquitto, redis } = servers;
    const lines = {
      postgres: await FlakyProxy.start(postgres.url),
      influx: await FlakyProxy.start(influx.url),
      mosquitto: await FlakyProxy.start(mosquitto.url),
      redis: await FlakyProxy.start(redis.url),
    };
    const platform = await PlatformProcess.start(
      folder.dataDir,
      {
        DATABASE_URL: lines.postgres.url,
        INFLUX_URL: lines.influx.url,
        MQTT_URL: lines.mosquitto.url,
        REDIS_URL: lines.redis.url,
        ...environment,
      },
      containerMib === undefined ? {} : { containerMib },
    );
    const city = new City(servers, lines, folder, platform);
    await city.ready();
    return city;
  }

  async stop(): Promise<void> {
    await this.platform.kill();
    await Promise.all(Object.values(this.lines).map((line) => line.close()));
    await removeEngines(this.servers);
    await this.folder.remove();
  }

  async ready(): Promise<void> {
    await eventually('readiness', async () => (await this.platform.ask('GET', '/health/ready')).status === 200);
  }

  /** With everything stored. */
  drained(timeoutMs = 60_000): Promise<LedgerReport> {
    return eventually(
      'an empty log',
      async () => {
        const { status, body } = await this.platform.ask<LedgerReport>('GET', '/api/v1/ledger');
        if (status === 200 && body.uplinks.waiting === 0 && body.rules.waiting === 0) return body;
        throw new Error(`${status} ${JSON.stringify(body)}`);
      },
      { timeoutMs, everyMs: 100 },
    );
  }

  async timesOf(deviceId: string): Promise<number[]> {
    const path = `/api/v1/assets/asset-of-${deviceId}/readings?from=2000-01-01T00:00:00Z`;
    return (await this.platform.all<{ observedAt: string }>(path)).map(({ observedAt }) => Date.parse(observedAt));
  }
}

/** Sends one reading after the other, each again until it is acknowledged, as a device with a little memory does. */
export class Sender {
  /** Device times, UTC ms, of what was acknowledged, in order, and how long each took. */
  readonly acknowledged: number[] = [];
  readonly latenciesMs: number[] = [];
  #time = 0;
  #isOver = false;
  #running: Promise<void> = Promise.resolve();

  private constructor(
    readonly device: RegisteredDevice,
    private readonly run: (sender: Sender) => Promise<void>,
  ) {}

  /** A device at the intake of the platform. */
  static async atIntake(city: City, deviceId: string, paceMs: number): Promise<Sender> {
    const device = await register(city.platform, deviceId, 'stadtfunk-json', { type: 'WasteContainer' });
    return new Sender(device, async (sender) => {
      const client = await TestDevice.connect(city.platform.mqttUrl, device);
      await sender.#send(paceMs, (payload) => client.publish(payload));
      await client.end();
    });
  }

  /** A device at the external broker. */
  static async atBroker(city: City, deviceId: string, paceMs: number): Promise<Sender> {
    const device = await register(city.platform, deviceId, 'stadtfunk-json', { type: 'WasteContainer' });
    return new Sender(device, async (sender) => {
      const client: MqttClient = connect(city.servers.mosquitto.url);
      await sender.#send(paceMs, async (payload) => {
        await client.publishAsync(device.topic, payload, { qos: 1 });
      });
      await client.endAsync();
    });
  }

  start(): void {
    this.#running = this.run(this);
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  /** Ten empty readings and ten full ones in turn, so that an alert opens and clears. */
  async #send(paceMs: number, publish: (payload: string) => Promise<void>): Promise<void> {
    while (!this.#isOver) {
      this.#time = Math.max(this.#time + 1, Date.now());
      const fillingLevel = Math.floor(this.acknowledged.length / 10) % 2 === 0 ? 0.1 : 0.97;
      const began = performance.now();
      await publish(JSON.stringify({ observedAt: this.#time, values: { fillingLevel } }));
      this.latenciesMs.push(performance.now() - began);
      this.acknowledged.push(this.#time);
      await new Promise((resolve) => setTimeout(resolve, paceMs));
    }
  }
}
