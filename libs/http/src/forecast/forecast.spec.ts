import { DAY_MS } from '@stadtfunk/kernel';
import type { Values } from '@stadtfunk/readings';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from '../testing/harness.ts';

const HOUR_MS = 3_600_000;

describe('The forecast of an asset', () => {
  let harness: Harness;
  let now: number;
  beforeEach(async () => {
    harness = await startHarness();
    now = harness.city.clock.now();
    const location = { type: 'Point', coordinates: [8.9, 50.1] };
    await harness.call('POST', '/api/v1/assets', { body: { assetId: 'bin-1', type: 'WasteContainer', location } });
    await harness.call('POST', '/api/v1/devices', {
      body: { deviceId: 'sensor-1', model: 'dragino-ndds75', assetId: 'bin-1' },
    });
  });
  afterEach(() => harness.close());

  const forecast = async () => (await harness.call('GET', '/api/v1/assets/bin-1/forecast')).body;

  /** Every two hours for some days, up to two hours before `until`. */
  function write(days: number, of: (day: number) => Values, until = now, quality: 2 | 4 = 4) {
    const readings = Array.from({ length: days * 12 }, (_, index) => {
      const at = until - (days * 12 - index) * 2 * HOUR_MS;
      const same = { deviceId: 'sensor-1', assetId: 'bin-1', receivedAt: at, clock: 'ok', quality } as const;
      return { ...same, observedAt: at, values: of(index / 12) };
    });
    return harness.city.telemetryStore.write(readings);
  }
  const filling = (day: number) => ({ fillingLevel: Math.round(((0.1 + 0.2 * day) % 0.9) * 1e4) / 1e4 });

  it('says when a container will be full, from its stored readings', async () => {
    await write(20, filling);
    const { filling: told } = (await forecast()) as { filling: Record<string, unknown> };

    expect(told).toMatchObject({ observedAt: new Date(now - 2 * HOUR_MS).toISOString(), reason: null });
    expect(told.ratePerDay).toBeCloseTo(0.2, 1);
    expect(told.ratePerWeekday).toHaveLength(7);
    const [full, rim] = told.reaches as {
      fillingLevel: number;
      expectedAt: string;
      earliestAt: string;
      latestAt: string;
    }[];
    // (0.1 + 0.2 * 20) % 0.9 = 0.5 is now: 0.35 are missing.
    expect((Date.parse(full!.expectedAt) - now) / DAY_MS).toBeGreaterThan(1.4);
    expect((Date.parse(full!.expectedAt) - now) / DAY_MS).toBeLessThan(2.1);
    expect(Date.parse(full!.earliestAt)).toBeLessThan(Date.parse(full!.expectedAt));
    expect(Date.parse(full!.latestAt)).toBeGreaterThan(Date.parse(full!.expectedAt));
    expect(rim).toMatchObject({ fillingLevel: 1 });
  });

  it('says why there is none', async () => {
    expect(await forecast()).toMatchObject({
      filling: null,
      batteries: [{ deviceId: 'sensor-1', low: null, reason: 'tooFewReadings' }],
    });
    await write(1, () => ({ fillingLevel: 0.3 }));
    expect(await forecast()).toMatchObject({ filling: { reaches: [], reason: 'tooFewReadings' } });
    await write(20, filling, now - 5 * DAY_MS);
    harness.city.clock.advance(5 * DAY_MS);
    expect(await forecast()).toMatchObject({ filling: { reaches: [], reason: 'outdated' } });
    expect((await harness.call('GET', '/api/v1/assets/bin-2/forecast')).status).toBe(404);
  });

  it('does not look at what was rejected', async () => {
    await write(20, filling);
    const before = await forecast();
    await write(20, () => ({ fillingLevel: 1 }), now - HOUR_MS, 2);

    expect(await forecast()).toEqual(before);
  });

  it('says when a battery will be low', async () => {
    await write(100, (day) => ({ batteryLevel: Math.round((0.8 - 0.004 * day) * 100) / 100 }));
    const { batteries } = (await forecast()) as { batteries: { low: { expectedAt: string } }[] };

    expect(batteries).toMatchObject([
      { deviceId: 'sensor-1', low: { quantity: 'batteryLevel', below: 0.15 }, reason: null },
    ]);
    // 0.4 now: 62 days more.
    const days = (Date.parse(batteries[0]!.low.expectedAt) - now) / DAY_MS;
    expect(days).toBeGreaterThan(50);
    expect(days).toBeLessThan(75);
  });
});
