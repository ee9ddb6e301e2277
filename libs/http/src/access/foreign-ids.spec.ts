import type { Role } from '@stadtfunk/accounts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aJob, anAlert } from '../testing/city.ts';
import { type Harness, startHarness } from '../testing/harness.ts';
import { type SignedIn, signedIn } from '../testing/people.ts';

/** What of another department is told by a body instead of the address. */
describe('An id of another department in a body', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
    const { maintenanceStore } = harness.city;
    for (const [name, department] of [
      ['bin', 'waste'],
      ['bay', 'parking'],
    ] as const) {
      const location = { type: 'Point', coordinates: [8.92, 50.12] };
      const asset = { assetId: `${name}-1`, type: 'WasteContainer', department, location };
      await harness.call('POST', '/api/v1/assets', { body: asset });
      const device = { deviceId: `${name}-sensor`, model: 'dragino-ndds75', assetId: `${name}-1` };
      await harness.call('POST', '/api/v1/devices', { body: device });
      const about = { assetId: `${name}-1`, deviceId: `${name}-sensor`, subject: `asset:${name}-1` };
      maintenanceStore.putAlert(anAlert(`alert-${name}`, about), 'alert.raised');
    }
    const foreign = aJob('job-foreign', { department: 'parking', assetId: 'bin-1', alertIds: ['alert-bin'] });
    const made = {
      at: foreign.createdAt,
      actor: 'rule:x',
      action: 'create',
      from: null,
      to: 'open',
      note: null,
    } as const;
    maintenanceStore.putJob(foreign, made);
  });
  afterEach(() => harness.close());

  const ofWaste = (role: Role): Promise<SignedIn> =>
    signedIn(harness, `${role.toLowerCase()}.waste`, [{ role, departments: ['waste'] }]);
  const post = (who: SignedIn, path: string, body: object) => who.call('POST', `/api/v1${path}`, { body });

  it.each([
    [{ assetId: 'bay-1' }, 'asset.unknown'],
    [{ deviceId: 'bay-sensor' }, 'device.unknown'],
    [{ alertId: 'alert-bay' }, 'alert.closed'],
    [{ assetId: 'bin-1', alertId: 'alert-bay' }, 'alert.closed'],
    [{ alertId: 'alert-bin', deviceId: 'bay-sensor' }, 'device.unknown'],
  ])('makes no job of the own department: %j', async (about, code) => {
    const dispatcher = await ofWaste('dispatcher');
    const { body } = await post(dispatcher, '/jobs', { title: 'x', department: 'waste', ...about });

    expect(body).toMatchObject({ status: 422, code });
    const { items } = (await dispatcher.call('GET', '/api/v1/alerts')).body as { items: { alertId: string }[] };
    expect(items.map(({ alertId }) => alertId)).toEqual(['alert-bin']);
  });

  it('may be one of the own department', async () => {
    const dispatcher = await ofWaste('dispatcher');
    const own = { title: 'x', department: 'waste', assetId: 'bin-1', deviceId: 'bin-sensor', alertId: 'alert-bin' };

    expect((await post(dispatcher, '/jobs', own)).status).toBe(201);
  });

  it('gives nobody a job of another department, though the alert is of the own one', async () => {
    const dispatcher = await ofWaste('dispatcher');
    const { body } = await post(dispatcher, '/alerts/assign', { alertIds: ['alert-bin'], assignee: 'me' });

    expect(body.items).toMatchObject([{ alertId: 'alert-bin', outcome: 'conflict', code: 'job.foreign' }]);
    expect(await harness.city.maintenanceStore.findJob('job-foreign')).toMatchObject({ assignee: null, version: 1 });
  });

  it('shows of a job of another department no more than that there is one', async () => {
    const viewer = await ofWaste('viewer');

    expect((await viewer.call('GET', '/api/v1/jobs/job-foreign')).status).toBe(404);
    expect((await viewer.call('GET', '/api/v1/alerts/alert-bin/context')).body).toMatchObject({
      ...{ alert: { job: { jobId: 'job-foreign', department: 'parking' } }, job: null },
    });
  });

  it('registers no device on an asset of another department', async () => {
    const administrator = await ofWaste('administrator');
    const device = { deviceId: 'spy', model: 'dragino-ndds75' };

    expect((await post(administrator, '/devices', { ...device, assetId: 'bay-1' })).body).toMatchObject({
      ...{ status: 422, code: 'asset.unknown' },
    });
    expect(await harness.city.deviceRegistry.findDevice('spy')).toBeUndefined();
    expect((await post(administrator, '/devices', { ...device, assetId: 'bin-1' })).status).toBe(201);
  });

  it('does not tell where a device sits that somebody would put on an asset of his', async () => {
    const crew = await ofWaste('crew');
    const { body, text } = await post(crew, '/assets/bin-1/replacement', { device: 'bay-sensor' });

    expect(body).toMatchObject({ status: 422, code: 'device.unknown' });
    expect(text).not.toContain('bay-1');
  });
});
