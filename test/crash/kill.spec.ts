import type { LedgerReport } from '@stadtfunk/ingest';
import { Random } from '@stadtfunk/device-simulator';
import { eventually } from '@stadtfunk/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { register } from '../platform/device.ts';
import { makeDataDir, PlatformProcess } from '../platform/platform-process.ts';
import { countOf, StubbornDevice } from '../platform/stubborn-device.ts';

const ROUNDS = 10;
const DEVICES = 12;
/** The moments to kill follow from it. */
const SEED = 2026;

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
      const found = await platform.get<LedgerReport>('/api/v1/ledger');
      return found.uplinks.waiting === 0 && found.rules.waiting === 0 && found;
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
      const times = (await platform.all<{ observedAt: string }>(path)).map(({ observedAt }) => Date.parse(observedAt));
      stored += times.length;
      expect(new Set(times).size).toBe(times.length);
      const found = new Set(times);
      expect(expected.filter((time) => !found.has(time))).toEqual([]);
    }
    expect(ledger.readings.stored).toBe(stored);

    const alerts = await platform.all<{
      alertId: string;
      assetId: string;
      ruleId: string;
      raisedAt: string;
      clearedAt: string | null;
    }>('/api/v1/alerts');
    const jobs = await platform.all<{ jobId: string; alertIds: string[]; state: string }>('/api/v1/jobs');
    expect(alerts.length).toBeGreaterThan(0);
    expect(new Set(alerts.map(({ assetId, ruleId, raisedAt }) => `${assetId} ${ruleId} ${raisedAt}`)).size).toBe(
      alerts.length,
    );
    const covered = jobs.flatMap(({ alertIds }) => alertIds);
    expect(new Set(covered).size).toBe(covered.length);
    expect([...covered].sort()).toEqual(alerts.map(({ alertId }) => alertId).sort());
    // A job whose alerts are all cleared is verified; one that is back within a day has its open alert in the same job.
    const open = alerts.filter(({ clearedAt }) => clearedAt === null);
    expect(jobs.filter(({ state }) => state === 'open')).toHaveLength(open.length);
    expect(jobs.filter(({ state }) => state === 'verified')).toHaveLength(jobs.length - open.length);
  });
});
