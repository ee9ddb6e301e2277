import { cpus } from 'node:os';
import { HANAU } from '../platform/device.ts';
import { makeDataDir, PlatformProcess } from '../platform/platform-process.ts';
import { LoadGenerator, type LoadDevice } from './load-generator.ts';
import { cpuSeconds, ledgerOf, peakMemoryMib, reportOf, round, runPhase } from './measure.ts';

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

/**
 * The embedded default in one process, the load in another, on the same machine: what is acknowledged and stored, how
 * long an acknowledgement takes, what it costs.
 */
export async function benchEmbedded(options: EmbeddedBenchOptions): Promise<object> {
  const { devices, log } = options;
  const folder = await makeDataDir();
  const nodeArguments = options.profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profileDir}`];
  const platform = await PlatformProcess.start(folder.dataDir, {}, { nodeArguments });
  const load = new LoadGenerator();
  try {
    log(`registering ${devices} devices`);
    const credentials = await registerAll(platform, devices);
    log('connecting');
    await load.connect(platform.mqttUrl, credentials);
    const phase = async (rate: number, seconds: number) => {
      log(`${rate} uplinks/s for ${seconds} s`);
      const cpuBefore = await cpuSeconds(platform);
      const done = await runPhase(platform, () => load.run(rate, seconds));
      const report = reportOf(rate, done);
      const cpu = (await cpuSeconds(platform)) - cpuBefore;
      return { ...report, cpuMicrosecondsPerReading: round((cpu * 1e6) / report.stored) };
    };
    return {
      bench: 'embedded',
      machine: { cores: cpus().length, cpu: cpus()[0]?.model, node: process.version },
      devices,
      quiet: await phase(options.quietRate, options.quietSeconds),
      busy: await phase(options.rate, options.seconds),
      peakMemoryMib: peakMemoryMib(platform),
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
