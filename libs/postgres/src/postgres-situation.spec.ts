import type { Asset } from '@stadtfunk/devices';
import { idFrom } from '@stadtfunk/kernel';
import { aJob, anAlert } from '@stadtfunk/maintenance/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from './database.ts';
import { PostgresSituation } from './postgres-situation.ts';
import { alerts, assets, bindings, deviceLedger, devices, jobAlerts } from './schema.ts';
import { onEachDatabase } from './testing/each-database.ts';
import { putJob } from './testing/put-job.ts';

const AT = Date.UTC(2026, 10, 22, 9);
const id = (name: string) => idFrom(name);

onEachDatabase((name, open) => {
  describe(`The situation, read from ${name}`, () => {
    let database: Database;
    let situation: PostgresSituation;
    beforeAll(async () => {
      database = await open();
      situation = new PostgresSituation(database);
      await putCity(database);
    });
    afterAll(() => database.close());

    const read = async (assetId: string) => (await situation.read(null)).find((asset) => asset.assetId === assetId);

    it('has every asset once, by id, with its place and whose it is', async () => {
      expect((await situation.read(null)).map(({ assetId }) => assetId)).toEqual([
        'bin-1',
        'bin-2',
        'lamp-1',
        'lamp-2',
      ]);
      expect(await read('lamp-2')).toEqual({
        ...{ assetId: 'lamp-2', type: 'Streetlight', name: 'lamp-2', district: 'Lamboy', department: 'lighting' },
        ...{ longitude: 8.9, latitude: 50.1, alerts: [], jobIds: [], lastContactAt: null },
      });
      expect((await read('bin-2'))?.department).toBe('parking');
    });

    it('has open alerts that are not suppressed, the worst first, then the oldest', async () => {
      expect((await read('bin-1'))?.alerts).toEqual([
        { alertId: id('fire'), severity: 'critical' },
        { alertId: id('full-early'), severity: 'minor' },
        { alertId: id('full'), severity: 'minor' },
      ]);
      expect((await read('bin-2'))?.alerts).toEqual([]);
    });

    it('has jobs about the asset and jobs that cover one of its alerts, each once, while they are active', async () => {
      expect((await read('bin-1'))?.jobIds).toEqual([aJob('empty').jobId]);
      expect((await read('lamp-1'))?.jobIds).toEqual([aJob('cable').jobId]);
      expect((await read('lamp-2'))?.jobIds).toEqual([]);
    });

    it('has the last contact of any device that is bound now', async () => {
      expect((await read('bin-1'))?.lastContactAt).toBe(AT + 1_000);
    });

    it('is limited to departments', async () => {
      expect((await situation.read(['lighting'])).map(({ assetId }) => assetId)).toEqual(['lamp-1', 'lamp-2']);
      expect((await situation.read(['parking', 'lighting'])).map(({ assetId }) => assetId)).toContain('bin-2');
      expect(await situation.read([])).toEqual([]);
    });
  });
});

async function putCity(database: Database): Promise<void> {
  const { drizzle } = database;
  const asset = (assetId: string, type: Asset['type'], department: string | null = null) => ({
    ...{ assetId, type, name: assetId, district: 'Lamboy', department, attributes: {} },
    location: { type: 'Point' as const, coordinates: [8.9, 50.1] as const },
  });
  await drizzle
    .insert(assets)
    .values([
      asset('lamp-2', 'Streetlight'),
      asset('bin-1', 'WasteContainer'),
      asset('bin-2', 'WasteContainer', 'parking'),
      asset('lamp-1', 'Streetlight'),
    ]);
  const alert = (alertName: string, differences: Partial<typeof alerts.$inferInsert> = {}) => {
    const { ruleVersion, title, raisedBy } = anAlert(id(alertName));
    return {
      ...{
        alertId: id(alertName),
        ruleId: alertName,
        ruleVersion,
        title,
        raisedBy,
        severity: 'minor',
        deviceId: 'new',
      },
      ...{ subject: `asset:${alertName}`, assetId: 'bin-1', raisedAt: new Date(AT) },
      ...differences,
    };
  };
  await drizzle
    .insert(alerts)
    .values([
      alert('full'),
      alert('fire', { severity: 'critical', raisedAt: new Date(AT + 5) }),
      alert('full-early', { raisedAt: new Date(AT - 5) }),
      alert('over', { severity: 'critical', clearedAt: new Date(AT) }),
      alert('shelved', { assetId: 'bin-2', suppression: 'shelved' }),
      alert('dark', { assetId: 'lamp-1' }),
    ]);
  const job = (jobName: string, differences: object) => putJob(database, aJob(jobName, differences));
  await job('empty', { assetId: 'bin-1' });
  await job('done', { assetId: 'bin-1', state: 'done' });
  await job('cable', { assetId: null });
  await drizzle.insert(jobAlerts).values([
    { jobId: aJob('empty').jobId, alertId: id('full') },
    { jobId: aJob('done').jobId, alertId: id('fire') },
    { jobId: aJob('cable').jobId, alertId: id('dark') },
  ]);
  const device = (deviceId: string) => ({ deviceId, model: 'dragino-ndds75', passwordHash: 'x' });
  await drizzle.insert(devices).values([device('old'), device('new'), device('other')]);
  const bound = (deviceId: string, unboundAt: Date | null) => ({ deviceId, assetId: 'bin-1', unboundAt });
  await drizzle.insert(bindings).values([bound('old', new Date(AT)), bound('new', null), bound('other', null)]);
  const contact = (deviceId: string, lastReceivedAt: number) => ({
    deviceId,
    lastReceivedAt: new Date(lastReceivedAt),
    memory: new Uint8Array(),
  });
  await drizzle
    .insert(deviceLedger)
    .values([contact('old', AT + 9_000), contact('new', AT + 1_000), contact('other', AT)]);
}
