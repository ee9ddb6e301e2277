import { findModel } from '@stadtfunk/device-catalog';
import { compileRules, DEFAULT_RULES } from '@stadtfunk/rules';
import { describe, expect, it } from 'vitest';
import { DEMO_SIZE } from '../city/generated-city.ts';
import type { Arrival } from '../simulation/arrival.ts';
import { LiveCity } from './live-city.ts';

const BEGUN = Date.UTC(2026, 9, 20, 20);

function arrivalsOf(city: LiveCity, lastsMs: number): readonly Arrival[] {
  const arrivals: Arrival[] = [];
  city.runTo(BEGUN + lastsMs, (arrival) => arrivals.push(arrival));
  return arrivals;
}

describe('a city for people to watch', () => {
  const city = new LiveCity({ seed: 8_2026, speed: 120, size: DEMO_SIZE, begunAt: BEGUN });
  const { devices, cabinets } = city;

  it('has lamps enough at each cabinet for its outage to be one job by the default rules', () => {
    const compiled = compileRules(DEFAULT_RULES);
    const group = compiled.ok ? compiled.value.rules.find(({ id }) => id === 'light.darkAtNight')?.group : undefined;
    const lamps = devices.filter(({ asset }) => asset.type === 'Streetlight');
    expect(lamps).toHaveLength(DEMO_SIZE.streetLights);
    expect(group).toMatchObject({ by: 'cabinet' });
    for (const { assetId } of cabinets) {
      const behind = lamps.filter(({ asset }) => asset['refStreetlightControlCabinet'] === assetId);
      expect(behind.length, assetId).toBeGreaterThanOrEqual(group!.atLeast);
    }
  });

  it('registers devices that are all different, with intervals and parking limits as short as its time', () => {
    expect(new Set(devices.map(({ device }) => device.imei)).size).toBe(devices.length);
    expect(new Set(devices.map(({ device }) => device.reportingInterval))).toEqual(
      new Set(['PT30S', 'PT40S', 'PT45S', 'PT60S']),
    );
    const limits = devices.flatMap(({ asset }) => asset['maximumParkingDuration'] ?? []);
    expect(limits.length).toBeGreaterThan(5);
    for (const limit of limits) expect(limit).toMatch(/^PT(30|60|90|120)S$/);
  });

  it('has bins that are full, bins that burn and lamps that are broken within two minutes, told by clocks of real time', () => {
    const models = new Map(devices.map(({ asset, device }) => [device.deviceId, { asset, model: device.model }]));
    const seen = { full: 0, fire: 0, broken: 0, timed: 0 };
    const heard = new Set<string>();
    for (const { deviceId, payload, at } of arrivalsOf(city, 120_000)) {
      heard.add(deviceId);
      const { asset, model } = models.get(deviceId)!;
      const { format } = findModel(model)!;
      const fields = format.decode(payload);
      const samples = fields.ok ? format.normalise(fields.value).samples : [];
      for (const { kind, values, deviceTime } of samples) {
        const full = ((asset['sensorOffset'] as number) + 0.15 * (asset['containerHeight'] as number)) * 1000;
        if (values.distance !== undefined && asset.type === 'WasteContainer')
          seen.full += Number(Number(values.distance) < full);
        seen.fire += Number(values.temperatureAlarm === true || Number(values.temperature) > 70);
        seen.broken += Number(values.lampFailure === true || values.relayFailure === true);
        if (kind !== 'history' && Math.abs((deviceTime ?? 0) - at) < 20_000) seen.timed++;
      }
    }
    expect(heard.size).toBeGreaterThan(0.95 * devices.length);
    expect(seen.full).toBeGreaterThan(3);
    expect(seen.fire).toBeGreaterThan(0);
    expect(seen.broken).toBeGreaterThan(3);
    expect(seen.timed).toBeGreaterThan(300);
  });

  it('is as in life at speed 1', () => {
    const slow = new LiveCity({ seed: 1, speed: 1, size: DEMO_SIZE, begunAt: BEGUN });
    expect(new Set(slow.devices.map(({ device }) => device.reportingInterval))).toEqual(
      new Set(['PT1800S', 'PT7200S', 'PT21600S', 'PT86400S']),
    );
  });
});
