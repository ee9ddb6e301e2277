import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startInflux } from '@stadtfunk/influx/testing';
import { eventually } from '@stadtfunk/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HANAU, TestDevice, type RegisteredDevice } from '../platform/device.ts';
import { FlakyProxy } from '../platform/flaky-proxy.ts';
import { makeDataDir, PlatformProcess } from '../platform/platform-process.ts';

/*
 * An hour, a hundred times as fast: bins report every 100 s, and are silent after 1,000 s. All that a rule could take for
 * silence, or for news, is far shorter than the outage.
 */
const FASTER = 100;
const OUTAGE_MS = 3_600_000 / FASTER;
const REPORT_MS = 1_000;
const BINS = 6;
const RULES = `
version: '1'
rules:
  - id: device.offline
    subject: device
    silent: { intervals: 3, margin: PT7S }
    severity: warning
    title: { de: 'Sensor meldet sich nicht', en: 'Sensor is silent' }
  - id: waste.full
    subject: asset
    when: fillingLevel >= 0.85
    severity: major
    title: { de: 'Behälter voll', en: 'Container full' }
  - id: waste.unchanged
    subject: asset
    unchanged: fillingLevel
    for: PT20S
    severity: warning
    title: { de: 'Füllstand steht', en: 'Level does not move' }
`;

interface Alert {
  readonly ruleId: string;
  readonly assetId: string;
}

describe('an hour without InfluxDB', () => {
  const cleanups: (() => Promise<unknown>)[] = [];
  let line: FlakyProxy;
  let platform: PlatformProcess;
  const bins: { readonly connection: TestDevice; readonly sent: number[] }[] = [];
  const reporting: Promise<void>[] = [];
  let isOver = false;

  beforeAll(async () => {
    const influx = await startInflux();
    cleanups.unshift(() => influx.stop());
    line = await FlakyProxy.start(influx.url);
    cleanups.unshift(() => line.close());
    const folder = await makeDataDir();
    cleanups.unshift(() => folder.remove());
    await writeFile(join(folder.dataDir, 'rules.yaml'), RULES);
    platform = await PlatformProcess.start(folder.dataDir, { INFLUX_URL: line.url, RULES_DIR: folder.dataDir });
    cleanups.unshift(() => platform.kill());
    for (let index = 0; index < BINS; index++) {
      const assetId = `bin-${index}`;
      await platform.post('/api/v1/assets', { assetId, location: HANAU, type: 'WasteContainer' });
      const device = await platform.post<RegisteredDevice>('/api/v1/devices', {
        deviceId: `sensor-${index}`,
        model: 'stadtfunk-json',
        assetId,
        reportingInterval: `PT${REPORT_MS / 1_000}S`,
      });
      bins.push({ connection: await TestDevice.connect(platform.mqttUrl, device), sent: [] });
    }
  }, 120_000);
  afterAll(async () => {
    isOver = true;
    await Promise.allSettled(reporting);
    for (const { connection } of bins) await connection.end();
    for (const cleanup of cleanups) await cleanup();
  });

  const report = async (index: number, fillingLevel: number) => {
    const { connection, sent } = bins[index]!;
    const observedAt = Math.max((sent.at(-1) ?? 0) + 1, Date.now());
    await connection.publish(JSON.stringify({ observedAt, values: { fillingLevel } }));
    sent.push(observedAt);
  };
  /** Half full, a little more or less each time. */
  const reportOn = async (index: number) => {
    for (let step = 0; !isOver; step++) {
      await report(index, 0.4 + (step % 2) * 0.02);
      await pause(REPORT_MS);
    }
  };
  const alerts = async () =>
    (await platform.all<Alert>('/api/v1/alerts')).map(({ ruleId, assetId }) => [ruleId, assetId]);
  const waiting = async () => (await platform.get<{ uplinks: { waiting: number } }>('/api/v1/ledger')).uplinks.waiting;

  it('raises no false alert and no late one, and stores everything once', { timeout: 150_000 }, async () => {
    for (let index = 0; index < BINS; index++) reporting.push(reportOn(index));
    await eventually('a beginning', () => bins.every(({ sent }) => sent.length > 3));
    line.refuse();
    line.cut();
    await pause(OUTAGE_MS);

    expect(await waiting()).toBeGreaterThan((BINS * OUTAGE_MS) / REPORT_MS / 2);
    expect(await alerts()).toEqual([]);
    await platform.post('/api/v1/assets', { assetId: 'bin-full', location: HANAU, type: 'WasteContainer' });
    const sensor = { deviceId: 'sensor-full', model: 'stadtfunk-json', assetId: 'bin-full' };
    const device = await platform.post<RegisteredDevice>('/api/v1/devices', sensor);
    const connection = await TestDevice.connect(platform.mqttUrl, device);
    bins.push({ connection, sent: [] });
    await report(BINS, 0.97);
    await eventually('the alert of a bin that is full', async () => (await alerts()).length > 0);
    expect(await alerts()).toEqual([['waste.full', 'bin-full']]);

    line.heal();
    await eventually('the end of it', async () => (await waiting()) < BINS, { timeoutMs: 60_000, everyMs: 200 });
    // As long again as silence takes to be told of.
    await pause(10 * REPORT_MS);
    expect(await alerts()).toEqual([['waste.full', 'bin-full']]);
    isOver = true;
    await Promise.all(reporting);
    for (const [index, { sent }] of bins.slice(0, BINS).entries()) {
      const path = `/api/v1/assets/bin-${index}/readings?from=2000-01-01T00:00:00Z`;
      const stored = await eventually(`all of bin-${index}`, async () => {
        const found = await platform.all<{ observedAt: string }>(path);
        return found.length >= sent.length && found;
      });
      expect(stored.map(({ observedAt }) => Date.parse(observedAt))).toEqual(sent);
    }
  });

  it('is followed by alerts of bins that are silent indeed', { timeout: 60_000 }, async () => {
    await eventually(
      'silence',
      async () => (await alerts()).filter(([ruleId]) => ruleId === 'device.offline').length === BINS,
      { timeoutMs: 45_000, everyMs: 500 },
    );
  });
});
