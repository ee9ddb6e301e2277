import { durationMs } from '@stadtfunk/kernel';
import { compileRules, DEFAULT_RULES } from '@stadtfunk/rules';
import { describe, expect, it } from 'vitest';
import { MemoryTruthLog } from '../truth/memory-truth-log.ts';
import { buildCity } from './build-city.ts';
import { citySizeOf, DEMO_SIZE } from './generated-city.ts';
import { HANAU } from './hanau.ts';
import { luhnDigit } from './identity.ts';
import { CityPlan } from './plan.ts';

const FROM = Date.UTC(2026, 0, 10);

function assetsOf(plan: CityPlan) {
  const { source } = plan;
  return [
    ...Array.from({ length: source.count }, (_, index) => source.assetAt(index)),
    ...Array.from({ length: source.cabinets.count }, (_, index) => source.cabinets.assetAt(index)),
  ];
}

describe('a made-up city', () => {
  it('is the same with the same seed, and another with another', () => {
    const plan = (seed: number) => assetsOf(new CityPlan({ seed, size: DEMO_SIZE }));
    expect(plan(5)).toEqual(plan(5));
    expect(plan(5)).not.toEqual(plan(6));
  });

  it('stands in the districts and streets of Hanau, within four kilometres of their middle', () => {
    for (const asset of assetsOf(new CityPlan({ seed: 2, size: DEMO_SIZE }))) {
      const district = HANAU.districts.find(({ name }) => name === asset.district)!;
      const { streetAddress } = asset['address'] as { streetAddress: string };
      expect(district.streets.some(({ name }) => streetAddress.startsWith(name))).toBe(true);
      const [longitude, latitude] = asset.location.coordinates;
      expect(Math.abs(latitude - district.latitude) * 111).toBeLessThan(4);
      expect(Math.abs(longitude - district.longitude) * 71).toBeLessThan(4);
    }
  });

  it('has lamps enough at each cabinet for its outage to be one job by the default rules', () => {
    const compiled = compileRules(DEFAULT_RULES);
    const group = compiled.ok ? compiled.value.rules.find(({ id }) => id === 'light.darkAtNight')?.group : undefined;
    for (const size of [DEMO_SIZE, citySizeOf(1000)]) {
      const assets = assetsOf(new CityPlan({ seed: 1, size }));
      const cabinets = assets.filter(({ type }) => type === 'StreetlightControlCabinet');
      expect(cabinets.length).toBeGreaterThan(4);
      // The last one may have a few lamps only.
      for (const { assetId } of cabinets.slice(0, -1)) {
        const behind = assets.filter((asset) => asset['refStreetlightControlCabinet'] === assetId);
        expect(behind.length, assetId).toBeGreaterThanOrEqual(group!.atLeast);
        expect(new Set(behind.map((asset) => asset['streetPoleNum'])).size).toBe(behind.length);
      }
    }
  });

  it('has devices with ids, identities and intervals that are valid and their own', () => {
    const plan = new CityPlan({ seed: 3, size: 2000 });
    const { devices } = buildCity({ plan, from: FROM, truth: new MemoryTruthLog() });
    expect(devices).toHaveLength(2000);
    for (const { spec, identity, deviceId, intervalMs } of devices) {
      expect(identity.imei).toMatch(/^35\d{13}$/);
      expect(luhnDigit(identity.imei.slice(0, 14))).toBe(identity.imei[14]);
      expect(identity.imsi).toMatch(/^26298\d{10}$/);
      expect(identity.iccid).toMatch(/^8949\d{15}$/);
      expect(luhnDigit(identity.iccid.slice(0, -1))).toBe(identity.iccid.at(-1));
      expect(spec).toMatchObject({ deviceId, imei: identity.imei, iccid: identity.iccid });
      expect(durationMs(spec.reportingInterval)).toBe(intervalMs);
    }
    for (const of of ['imei', 'imsi', 'iccid'] as const) {
      expect(new Set(devices.map(({ identity }) => identity[of])).size).toBe(2000);
    }
    expect(new Set(devices.map(({ deviceId }) => deviceId)).size).toBe(2000);
  });

  it('tells what may go wrong with whom before anything lives in it', () => {
    const subjects = [...new CityPlan({ seed: 3, size: DEMO_SIZE }).subjects()];
    expect(subjects).toHaveLength(350 + 13);
    const lamp = subjects.find(({ type }) => type === 'Streetlight');
    expect(lamp).toMatchObject({ cabinet: 'schaltstelle-0001', device: { model: 'ucifi-streetlight' } });
  });

  it('cannot have more than a million devices', () => {
    expect(() => new CityPlan({ seed: 1, size: 1_000_001 })).toThrow(RangeError);
    const last = new CityPlan({ seed: 1, size: 1_000_000 }).source.assetAt(999_999);
    expect(last).toMatchObject({ assetId: 'leuchte-370000', type: 'Streetlight' });
  });
});
