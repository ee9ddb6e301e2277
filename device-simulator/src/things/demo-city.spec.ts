import { compileRules, DEFAULT_RULES } from '@stadtfunk/rules';
import { describe, expect, it } from 'vitest';
import { buildHanau, DEMO_SIZE } from './demo-city.ts';

describe('the demo city', () => {
  it('has lamps enough at each cabinet for its outage to be one job by the default rules', () => {
    const compiled = compileRules(DEFAULT_RULES);
    const group = compiled.ok ? compiled.value.rules.find(({ id }) => id === 'light.darkAtNight')?.group : undefined;
    const { things, cabinets } = buildHanau(1, 60, DEMO_SIZE);
    const lamps = things.filter(({ asset }) => asset.type === 'Streetlight');
    expect(lamps).toHaveLength(DEMO_SIZE.streetLights);

    expect(group).toMatchObject({ by: 'cabinet' });
    for (const { assetId } of cabinets) {
      const behind = lamps.filter(({ asset }) => asset['refStreetlightControlCabinet'] === assetId);
      expect(behind.length, assetId).toBeGreaterThanOrEqual(group!.atLeast);
    }
  });
});
