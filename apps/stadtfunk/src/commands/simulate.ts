import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEMO_SIZE, FleetPublisher, LiveCity, provision, type KnownCredentials } from '@stadtfunk/device-simulator';
import type { Command } from 'commander';
import { adminToken } from '../api-client.ts';
import { httpUrlOf, settings, UserError } from '@stadtfunk/platform';

interface SimulateOptions {
  readonly api?: string;
  readonly mqtt?: string;
  readonly seed: string;
  readonly speed: string;
  readonly size: string;
}

const REPORT_EVERY_MS = 30_000;
/** The city of the bundled demo. */
export const DEMO_SEED = 8_2026;
export const DEMO_SPEED = 120;

export function simulateCommand(program: Command): void {
  program
    .command('simulate')
    .description('run a simulated city against a platform: registers its devices over the API, publishes over MQTT')
    .option('--api <url>', 'where the API is (default: by HOST and HTTP_PORT)')
    .option('--mqtt <url>', 'where the broker is (default: by HOST and MQTT_PORT)')
    .option('--seed <number>', 'the same seed gives the same city', String(DEMO_SEED))
    .option('--speed <factor>', 'how many times faster than life the city runs', String(DEMO_SPEED))
    .option('--size <factor>', `how many times the demo city's ${cityDevices()} devices`, '1')
    .action(async (options: SimulateOptions) => simulate(options));
}

function cityDevices(): number {
  return DEMO_SIZE.bins + DEMO_SIZE.parkingSpots + DEMO_SIZE.streetLights;
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new UserError(`${option} takes a positive number`, 2);
  return value;
}

async function simulate(options: SimulateOptions): Promise<void> {
  const config = settings();
  const seed = positive('--seed', options.seed);
  const speed = positive('--speed', options.speed);
  const factor = positive('--size', options.size);
  const size = {
    bins: Math.ceil(DEMO_SIZE.bins * factor),
    parkingSpots: Math.ceil(DEMO_SIZE.parkingSpots * factor),
    streetLights: Math.ceil(DEMO_SIZE.streetLights * factor),
  };
  // Registering takes a while; the city begins when everybody can be heard.
  const registry = new LiveCity({ seed, speed, size, begunAt: Date.now() });
  const { devices } = registry;
  const apiUrl = options.api ?? httpUrlOf(config);
  const say = (line: string) => process.stderr.write(`city: ${line}\n`);

  const kept = new KeptCredentials(config.DATA_DIR);
  const known = await kept.load();
  say(`registering ${devices.length} devices at ${apiUrl}`);
  const credentials = await provision(registry, { apiUrl, token: await adminToken(config) }, known, (done, of) => {
    if (done % 100 === 0 || done === of) say(`${done} of ${of} things registered`);
  });
  await kept.save({ ...known, ...credentials });

  const mqttUrl = options.mqtt ?? `mqtt://${config.HOST}:${config.MQTT_PORT}`;
  const fleet = new FleetPublisher({ mqttUrl, credentials, log: say });
  fleet.start(devices.map(({ device }) => device.deviceId));
  const city = new LiveCity({ seed, speed, size, begunAt: Date.now() });
  city.start(fleet.publish);
  say(`${devices.length} devices publish to ${mqttUrl}; bins and parking spots ${speed} times faster than life`);
  const report = setInterval(() => {
    const { connected, sent, acknowledged } = fleet.counts;
    say(`${connected} devices connected, ${sent} uplinks sent, ${acknowledged} acknowledged`);
  }, REPORT_EVERY_MS);

  await new Promise<void>((stop) => {
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    // As the child of `demo`: the parent is gone.
    process.once('disconnect', stop);
  });
  clearInterval(report);
  city.stop();
  fleet.stop();
}

/** The passwords of the simulated devices, which the platform told only once. */
class KeptCredentials {
  readonly #path: string;
  readonly #folder: string;

  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'secrets');
    this.#path = join(this.#folder, 'simulated-devices.json');
  }

  async load(): Promise<KnownCredentials> {
    try {
      return JSON.parse(await readFile(this.#path, 'utf8')) as KnownCredentials;
    } catch {
      // None yet, or torn by a crash: then every device gets a new password.
      return {};
    }
  }

  async save(credentials: KnownCredentials): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeFile(`${this.#path}.new`, JSON.stringify(credentials), { mode: 0o600 });
    await rename(`${this.#path}.new`, this.#path);
  }
}
