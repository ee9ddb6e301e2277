import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aJob, anAlert } from '../testing/city.ts';
import { type Harness, startHarness } from '../testing/harness.ts';

const HANAU = { type: 'Point', coordinates: [8.9169, 50.1328] };

describe('The situation', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
    for (const asset of [
      { assetId: 'bin-1', type: 'WasteContainer', name: 'Papierkorb 1', district: 'Lamboy' },
      { assetId: 'lamp-1', type: 'Streetlight' },
    ]) {
      await harness.call('POST', '/api/v1/assets', { body: { ...asset, location: HANAU } });
    }
  });
  afterEach(() => harness.close());

  const read = (headers: Record<string, string> = {}) => harness.call('GET', '/api/v1/situation', { headers });

  it('has every asset with its worst open alert, its alerts and its jobs', async () => {
    const { maintenanceStore: store } = harness.city;
    store.putAlert(anAlert('full', { severity: 'minor' }), 'alert.raised');
    store.putAlert(anAlert('fire', { severity: 'critical' }), 'alert.raised');
    store.putAlert(anAlert('over', { clearedAt: 1, severity: 'critical' }), 'alert.raised');
    const event = { at: 0, actor: 'a', action: 'create', from: null, to: 'open', note: null } as const;
    store.putJob(aJob('job-1'), event);
    store.putJob(aJob('job-2', { state: 'done' }), event);

    const { body } = await read();

    expect(body.assets).toEqual([
      {
        ...{ assetId: 'bin-1', type: 'WasteContainer', name: 'Papierkorb 1', district: 'Lamboy', department: 'waste' },
        ...{ coordinates: [8.9169, 50.1328], jobIds: ['job-1'] },
        alerts: [
          { alertId: 'fire', severity: 'critical' },
          { alertId: 'full', severity: 'minor' },
        ],
        lastContactAt: null,
      },
      expect.objectContaining({ assetId: 'lamp-1', department: 'lighting', alerts: [], jobIds: [] }),
    ]);
  });

  it('is sent again only when something has changed', async () => {
    const { headers } = await read();
    const etag = headers.get('etag')!;
    const unchanged = await fetch(`${harness.url}/api/v1/situation`, {
      headers: { authorization: 'Bearer a-token-for-tests-only', 'if-none-match': etag },
    });
    expect([unchanged.status, await unchanged.text()]).toEqual([304, '']);

    harness.city.maintenanceStore.putAlert(anAlert('full'), 'alert.raised');
    expect((await read({ 'if-none-match': etag })).status).toBe(200);
  });

  it('is compressed for whoever can take that', async () => {
    expect((await read({ 'accept-encoding': 'gzip' })).headers.get('content-encoding')).toBe('gzip');
    expect((await read({ 'accept-encoding': 'identity' })).headers.get('content-encoding')).toBeNull();
  });
});
