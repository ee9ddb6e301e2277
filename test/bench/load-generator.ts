import { LatencyHistogram, LoadRun, syntheticPayloads, targetOf } from '@stadtfunk/device-simulator';

export interface LoadDevice {
  readonly username: string;
  readonly password: string;
  readonly topic: string;
}

/** Latencies in milliseconds: enough to tell p99 from p50, and no allocation per message. */
export class Latencies {
  readonly #histogram = new LatencyHistogram();

  get count(): number {
    return this.#histogram.count;
  }

  get maxMs(): number {
    return this.#histogram.maxUs / 1_000;
  }

  add(ms: number): void {
    this.#histogram.add(ms * 1_000);
  }

  /** The latency that this share (0..1) of the messages did not exceed, ms. */
  quantile(share: number): number {
    return this.#histogram.quantileUs(share) / 1_000;
  }

  static of(written: Parameters<LatencyHistogram['merge']>[0]): Latencies {
    const latencies = new Latencies();
    latencies.#histogram.merge(written);
    return latencies;
  }
}

export interface LoadResult {
  readonly sent: number;
  readonly acknowledged: number;
  /** What the other side held back for so long that the load gave up on sending it; nothing of it was acknowledged. */
  readonly notSent: number;
  /** To the last acknowledgement. */
  readonly seconds: number;
  readonly latencies: Latencies;
}

const CONNECT_TIMEOUT_MS = 60_000;
const DRAIN_MS = 30_000;
/** One after the other, as fast as a platform checks passwords. */
const CONNECTS_PER_SECOND = 200;

/** Devices that publish at a fixed rate together, whether or not they are answered (open loop): the engine of `stadtfunk load`. */
export class LoadGenerator {
  #run: LoadRun | undefined;

  constructor(private readonly readingsPerUplink = 1) {}

  async connect(mqttUrl: string, devices: readonly LoadDevice[]): Promise<void> {
    const run = new LoadRun({
      targets: [targetOf(mqttUrl, null)],
      devices: devices.map((device) => ({ ...device, clientId: device.username })),
      ...{ firstIndex: 0, sourceAddresses: [], connectsPerSecond: CONNECTS_PER_SECOND },
      ...{ connectTimeoutMs: CONNECT_TIMEOUT_MS, drainMs: DRAIN_MS, signal: new AbortController().signal },
      payloads: syntheticPayloads(devices.length, this.readingsPerUplink),
    });
    this.#run = run;
    const { failed } = await run.connect();
    if (Object.keys(failed).length > 0) throw new Error(`connections failed: ${JSON.stringify(failed)}`);
  }

  async run(perSecond: number, seconds: number): Promise<LoadResult> {
    if (!this.#run) throw new Error('nobody is connected');
    const report = await this.#run.publish({ kind: 'open', perSecond, seconds });
    const { sent, acknowledged, notSent, lost } = report;
    if (Object.keys(lost).length > 0) throw new Error(`connections were lost: ${JSON.stringify(lost)}`);
    return { sent, acknowledged, notSent, seconds: report.seconds, latencies: Latencies.of(report.latency) };
  }

  end(): void {
    this.#run?.end();
  }
}
