import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from '../testing/harness.ts';

describe('The search', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
    const location = { type: 'Point', coordinates: [8.9, 50.1] };
    const lamp = { type: 'Streetlight', location, streetPoleNum: '12-07', name: 'Leuchte am Markt' };
    const address = { streetAddress: 'Am Markt 14', postalCode: '63450', addressLocality: 'Hanau' };
    await harness.call('POST', '/api/v1/assets', { body: { assetId: 'lamp-1', ...lamp, address } });
    await harness.call('POST', '/api/v1/assets', { body: { assetId: 'bin-1', type: 'WasteContainer', location } });
    await harness.call('POST', '/api/v1/devices', {
      body: { deviceId: 'nb-1207', model: 'dragino-ndds75', imei: '867724031234567' },
    });
  });
  afterEach(() => harness.close());

  const find = async (query: string) => (await harness.call('GET', `/api/v1/search?${query}`)).body.items;

  it('finds assets and devices, with what tells them apart', async () => {
    expect(await find('q=12-07')).toEqual([
      {
        kind: 'asset',
        assetId: 'lamp-1',
        type: 'Streetlight',
        name: 'Leuchte am Markt',
        number: '12-07',
        address: 'Am Markt 14 63450 Hanau',
        district: null,
        location: { type: 'Point', coordinates: [8.9, 50.1] },
      },
    ]);
    expect(await find('q=4567')).toMatchObject([{ kind: 'device', deviceId: 'nb-1207', imei: '867724031234567' }]);
    expect(await find('q=markt&kind=device')).toEqual([]);
    expect(await find('q=nothing')).toEqual([]);
  });

  it('narrows a list of assets', async () => {
    const list = async (query: string) => (await harness.call('GET', `/api/v1/assets?${query}`)).body;
    expect(await list('q=markt')).toMatchObject({ items: [{ assetId: 'lamp-1' }], next: null });
    expect(await list('q=markt&type=WasteContainer')).toMatchObject({ items: [] });
  });

  it('wants something to look for', async () => {
    expect((await harness.call('GET', '/api/v1/search')).status).toBe(400);
    expect((await harness.call('GET', '/api/v1/search?q=')).status).toBe(400);
    expect((await harness.call('GET', `/api/v1/search?q=${'a'.repeat(201)}`)).status).toBe(400);
    expect((await harness.call('GET', '/api/v1/search?q=a&kind=people')).status).toBe(400);
  });
});
