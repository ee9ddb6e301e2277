import type { Asset } from '@stadtfunk/devices';
import { describe, expect, it } from 'vitest';
import { judgeValues } from './judge-values.ts';

const nothing = { name: null, district: null, address: null, department: null };
const bin: Asset = {
  ...{ assetId: 'b', type: 'WasteContainer', ...nothing, attributes: { containerHeight: 1 } },
  location: { type: 'Point', coordinates: [8.9, 50.1] },
};

describe('the values of a sample', () => {
  it('are kept without those that cannot be true, and suspicious then', () => {
    const sent = { temperature: 900, tilt: 12, coverOpen: true, rsrp: 5 };
    expect(judgeValues(sent, null, {})).toEqual({ values: { tilt: 12, coverOpen: true }, quality: 3 });
    expect(sent).toEqual({ temperature: 900, tilt: 12, coverOpen: true, rsrp: 5 });
    expect(judgeValues({ temperature: 900 }, null, {})).toEqual({ values: {}, quality: 3 });
  });

  it('get the level of the container beside the distance, which leaves what was sent as it is', () => {
    const sent = { distance: 250 };
    expect(judgeValues(sent, bin, {})).toEqual({ values: { distance: 250, fillingLevel: 0.75 }, quality: 4 });
    expect(sent).toEqual({ distance: 250 });
    const partly = { distance: 250, temperature: 900 };
    expect(judgeValues(partly, bin, {})).toEqual({ values: { distance: 250, fillingLevel: 0.75 }, quality: 3 });
    expect(judgeValues({ distance: 2_000 }, bin, {})).toEqual({ values: { distance: 2_000 }, quality: 2 });
  });

  it('are suspicious outside of what the sensor can measure', () => {
    const model = { limits: { tilt: [0, 90] } } as const;
    expect(judgeValues({ tilt: 91 }, null, model)).toEqual({ values: { tilt: 91 }, quality: 3 });
    expect(judgeValues({ tilt: 90 }, null, model)).toEqual({ values: { tilt: 90 }, quality: 4 });
  });
});
