import { describe, expect, it } from 'vitest';
import { assetIdAt, type BoundDevice } from './device.ts';

const location = { type: 'Point', coordinates: [8.9, 50.1] } as const;
const common = { name: null, location, district: null, address: null, department: null, attributes: {} };
const device = {
  deviceId: 'nb-1',
  model: 'stadtfunk-json',
  lifecycle: 'active',
  imei: null,
  iccid: null,
  uplinkTopic: null,
  reportingIntervalMs: null,
} as const;

describe('assetIdAt', () => {
  const moved: BoundDevice = {
    device,
    asset: { assetId: 'new', type: 'WasteContainer', ...common },
    former: [{ assetId: 'old', from: 100, until: 200 }],
  };

  it('gives what was measured on the asset before to that asset', () => {
    expect([99, 100, 199, 200].map((time) => assetIdAt(moved, time))).toEqual(['new', 'old', 'old', 'new']);
  });

  it('gives everything else to the asset of now, or to none', () => {
    expect(assetIdAt({ device, asset: moved.asset }, 150)).toBe('new');
    expect(assetIdAt({ device, asset: null }, 150)).toBeNull();
    expect(assetIdAt({ device, asset: null, former: moved.former! }, 150)).toBe('old');
  });
});
