import { expect, it } from 'vitest';
import { msOf } from './duration.ts';

it('reads durations as the API writes them', () => {
  const durations = ['PT0S', 'PT1H30M', 'P2DT1S', 'PT0.5S', '?', null];
  expect(durations.map(msOf)).toEqual([0, 5_400_000, 172_801_000, 500, 0, 0]);
});
