import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  buildCity,
  citySizeOf,
  FleetPublisher,
  MemoryTruthLog,
  Simulation,
  truthLines,
  type KnownCredentials,
} from '@stadtfunk/device-simulator';

export interface SimulatorBenchOptions {
  readonly devices: number;
  readonly days: number;
  readonly seed: number;
  readonly log: (line: string) => void;
}

const DAY_MS = 86_400_000;
const MB = 2 ** 20;
/** A Tuesday in October. */
const FROM = Date.UTC(2026, 9, 20);

/** How fast a city goes without a network: all bytes made, all truth written. */
export async function benchSimulator({ devices: count, days, seed, log }: SimulatorBenchOptions) {
  const truth = new MemoryTruthLog();
  const begun = performance.now();
  const { devices, cabinets, weather } = buildCity({ seed, size: citySizeOf(count), from: FROM, truth });
  const simulation = new Simulation({ seed, from: FROM, devices, cabinets, weather, truth });
  const built = performance.now();
  log(`${devices.length} devices in ${Math.round(built - begun)} ms`);

  const cpu = process.cpuUsage();
  let uplinks = 0;
  let bytes = 0;
  let peakRss = 0;
  const to = FROM + days * DAY_MS;
  for (let hour = FROM; hour < to; hour += DAY_MS / 24) {
    simulation.run(Math.min(to, hour + DAY_MS / 24), ({ payload }) => {
      uplinks++;
      bytes += payload.length;
    });
    peakRss = Math.max(peakRss, process.memoryUsage.rss());
  }
  simulation.finish();
  let truthBytes = 0;
  let truthRecords = 0;
  const header = { scenario: 'bench', seed, from: FROM, to, devices: count };
  for (const line of truthLines({ header, incidents: truth.incidents })) {
    truthBytes += line.length;
    truthRecords++;
  }
  const seconds = (performance.now() - built) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return {
    devices: devices.length,
    days,
    buildSeconds: round((built - begun) / 1000),
    seconds: round(seconds),
    cpuSeconds: round((user + system) / 1e6),
    deviceDaysPerSecond: Math.round((devices.length * days) / seconds),
    uplinks,
    uplinksPerSecond: Math.round(uplinks / seconds),
    bytes,
    truthRecords,
    truthBytes,
    peakMemoryMb: Math.round(Math.max(peakRss, process.memoryUsage.rss()) / MB),
  };
}

/** How much of the city's time is handed out in one go: what a device sends in it leaves in one write. */
const STEP_MS = 3 * 3_600_000;
/** More than this need not wait for a broker that is slower than the city. */
const MOST_IN_FLIGHT = 20_000;
const pause = () => new Promise((wake) => setImmediate(wake));

/** How fast a city goes over MQTT: this process simulates and publishes, another one acknowledges and does nothing else. */
export async function benchSimulatorOverMqtt({ devices: count, days, seed, log }: SimulatorBenchOptions) {
  const truth = new MemoryTruthLog();
  const { devices, cabinets, weather } = buildCity({ seed, size: citySizeOf(count), from: FROM, truth });
  const simulation = new Simulation({ seed, from: FROM, devices, cabinets, weather, truth });
  const broker = spawn(process.execPath, [process.argv[1]!, 'bare-aedes'], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [address] = (await once(broker.stdout, 'data')) as [Buffer];
    const ids = devices.map(({ deviceId }) => deviceId);
    const credentials: KnownCredentials = Object.fromEntries(
      ids.map((id) => [id, { username: id, password: 'none', topic: `stadtfunk/v1/${id}/up` }]),
    );
    const publisher = new FleetPublisher({ mqttUrl: address.toString().trim(), credentials, log });
    publisher.start(ids);
    while (publisher.counts.connected < ids.length) await pause();
    log(`${ids.length} devices connected`);

    const { counts } = publisher;
    const cpu = process.cpuUsage();
    const begun = performance.now();
    for (let step = FROM + STEP_MS; step <= FROM + days * DAY_MS; step += STEP_MS) {
      simulation.run(step, publisher.publish);
      await pause();
      while (publisher.inFlight > MOST_IN_FLIGHT) await pause();
    }
    while (publisher.inFlight > 0) await pause();
    const seconds = (performance.now() - begun) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    publisher.stop();
    return {
      devices: devices.length,
      days,
      seconds: round(seconds),
      cpuSeconds: round((user + system) / 1e6),
      acknowledged: counts.acknowledged,
      givenUp: counts.givenUp,
      acknowledgedPerSecond: Math.round(counts.acknowledged / seconds),
      acknowledgedPerCpuSecond: Math.round(counts.acknowledged / ((user + system) / 1e6)),
      peakMemoryMb: Math.round(process.memoryUsage.rss() / MB),
    };
  } finally {
    broker.kill();
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
