import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { eventually } from '@stadtfunk/kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { register, TestDevice, type RegisteredDevice } from '../platform/device.ts';
import { makeDataDir, PlatformProcess } from '../platform/platform-process.ts';

const LAMPS = 24;
const RULES = `
version: '1'
rules:
  - id: light.lampFailure
    subject: asset
    appliesTo: { type: Streetlight }
    when: lampFailure
    severity: major
    job: { kind: repair, priority: normal, due: P3D }
    title: { de: 'Lampenausfall', en: 'Lamp failure' }
    group:
      by: cabinet
      atLeast: 10
      share: 0.5
      within: PT20S
      severity: critical
      title: { de: 'Schaltschrank {group} ausgefallen', en: 'Cabinet {group} is out' }
`;

interface List<T> {
  readonly items: readonly T[];
}
interface Job {
  readonly jobId: string;
  readonly state: string;
  readonly title: { readonly en: string };
}
interface Alert {
  readonly alertId: string;
  readonly assetId: string | null;
  readonly open: boolean;
  readonly members: number | null;
  readonly groupAlertId: string | null;
  readonly suppression: { readonly kind: string } | null;
}

describe('the outage of a cabinet', () => {
  let platform: PlatformProcess;
  let folder: Awaited<ReturnType<typeof makeDataDir>>;
  let receiver: Server;
  const told: string[] = [];
  const lamps: { readonly device: RegisteredDevice; readonly connection: TestDevice }[] = [];

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        told.push((JSON.parse(Buffer.concat(chunks).toString()) as { type: string }).type);
        response.end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    folder = await makeDataDir();
    const rules = join(folder.dataDir, 'lamps.yaml');
    await writeFile(rules, RULES);
    platform = await PlatformProcess.start(folder.dataDir, {
      RULES_DIR: folder.dataDir,
      WEBHOOK_URL: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
      WEBHOOK_SECRET: 'a secret of thirty-two bytes or more',
      WEBHOOK_ALLOW_PRIVATE: 'true',
    });
    for (let index = 0; index < LAMPS; index++) {
      const attributes = { type: 'Streetlight', refStreetlightControlCabinet: index < 20 ? 'C-12' : 'C-13' };
      const device = await register(platform, `lamp-${index}`, 'stadtfunk-json', attributes);
      lamps.push({ device, connection: await TestDevice.connect(platform.mqttUrl, device) });
    }
  }, 120_000);
  afterAll(async () => {
    for (const { connection } of lamps) await connection.end();
    await platform.stop();
    await folder.remove();
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  });

  const say = (indices: readonly number[], lampFailure: boolean) =>
    Promise.all(
      indices.map((index) =>
        lamps[index]!.connection.publish(
          JSON.stringify({ observedAt: new Date().toISOString(), values: { lampFailure } }),
        ),
      ),
    );
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
  const jobs = async () => (await platform.get<List<Job>>('/api/v1/jobs')).items;
  const alerts = async () => (await platform.get<List<Alert>>('/api/v1/alerts')).items;
  const count = (type: string) => told.filter((each) => each === `de.stadtfunk.${type}`).length;

  it('is one job and one notification, and two lamps elsewhere are two', async () => {
    await say(range(0, 22), true);
    const [job] = await eventually('the job of the cabinet', async () => {
      const found = await jobs();
      return found.length > 0 && found;
    });
    expect(job).toMatchObject({ state: 'open', title: { en: 'Cabinet C-12 is out' } });
    const members = await eventually('the members', async () => {
      const found = (await alerts()).filter(({ groupAlertId }) => groupAlertId !== null);
      return found.length === 20 && found;
    });
    expect(new Set(members.map(({ suppression }) => suppression?.kind))).toEqual(new Set(['byDesign']));
    expect(await jobs()).toHaveLength(1);
    expect(count('job.created')).toBeLessThanOrEqual(1);

    await eventually('the jobs of the two', async () => (await jobs()).length === 3, { timeoutMs: 40_000 });
    await eventually('three notifications', () => count('job.created') === 3 && count('alert.raised') === 3);
  }, 90_000);

  it('is over when the lamps burn again, and the job is confirmed', async () => {
    await say(range(0, 20), false);
    await eventually('the confirmed job', async () => {
      const found = (await jobs()).find(({ title }) => title.en === 'Cabinet C-12 is out');
      return found?.state === 'verified';
    });
    const group = (await alerts()).find(({ members }) => members === 20);
    expect(group?.open).toBe(false);
    await eventually('its end to be told', () => count('alert.cleared') === 1);
  }, 60_000);

  it('keeps a job back while somebody works on the lamp', async () => {
    const window = await platform.post<{ windowId: string }>('/api/v1/maintenance-windows', {
      assetIds: ['asset-of-lamp-22'],
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      reason: 'Mast wird versetzt',
    });
    const before = (await jobs()).length;
    await say([22], true);
    await eventually('the alert', async () =>
      (await alerts()).some(({ suppression }) => suppression?.kind === 'outOfService'),
    );
    await platform.ask('DELETE', `/api/v1/maintenance-windows/${window.windowId}`);
    await eventually('the job', async () => (await jobs()).length === before + 1);
  }, 60_000);
});
