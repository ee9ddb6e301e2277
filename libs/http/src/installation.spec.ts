import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from './testing/harness.ts';

const LOCATION = { type: 'Point', coordinates: [8.9169, 50.1328] };

describe('The API of an installation with settings of its own', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({ uplinkTopic: 'hanau/{deviceId}/data', zone: 'America/New_York' });
  });
  afterAll(() => harness.close());

  const post = (path: string, body: unknown) => harness.call('POST', `/api/v1${path}`, { body });

  it('tells devices the topic that the intake takes', async () => {
    await post('/assets', { assetId: 'bin-1', type: 'WasteContainer', location: LOCATION });
    const created = await post('/devices', { deviceId: 'sensor-1', model: 'dragino-ndds75', assetId: 'bin-1' });
    expect(created.body).toMatchObject({ topic: 'hanau/sensor-1/data' });
    const asset = await harness.call('GET', '/api/v1/assets/bin-1');
    expect(asset.body.devices).toMatchObject([{ topic: 'hanau/sensor-1/data' }]);
  });

  it('fills the id into a topic that the firmware dictates, as the intake does', async () => {
    const created = await post('/devices', {
      deviceId: 'sensor-2',
      model: 'dragino-ndds75',
      uplinkTopic: 'vendor/{deviceId}',
    });
    expect(created.body).toMatchObject({ topic: 'vendor/sensor-2' });
  });

  it('means the days of the city where a request names no zone', async () => {
    await post('/assets', { assetId: 'bin-2', type: 'WasteContainer', location: LOCATION });
    await harness.call('GET', '/api/v1/assets/bin-2/readings?every=1d');
    expect(harness.city.telemetryStore.lastAggregate?.bucket).toEqual({ localDay: 'America/New_York' });
  });

  it('refuses a body that is nested so deeply that walking through it would exhaust the stack', async () => {
    const nested = { assetId: 'bin-3', type: 'WasteContainer', location: LOCATION };
    const deep = JSON.parse('{"a":'.repeat(100) + '1' + '}'.repeat(100)) as object;
    const { status, body } = await post('/assets', { ...nested, deep });
    expect([status, body.code]).toEqual([400, 'body.tooDeep']);
  });
});
