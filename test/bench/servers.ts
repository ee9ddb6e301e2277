import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes, scryptSync } from 'node:crypto';
import { Client } from 'pg';
import { HANAU } from '../platform/device.ts';
import { Installation } from '../platform/installation.ts';
import { AlertProbe } from './alert-probe.ts';
import { bareDisk } from './bare-disk.ts';
import { LoadGenerator, type LoadDevice, type LoadResult } from './load-generator.ts';
import { cpuSeconds, ledgerOf, peakMemoryMib, reportOf, round, runPhase, serverCpuSeconds } from './measure.ts';
import { rulesText } from './stages/fleet.ts';

/** Where uplinks come in: devices publish to our own broker, or to a Mosquitto that the bridge reads. */
export const INTAKES = ['broker', 'bridge'] as const;
export type Intake = (typeof INTAKES)[number];

export interface ServersBenchOptions {
  readonly devices: number;
  readonly intake: Intake;
  readonly rules: number;
  /** A sensor that gathers readings sends several in an uplink: 1 to 32. */
  readonly readingsPerUplink: number;
  /** Uplinks a second of the throughput run. */
  readonly rate: number;
  readonly seconds: number;
  /** Uplinks a second at which acknowledgements are timed. */
  readonly quietRate: number;
  /** Uplinks a second at which alerts are timed. */
  readonly alertRate: number;
  readonly quietSeconds: number;
  /** Where CPU profiles of our processes go; they slow them down. */
  readonly profileDir: string | undefined;
  readonly log: (line: string) => void;
}

const rolesOf = (intake: Intake) => ['api', intake, 'ingest', 'rules', 'jobs'];
const ALERTS_PER_SECOND = 10;
const WARM_UP_SECONDS = 10;
/** What `infra/compose.yaml` gives them: Node takes its share of that for the heap. */
const CONTAINER_MIB: Readonly<Record<string, number>> = { broker: 1024 };
const OTHER_CONTAINERS_MIB = 512;

/**
 * Side by side in one run: the disk alone, aedes that only acknowledges, our broker with the durable log alone, and the whole way of a
 * reading over Redis (`appendfsync always`) into InfluxDB with rules active. The load runs on the same machine. With the bridge, Mosquitto
 * acknowledges, and its CPU counts among that of the engines.
 */
export async function benchServers(options: ServersBenchOptions): Promise<object> {
  const { devices, intake, log, quietRate, quietSeconds } = options;
  const fleet = await fleetOf(devices);
  const folder = await mkdtemp(join(tmpdir(), 'stadtfunk-bench-'));
  try {
    await writeFile(join(folder, 'rules.yaml'), rulesText(options.rules));
    log('the disk alone');
    const disk = await bareDisk(folder, quietRate, quietSeconds);
    log('bare aedes');
    const bareAedes = await bare(fleet.devices, options);
    const intakeAlone = await withFleet(folder, fleet, ['api', intake], options, async (city, load) => {
      log(`the ${intake} with the durable log`);
      return acknowledging(load, options, () => cpuSeconds(city.get(intake)));
    });
    const whole = await withFleet(folder, fleet, rolesOf(intake), options, (city, load) =>
      wholeWay(city, load, options),
    );
    return {
      bench: 'servers',
      machine: { cores: cpus().length, cpu: cpus()[0]?.model, node: process.version },
      devices,
      rules: options.rules,
      readingsPerUplink: options.readingsPerUplink,
      intake,
      disk: {
        offeredPerSecond: quietRate,
        durableP50Ms: round(disk.quantile(0.5)),
        durableP99Ms: round(disk.quantile(0.99)),
        durableMaxMs: round(disk.maxMs),
      },
      bareAedes,
      [`${intake}Alone`]: intakeAlone,
      wholeWay: whole,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function wholeWay(city: Installation, load: LoadGenerator, options: ServersBenchOptions): Promise<object> {
  const { log, rate, seconds, quietRate, alertRate, quietSeconds } = options;
  const api = city.get('api');
  log('warming up');
  // Compilers and memories: what a fleet costs that begins to send after a restart is not what it costs to run it.
  await runPhase(api, () => load.run(alertRate, WARM_UP_SECONDS));
  log(`${alertRate} uplinks/s for ${quietSeconds} s, and alerts`);
  const probe = await AlertProbe.start(api, mqttUrlOf(city, options.intake));
  let unheard = 0;
  const [alerting] = await Promise.all([
    runPhase(api, () => load.run(alertRate, quietSeconds)),
    probe.run(ALERTS_PER_SECOND, quietSeconds).then((count) => (unheard = count)),
  ]);
  await probe.stop();
  log(`${quietRate} uplinks/s for ${quietSeconds} s`);
  const quiet = await runPhase(api, () => load.run(quietRate, quietSeconds));
  log(`${rate} uplinks/s for ${seconds} s`);
  const roles = rolesOf(options.intake);
  const before = await cpuOf(city, roles);
  const busy = await runPhase(api, () => load.run(rate, seconds));
  const after = await cpuOf(city, roles);
  const stored = busy.after.readings.stored - busy.before.readings.stored;
  const cpu = Object.fromEntries(Object.keys(after).map((name) => [name, perOne(after[name]!, before[name]!, stored)]));
  const ours = roles.reduce((sum, name) => sum + (cpu[name] ?? 0), 0);
  return {
    alertAt: {
      uplinksPerSecond: alertRate,
      alerts: probe.latencies.count,
      unheard,
      publishToAlertP50Ms: round(probe.latencies.quantile(0.5)),
      publishToAlertP99Ms: round(probe.latencies.quantile(0.99)),
      publishToAlertMaxMs: round(probe.latencies.maxMs),
      pubackP99Ms: round(alerting.result.latencies.quantile(0.99)),
    },
    quiet: reportOf(quietRate, quiet),
    busy: { ...reportOf(rate, busy), cpuMicrosecondsPerReading: { ...cpu, allOfOurs: round(ours) } },
    peakMemoryMib: Object.fromEntries(roles.map((name) => [name, peakMemoryMib(city.get(name))])),
    ledger: await ledgerOf(api),
  };
}

function mqttUrlOf(city: Installation, intake: Intake): string {
  return intake === 'broker' ? city.get('broker').mqttUrl : city.engines.mosquitto.url;
}

/** CPU seconds so far: our processes, and the engines. */
async function cpuOf(city: Installation, roles: readonly string[]): Promise<Record<string, number>> {
  const { redis, influx, postgres, mosquitto } = city.engines;
  const ours = await Promise.all(
    roles.map(async (name): Promise<[string, number]> => [name, await cpuSeconds(city.get(name))]),
  );
  return {
    ...Object.fromEntries(ours),
    redis: serverCpuSeconds(redis.pid),
    influxdb: serverCpuSeconds(influx.pid),
    postgresql: serverCpuSeconds(postgres.pid),
    ...(roles.includes('bridge') && { mosquitto: serverCpuSeconds(mosquitto.pid!) }),
  };
}

const perOne = (after: number, before: number, count: number) => round(((after - before) * 1e6) / Math.max(1, count));

/** Acknowledging alone: at the rate at which it is timed, then at the full one. */
async function acknowledging(
  load: LoadGenerator,
  { rate, seconds, quietRate, quietSeconds }: ServersBenchOptions,
  cpu: () => Promise<number>,
): Promise<object> {
  await load.run(quietRate, WARM_UP_SECONDS);
  const quiet = acknowledgements(quietRate, await load.run(quietRate, quietSeconds));
  const before = await cpu();
  const result = await load.run(rate, seconds);
  return {
    quiet,
    busy: {
      ...acknowledgements(rate, result),
      cpuMicrosecondsPerUplink: perOne(await cpu(), before, result.acknowledged),
    },
  };
}

function acknowledgements(rate: number, result: LoadResult) {
  return {
    offeredPerSecond: rate,
    notSent: result.notSent,
    acknowledgedPerSecond: round(result.acknowledged / result.seconds),
    pubackP50Ms: round(result.latencies.quantile(0.5)),
    pubackP99Ms: round(result.latencies.quantile(0.99)),
  };
}

interface BenchFleet {
  readonly devices: readonly LoadDevice[];
  readonly passwordHash: string;
}

/** Devices with one password, of which the hash costs nothing to verify: connecting is not what is measured. */
async function fleetOf(count: number): Promise<BenchFleet> {
  const password = randomBytes(24).toString('base64url');
  const salt = randomBytes(16);
  const hash = scryptSync(password, salt, 32, { N: 2, r: 8, p: 1 });
  const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/u, '');
  const devices = Array.from({ length: count }, (_, index) => {
    const username = `nb-${index}`;
    return { username, password, topic: `stadtfunk/v1/${username}/up` };
  });
  return { devices, passwordHash: `$scrypt$ln=1,r=8,p=1$${text(salt)}$${text(hash)}` };
}

/**
 * Starts the engines and these roles, connects the fleet, and ends them all again. Every measurement has engines of its own: what one has left
 * to be stored and compacted would be counted with the next.
 */
async function withFleet<T>(
  folder: string,
  fleet: BenchFleet,
  roles: readonly string[],
  { log, intake, profileDir, readingsPerUplink }: ServersBenchOptions,
  measure: (city: Installation, load: LoadGenerator) => Promise<T>,
): Promise<T> {
  log('starting the engines');
  const load = new LoadGenerator(readingsPerUplink);
  const city = await Installation.start({ RULES_DIR: folder, LOG_LEVEL: 'error' }, (name) => ({
    containerMib: CONTAINER_MIB[name] ?? OTHER_CONTAINERS_MIB,
    nodeArguments:
      profileDir === undefined
        ? []
        : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`, `--cpu-prof-name=${name}.cpuprofile`],
  }));
  try {
    await city.run(roles[0]!);
    await register(city, fleet);
    await Promise.all(roles.slice(1).map((role) => city.run(role)));
    log(`connecting ${fleet.devices.length} devices`);
    await load.connect(mqttUrlOf(city, intake), fleet.devices);
    const measured = await measure(city, load);
    load.end();
    // In good order, for the profiles.
    for (const role of roles) await city.get(role).stop();
    return measured;
  } finally {
    load.end();
    await city.remove();
  }
}

async function register(city: Installation, { devices, passwordHash }: BenchFleet): Promise<void> {
  const client = new Client({ connectionString: city.engines.postgres.url });
  await client.connect();
  await client.query(
    `with a as (insert into assets (asset_id, type, location, attributes)
       select 'bin-' || n, 'WasteContainer', $2::jsonb, '{"containerHeight": 1.2}' from generate_series(0, $1::int - 1) n
       on conflict do nothing),
     d as (insert into devices (device_id, model, password_hash)
       select 'nb-' || n, 'stadtfunk-json', $3 from generate_series(0, $1::int - 1) n on conflict do nothing)
     select 1`,
    [devices.length, JSON.stringify(HANAU), passwordHash],
  );
  await client.query(
    `insert into bindings (device_id, asset_id)
     select 'nb-' || n, 'bin-' || n from generate_series(0, $1::int - 1) n
     where not exists (select from bindings where device_id = 'nb-' || n)`,
    [devices.length],
  );
  await client.end();
}

async function bare(devices: readonly LoadDevice[], options: ServersBenchOptions): Promise<object> {
  const child = spawn(process.execPath, [process.argv[1]!, 'bare-aedes'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const load = new LoadGenerator(options.readingsPerUplink);
  try {
    const [address] = (await once(child.stdout, 'data')) as [Buffer];
    await load.connect(address.toString().trim(), devices);
    return await acknowledging(load, options, () => Promise.resolve(serverCpuSeconds(child.pid!)));
  } finally {
    load.end();
    child.kill('SIGKILL');
  }
}
