import { setTimeout as pause } from 'node:timers/promises';
import { register, TestDevice } from '../platform/device.ts';
import type { PlatformProcess } from '../platform/platform-process.ts';
import { Latencies } from './load-generator.ts';

const PROBES = 20;
/** A bin that is filled and emptied again and again: an alert each time. */
const LEVELS = [0.97, 0.1];
const LONGEST_MS = 30_000;

/** Measures from the publication of a reading to the alert on the live stream of the API. */
export class AlertProbe {
  readonly latencies = new Latencies();
  readonly #publishedAt = new Map<string, number>();
  readonly #abort = new AbortController();

  private constructor(private readonly devices: readonly { readonly assetId: string; readonly device: TestDevice }[]) {}

  static async start(api: PlatformProcess, mqttUrl: string): Promise<AlertProbe> {
    const devices = await Promise.all(
      Array.from({ length: PROBES }, async (_, index) => {
        const registered = await register(api, `probe-${index}`, 'stadtfunk-json', { type: 'WasteContainer' });
        const device = await TestDevice.connect(mqttUrl, registered);
        return { assetId: `asset-of-probe-${index}`, device };
      }),
    );
    const probe = new AlertProbe(devices);
    await probe.#listen(api);
    return probe;
  }

  /** Alerts in equal distances for so long. Gives how many never arrived. */
  async run(perSecond: number, seconds: number): Promise<number> {
    const total = perSecond * seconds;
    const begun = performance.now();
    for (let index = 0; index < total; index++) {
      const { assetId, device } = this.devices[index % this.devices.length]!;
      const round = Math.floor(index / this.devices.length);
      const fillingLevel = LEVELS[round % LEVELS.length]!;
      if (fillingLevel === LEVELS[0]) this.#publishedAt.set(assetId, performance.now());
      await device.publish(JSON.stringify({ observedAt: Date.now(), values: { fillingLevel } }));
      await pause(Math.max(0, begun + ((index + 1) / perSecond) * 1000 - performance.now()));
    }
    const deadline = performance.now() + LONGEST_MS;
    while (this.#publishedAt.size > 0 && performance.now() < deadline) await pause(50);
    return this.#publishedAt.size;
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await Promise.all(this.devices.map(({ device }) => device.end()));
  }

  async #listen(api: PlatformProcess): Promise<void> {
    const response = await fetch(new URL('/api/v1/stream', api.apiUrl), {
      headers: { authorization: `Bearer ${api.token}` },
      signal: this.#abort.signal,
    });
    void this.#hear(response.body!).catch((thrown: unknown) => {
      if (!this.#abort.signal.aborted) throw thrown;
    });
  }

  async #hear(body: ReadableStream<Uint8Array>): Promise<void> {
    let rest = '';
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      const events = (rest + text).split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) {
        const assetId = /"assetId":"(asset-of-probe-\d+)"/.exec(event)?.[1];
        if (!event.includes('event: alert.raised') || assetId === undefined) continue;
        const publishedAt = this.#publishedAt.get(assetId);
        if (publishedAt === undefined) continue;
        this.#publishedAt.delete(assetId);
        this.latencies.add(performance.now() - publishedAt);
      }
    }
  }
}
