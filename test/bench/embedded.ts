import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import type { LedgerReport } from '@stadtfunk/ingest';
import { HANAU } from '../platform/device.ts';
import { makeDataDir, PlatformProcess } from '../platform/platform-process.ts';
import { LoadGenerator, type LoadDevice, type LoadResult } from './load-generator.ts';

export interface EmbeddedBenchOptions {
  readonly devices: number;
  /** Uplinks a second of the latency run. */
  readonly quietRate: number;
  readonly quietSeconds: number;
  /** Uplinks a second of the throughput run. */
  readonly rate: number;
  readonly seconds: number;
  /** Where CPU profiles of the platform go; they slow it down. */
  readonly profileDir: string | undefined;
  readonly log: (line: string) => void;
}

const AT_ONCE = 8;
const DRAIN_DEADLINE_MS = 300_000;

/**
 * The embedded default in one process, the load in another, on the same machine: what is acknowledged and stored, how
 * long an acknowledgement takes, what it costs.
 */
export async function benchEmbedded(options: EmbeddedBenchOptions): Promise<object> {
  const { devices, log } = options;
  const folder = await makeDataDir();
  const profile = options.profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profileDir}`];
  const platform = await PlatformProcess.start(folder.dataDir, {}, { nodeArguments: profile });
  const load = new LoadGenerator();
  try {
    log(`registering ${devices} devices`);
    const credentials = await registerAll(platform, devices);
    log('connecting');
    await load.connect(platform.mqttUrl, credentials);

    const memory = watchMemory(platform);
    log(`${options.quietRate} uplinks/s for ${options.quietSeconds} s`);
    const quiet = await phase(platform, load, options.quietRate, options.quietSeconds);
    log(`${options.rate} uplinks/s for ${options.seconds} s`);
    const busy = await phase(platform, load, options.rate, options.seconds);
    return {
      bench: 'embedded',
      machine: { cores: cpus().length, cpu: cpus()[0]?.model, node: process.version },
      devices,
      quiet,
      busy,
      peakMemoryMib: await memory(),
      ledger: await ledgerOf(platform),
    };
  } finally {
    load.end();
    await platform.stop();
    await folder.remove();
  }
}

async function registerAll(platform: PlatformProcess, count: number): Promise<LoadDevice[]> {
  const devices: LoadDevice[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const number = next++;
      const assetId = `bin-${number}`;
      await platform.post('/api/v1/assets', { assetId, type: 'WasteContainer', location: HANAU, containerHeight: 1.2 });
      devices.push(
        await platform.post('/api/v1/devices', { deviceId: `nb-${number}`, model: 'stadtfunk-json', assetId }),
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return devices;
}

async function phase(platform: PlatformProcess, load: LoadGenerator, rate: number, seconds: number): Promise<object> {
  const before = await ledgerOf(platform);
  const cpuBefore = await cpuSeconds(platform);
  const result: LoadResult = await load.run(rate, seconds);
  const atEnd = await ledgerOf(platform);
  const drainBegun = performance.now();
  const after = await drained(platform);
  const drainSeconds = (performance.now() - drainBegun) / 1000;
  const cpu = (await cpuSeconds(platform)) - cpuBefore;
  const stored = after.readings.stored - before.readings.stored;
  const round = (value: number, digits = 1) => Number(value.toFixed(digits));
  return {
    offeredPerSecond: rate,
    seconds: round(result.seconds),
    sent: result.sent,
    acknowledged: result.acknowledged,
    acknowledgedPerSecond: round(result.acknowledged / result.seconds),
    stored,
    storedPerSecond: round((atEnd.readings.stored - before.readings.stored) / result.seconds),
    drainSeconds: round(drainSeconds),
    lost:
      result.acknowledged -
      (after.uplinks.processed + after.uplinks.rejected - before.uplinks.processed - before.uplinks.rejected),
    pubackP50Ms: round(result.latencies.quantile(0.5)),
    pubackP99Ms: round(result.latencies.quantile(0.99)),
    pubackMaxMs: round(result.latencies.maxMs),
    cpuMicrosecondsPerReading: round((cpu * 1e6) / stored),
  };
}

function ledgerOf(platform: PlatformProcess): Promise<LedgerReport> {
  return platform.get<LedgerReport>('/api/v1/ledger');
}

async function drained(platform: PlatformProcess): Promise<LedgerReport> {
  const deadline = performance.now() + DRAIN_DEADLINE_MS;
  for (;;) {
    const ledger = await ledgerOf(platform);
    if (ledger.uplinks.waiting === 0) return ledger;
    if (performance.now() > deadline) throw new Error(`${ledger.uplinks.waiting} uplinks still wait`);
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

async function metric(platform: PlatformProcess, name: string): Promise<number> {
  const response = await fetch(new URL('/metrics', platform.apiUrl), {
    headers: { authorization: `Bearer ${platform.token}` },
  });
  const line = (await response.text())
    .split('\n')
    .find((text) => text.startsWith(`${name} `) || text.startsWith(`${name}{`));
  if (!line) throw new Error(`no metric ${name}`);
  return Number(line.slice(line.lastIndexOf(' ') + 1));
}

function cpuSeconds(platform: PlatformProcess): Promise<number> {
  return metric(platform, 'process_cpu_seconds_total');
}

/** Gives what ends the watch and tells the most that was seen, MiB. Linux keeps the true peak itself. */
function watchMemory(platform: PlatformProcess): () => Promise<number> {
  let peak = 0;
  const timer = setInterval(() => {
    metric(platform, 'process_resident_memory_bytes').then(
      (bytes) => (peak = Math.max(peak, bytes)),
      () => clearInterval(timer),
    );
  }, 1_000);
  return async () => {
    clearInterval(timer);
    const status = await readFile(`/proc/${platform.pid}/status`, 'utf8').catch(() => '');
    const kib = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0);
    return Math.round(Math.max(peak, kib * 1024) / 1024 / 1024);
  };
}
