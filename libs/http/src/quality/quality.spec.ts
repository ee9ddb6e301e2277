import { localDate } from '@stadtfunk/ingest';
import { commitOf } from '@stadtfunk/ingest/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { coverageOf } from '../device-health/link-quality.ts';
import { type Harness, startHarness } from '../testing/harness.ts';

const HOUR_MS = 3_600_000;
const NOTHING = { processed: 0, rejected: 0, decoded: 0, stored: 0, duplicate: 0, quarantined: 0 };

describe('Data quality', () => {
  let harness: Harness;
  let now: number;
  let day: string;
  beforeEach(async () => {
    harness = await startHarness();
    now = harness.city.clock.now();
    day = localDate(now, 'Europe/Berlin');
    const location = { type: 'Point', coordinates: [8.9, 50.1] };
    await harness.call('POST', '/api/v1/assets', { body: { assetId: 'bin-1', type: 'WasteContainer', location } });
    await harness.call('POST', '/api/v1/devices', {
      body: { deviceId: 'sensor-1', model: 'dragino-ndds75', assetId: 'bin-1' },
    });
    await harness.call('POST', '/api/v1/devices', { body: { deviceId: 'sensor-2', model: 'dragino-ndds75' } });
    const { ingestRecords } = harness.city;
    await ingestRecords.positions('log-1', [0]);
    const same = { day, model: 'dragino-ndds75', firmware: '1.5.2' };
    await ingestRecords.commit(
      commitOf({
        reached: [[0, 9]],
        devices: [
          {
            deviceId: 'sensor-1',
            add: { ...NOTHING, processed: 9, rejected: 1, decoded: 20, stored: 10, duplicate: 8, quarantined: 2 },
            signs: { late: 5, clockRepaired: 1, clockUnknown: 0, firmware: '1.5.2' },
            lastReceivedAt: now - HOUR_MS,
            memory: Uint8Array.of(),
          },
        ],
        quality: {
          slot: 0,
          counts: [
            { ...same, measure: 'processed', count: 9 },
            { ...same, measure: 'stored', count: 10 },
            { ...same, measure: 'late', count: 5 },
            { ...same, measure: 'quarantined:clock.unset', count: 2 },
            { ...same, firmware: '', measure: 'rejected', count: 1 },
            { ...same, firmware: '', measure: 'rejected:payload.truncated', count: 1 },
            { ...same, day: localDate(now - 24 * HOUR_MS, 'Europe/Berlin'), measure: 'processed', count: 4 },
          ],
        },
      }),
    );
  });
  afterEach(() => harness.close());

  it('is told by model and firmware, by day and by reason', async () => {
    const { body } = await harness.call('GET', '/api/v1/quality');

    expect(body.models).toMatchObject([
      { model: 'dragino-ndds75', firmware: null, devices: 1, heard: 0, shares: { late: null } },
      {
        model: 'dragino-ndds75',
        firmware: '1.5.2',
        devices: 1,
        heard: 1,
        shares: { late: 0.5, duplicate: 0.4, quarantined: 0.1, rejected: 0.1, clockRepaired: 0.1, clockUnknown: 0 },
      },
    ]);
    expect(body.days).toMatchObject([
      { counts: { processed: 4, stored: 0 } },
      {
        day,
        counts: { processed: 9, rejected: 1, stored: 10, late: 5 },
        shares: { late: 0.5, rejected: 0.1 },
      },
    ]);
    expect(body.quarantined).toEqual([{ code: 'clock.unset', count: 2 }]);
    expect(body.rejected).toEqual([{ code: 'payload.truncated', count: 1 }]);
    expect((await harness.call('GET', '/api/v1/quality?days=1')).body.days).toHaveLength(1);
  });

  it('names devices in service that are silent', async () => {
    const silent = async (query: string) => (await harness.call('GET', `/api/v1/quality${query}`)).body.silent;

    expect(await silent('')).toMatchObject({ count: 1, devices: [{ deviceId: 'sensor-2', lastContactAt: null }] });
    expect(await silent('?silentFor=PT30M')).toMatchObject({
      count: 2,
      devices: [{ deviceId: 'sensor-2' }, { deviceId: 'sensor-1', assetId: 'bin-1' }],
    });
    expect((await harness.call('GET', '/api/v1/quality?silentFor=PT1S')).status).toBe(400);
    expect((await harness.call('GET', '/api/v1/quality?days=0')).status).toBe(400);
  });

  it('of a device says its rhythm, its clock, its link and what came of its uplinks', async () => {
    harness.city.deviceRhythms.rhythms.set('sensor-1', {
      lastContactAt: now - HOUR_MS,
      lastMeasurementAt: now - 2 * HOUR_MS,
      gaps: [2 * HOUR_MS, 2 * HOUR_MS, 2 * HOUR_MS, 2.5 * HOUR_MS, 2 * HOUR_MS, 9 * HOUR_MS],
    });
    await harness.city.telemetryStore.write([
      {
        deviceId: 'sensor-1',
        assetId: 'bin-1',
        observedAt: now - HOUR_MS,
        receivedAt: now - HOUR_MS,
        clock: 'repaired',
        quality: 4,
        values: { rsrp: -117, snr: 3, fillingLevel: 0.5 },
      },
    ]);
    const { body } = await harness.call('GET', '/api/v1/devices/sensor-1/health');

    expect(body).toMatchObject({
      deviceId: 'sensor-1',
      lastMeasurementAt: new Date(now - 2 * HOUR_MS).toISOString(),
      reporting: { interval: 'PT2H', learnedInterval: 'PT2H', jitter: 'PT30M' },
      firmware: '1.5.2',
      clock: 'repaired',
      counts: { processed: 9, late: 5 },
      shares: { late: 0.5, duplicate: 0.4 },
      link: { rsrp: -117, snr: 3, coverage: 1 },
      battery: { deviceId: 'sensor-1', low: null, reason: 'tooFewReadings' },
      alerts: [],
    });
    expect((await harness.call('GET', '/api/v1/devices/nobody/health')).status).toBe(404);
  });

  it('of a device that never sent says so', async () => {
    const { body } = await harness.call('GET', '/api/v1/devices/sensor-2/health');
    expect(body).toMatchObject({
      lastContactAt: null,
      lastMeasurementAt: null,
      reporting: { learnedInterval: null, jitter: null },
      firmware: null,
      clock: null,
      counts: null,
      shares: { late: null },
      link: null,
    });
  });
});

it('The coverage level follows from the coupling loss', () => {
  expect([-80, -112, -112.1, -122, -122.1, -140].map(coverageOf)).toEqual([0, 0, 1, 1, 2, 2]);
});
