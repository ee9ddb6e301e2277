import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from '../testing/harness.ts';

describe('The replacement of a sensor', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
    const location = { type: 'Point', coordinates: [8.9, 50.1] };
    for (const assetId of ['bin-1', 'bin-2']) {
      await harness.call('POST', '/api/v1/assets', { body: { assetId, type: 'WasteContainer', location } });
    }
    await harness.call('POST', '/api/v1/assets', { body: { assetId: 'lamp-1', type: 'Streetlight', location } });
    const register = (deviceId: string, more: object) =>
      harness.call('POST', '/api/v1/devices', { body: { deviceId, model: 'dragino-ndds75', ...more } });
    await register('old', { assetId: 'bin-1' });
    await register('new', { lifecycle: 'planned', imei: '867724031234567' });
    await register('spare', {});
    await register('gone', { lifecycle: 'retired' });
    await register('elsewhere', { assetId: 'bin-2' });
  });
  afterEach(() => harness.close());

  const candidates = async (assetId: string, query = '') => {
    const { body } = await harness.call('GET', `/api/v1/assets/${assetId}/candidates${query}`);
    return (body.items as { deviceId: string }[]).map(({ deviceId }) => deviceId);
  };
  const replace = (body: object, assetId = 'bin-1') =>
    harness.call('POST', `/api/v1/assets/${assetId}/replacement`, { body });
  const device = async (deviceId: string) => (await harness.call('GET', `/api/v1/devices/${deviceId}`)).body;

  it('offers free devices that fit, those heard last first', async () => {
    expect(await candidates('bin-1')).toEqual(['new', 'spare']);
    harness.city.deviceRegistry.hear('spare', 1);
    expect(await candidates('bin-1')).toEqual(['spare', 'new']);
    expect(await candidates('bin-1', '?q=4567')).toEqual(['new']);
    expect(await candidates('lamp-1')).toEqual([]);
    expect((await harness.call('GET', '/api/v1/assets/nowhere/candidates')).status).toBe(404);
  });

  it('takes the one off and puts the other on, in service, at once', async () => {
    const { body } = await replace({ device: 'new', replaces: 'old', then: 'retired' });

    expect(body).toMatchObject({
      assetId: 'bin-1',
      device: { deviceId: 'new', assetId: 'bin-1', lifecycle: 'active', imei: '867724031234567' },
      former: { deviceId: 'old', assetId: null, lifecycle: 'retired' },
    });
    const bindings = await harness.call('GET', '/api/v1/assets/bin-1/bindings');
    expect(bindings.body.items).toMatchObject([
      { deviceId: 'new', until: null },
      { deviceId: 'old', until: expect.any(String) as string },
    ]);
    expect((await harness.call('GET', '/api/v1/devices/new/bindings')).body.items).toMatchObject([
      { assetId: 'bin-1' },
    ]);
  });

  it('may add one beside the one that is there', async () => {
    expect((await replace({ device: 'spare' })).body).toMatchObject({ former: null });
    expect(await device('old')).toMatchObject({ assetId: 'bin-1', lifecycle: 'active' });
  });

  it('changes nothing when it is done again', async () => {
    await replace({ device: 'new', replaces: 'old' });
    expect(await replace({ device: 'new', replaces: 'old' })).toMatchObject({
      status: 409,
      body: { code: 'device.notThere' },
    });
    expect((await replace({ device: 'new' })).status).toBe(200);
  });

  it.each([
    [{ device: 'nobody' }, 422, 'device.unknown'],
    [{ device: 'gone' }, 422, 'device.retired'],
    [{ device: 'elsewhere' }, 409, 'device.bound'],
    [{ device: 'new', replaces: 'elsewhere' }, 409, 'device.notThere'],
    [{ device: 'new', replaces: 'nobody' }, 409, 'device.notThere'],
    [{ device: 'old', replaces: 'old' }, 409, 'device.notThere'],
  ])('refuses %j and leaves everything as it was', async (body, status, code) => {
    expect(await replace(body)).toMatchObject({ status, body: { code } });
    expect(await device('old')).toMatchObject({ assetId: 'bin-1', lifecycle: 'active' });
    expect(await device('new')).toMatchObject({ assetId: null, lifecycle: 'planned' });
  });

  it('refuses a model that is not made for the asset', async () => {
    expect(await replace({ device: 'new' }, 'lamp-1')).toMatchObject({ status: 422, body: { code: 'model.unfit' } });
  });
});
