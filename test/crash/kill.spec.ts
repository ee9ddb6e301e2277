import { setImmediate as turn } from 'node:timers/promises';
import { Random } from '@stadtfunk/device-simulator';
import { eventually } from '@stadtfunk/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { register, TestDevice, type RegisteredDevice } from '../platform/device.ts';
import { makeDataDir, PlatformProcess } from '../platform/platform-process.ts';

const ROUNDS = 10;
const DEVICES = 12;
/** The moments to kill follow from it. */
const SEED = 2026;

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}
interface Ledger {
  readonly uplinks: Readonly<Record<'received' | 'processed' | 'rejected' | 'waiting', number>>;
  readonly readings: Readonly<Record<'decoded' | 'stored' | 'duplicate' | 'quarantined', number>>;
}

/** Publishes one reading after the other, each until it is acknowledged, as a device with a little flash memory does. */
class StubbornDevice {
  /** Device times, UTC ms, of what was acknowledged, in order. */
  readonly acknowledged: number[] = [];
  attempts = 0;
  #time = 0;
  #pending: number | undefined;

  constructor(readonly registered: RegisteredDevice) {}

  /** Until the connection breaks, or `isOver`. */
  async publishUntil(mqttUrl: string, isOver: () => boolean): Promise<void> {
    const device = await TestDevice.connect(mqttUrl, this.registered).catch(() => undefined);
    if (!device) return;
    try {
      while (!isOver()) {
        this.#pending ??= this.#time = Math.max(this.#time + 1, Date.now());
        // Ten empty readings, ten full ones: an alert opens and clears again and again.
        const fillingLevel = Math.floor(this.acknowledged.length / 10) % 2 === 0 ? 0.1 : 0.97;
        this.attempts++;
        await device.publish(JSON.stringify({ observedAt: this.#pending, values: { fillingLevel } }));
        this.acknowledged.push(this.#pending);
        this.#pending = undefined;
        await turn();
      }
    } catch {
      // Killed in mid-flight: the reading stays pending and is sent again after the restart.
    } finally {
      await device.end();
    }
  }
}

/** Acknowledged uplinks of all devices. */
function countOf(devices: readonly StubbornDevice[]): number {
  return devices.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
}

async function all<T>(platform: PlatformProcess, path: string): Promise<T[]> {
  const items: T[] = [];
  for (let after: string | null = ''; after !== null;) {
    const separator = path.includes('?') ? '&' : '?';
    const page: Page<T> = await platform.get(
      `${path}${separator}limit=1000${after && `&after=${encodeURIComponent(after)}`}`,
    );
    items.push(...page.items);
    after = page.next;
  }
  return items;
}

describe('kill -9 under load', () => {
  let folder: Awaited<ReturnType<typeof makeDataDir>>;
  let platform: PlatformProcess;

  beforeAll(async () => {
    folder = await makeDataDir();
    platform = await PlatformProcess.start(folder.dataDir);
  });
  afterAll(async () => {
    await platform.kill();
    await folder.remove();
  });

  it(`loses nothing that was acknowledged and doubles nothing, ${ROUNDS} times`, { timeout: 300_000 }, async () => {
    const random = new Random(SEED);
    const devices: StubbornDevice[] = [];
    for (let index = 0; index < DEVICES; index++) {
      devices.push(
        new StubbornDevice(await register(platform, `bin-${index}`, 'stadtfunk-json', { type: 'WasteContainer' })),
      );
    }

    for (let round = 0; round < ROUNDS; round++) {
      const { mqttUrl } = platform;
      const enough = countOf(devices) + random.integer(10, 600);
      const load = devices.map((device) => device.publishUntil(mqttUrl, () => !platform.isRunning));
      await eventually('the moment to kill', () => countOf(devices) > enough, { everyMs: 1 });
      await platform.kill('SIGKILL');
      await Promise.all(load);
      platform = await PlatformProcess.start(folder.dataDir);
    }

    const ledger = await eventually('an empty log', async () => {
      const found = await platform.get<Ledger>('/api/v1/ledger');
      return found.uplinks.waiting === 0 && found;
    });
    const acknowledged = countOf(devices);
    const attempts = devices.reduce((sum, device) => sum + device.attempts, 0);
    expect(ledger.uplinks.received).toBe(ledger.uplinks.processed + ledger.uplinks.rejected);
    expect(ledger.uplinks.rejected).toBe(0);
    expect(ledger.uplinks.received).toBeGreaterThanOrEqual(acknowledged);
    expect(ledger.uplinks.received).toBeLessThanOrEqual(attempts);
    expect(ledger.readings.decoded).toBe(ledger.readings.stored + ledger.readings.duplicate);

    let stored = 0;
    for (const { registered, acknowledged: expected } of devices) {
      const path = `/api/v1/assets/asset-of-${registered.deviceId}/readings?from=2000-01-01T00:00:00Z`;
      const times = (await all<{ observedAt: string }>(platform, path)).map(({ observedAt }) => Date.parse(observedAt));
      stored += times.length;
      expect(new Set(times).size).toBe(times.length);
      const found = new Set(times);
      expect(expected.filter((time) => !found.has(time))).toEqual([]);
    }
    expect(ledger.readings.stored).toBe(stored);

    const alerts = await all<{
      alertId: string;
      assetId: string;
      ruleId: string;
      raisedAt: string;
      clearedAt: string | null;
    }>(platform, '/api/v1/alerts');
    const jobs = await all<{ jobId: string; alertIds: string[]; state: string }>(platform, '/api/v1/jobs');
    expect(alerts.length).toBeGreaterThan(0);
    expect(new Set(alerts.map(({ assetId, ruleId, raisedAt }) => `${assetId} ${ruleId} ${raisedAt}`)).size).toBe(
      alerts.length,
    );
    const covered = jobs.flatMap(({ alertIds }) => alertIds);
    expect(new Set(covered).size).toBe(covered.length);
    // A cleared alert has a verified job, an open one a job that waits.
    const open = alerts.filter(({ clearedAt }) => clearedAt === null);
    expect(jobs.filter(({ state }) => state === 'open')).toHaveLength(open.length);
    expect(jobs.filter(({ state }) => state === 'verified')).toHaveLength(alerts.length - open.length);
  });
});
