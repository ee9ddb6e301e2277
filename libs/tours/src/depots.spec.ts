import { expect, it } from 'vitest';
import { readDepots } from './depots.ts';

it('Depots are read from a setting', () => {
  const read = readDepots('waste=50.1331, 8.9167; lighting=-33,151.2;');
  expect(read.ok && [...read.value]).toEqual([
    ['waste', { latitude: 50.1331, longitude: 8.9167 }],
    ['lighting', { latitude: -33, longitude: 151.2 }],
  ]);
  for (const wrong of ['waste', 'waste=50', 'waste=95,8', 'waste=50,181', '=50,8', 'waste=x,y']) {
    expect(readDepots(wrong), wrong).toMatchObject({ error: { code: 'depots.invalid' } });
  }
});
