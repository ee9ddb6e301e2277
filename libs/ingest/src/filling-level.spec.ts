import type { Asset } from '@stadtfunk/devices';
import { describe, expect, it } from 'vitest';
import { fillingLevelOf } from './filling-level.ts';

function container(attributes: Asset['attributes'], type: Asset['type'] = 'WasteContainer'): Asset {
  const location = { type: 'Point', coordinates: [8.92, 50.13] } as const;
  return { assetId: 'a', type, name: null, location, district: null, address: null, department: null, attributes };
}

describe('fillingLevelOf', () => {
  it('agrees with the published example: height 200 cm, 123.4 cm measured, 38 % full (akenza, Decentlab DL-MBX)', () => {
    expect(fillingLevelOf(1234, container({ containerHeight: 2 }))).toEqual({ level: 0.383, suspicious: false });
  });

  it('counts from the rim when the sensor sits above it', () => {
    expect(fillingLevelOf(700, container({ containerHeight: 1, sensorOffset: 0.2 }))).toMatchObject({ level: 0.5 });
  });

  it('stays within 0 and 1 and says when it had to', () => {
    expect(fillingLevelOf(1050, container({ containerHeight: 1 }))).toEqual({ level: 0, suspicious: false });
    expect(fillingLevelOf(1300, container({ containerHeight: 1 }))).toEqual({ level: 0, suspicious: true });
    expect(fillingLevelOf(0, container({ containerHeight: 1, sensorOffset: 0.3 }))).toEqual({
      level: 1,
      suspicious: true,
    });
  });

  it('takes an echo from far beyond the bottom for no level', () => {
    expect(fillingLevelOf(2000, container({ containerHeight: 1 }))).toBe('beyond');
  });

  it('gives none without a usable height, or for another kind of asset', () => {
    for (const height of [undefined, 0, -1, NaN, '1.2']) {
      expect(fillingLevelOf(500, container({ containerHeight: height }))).toBe('noGeometry');
    }
    expect(fillingLevelOf(500, container({ containerHeight: 1 }, 'ParkingSpot'))).toBe('noGeometry');
    expect(fillingLevelOf(500, null)).toBe('noGeometry');
  });
});
