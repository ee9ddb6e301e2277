import { describe, expect, it } from 'vitest';
import { durationUnit } from './duration-unit.ts';

describe('the unit of a chart of durations', () => {
  it.each([
    [0, 'minutes'],
    [7_199, 'minutes'],
    [7_200, 'hours'],
    [172_799, 'hours'],
    [172_800, 'days'],
  ] as const)('is that in which people say %i seconds: %s', (longest, name) => {
    expect(durationUnit(longest).name).toBe(name);
  });

  it('has one digit after the point, so that no two ticks read the same', () => {
    const [minutes, hours] = [durationUnit(90), durationUnit(10_000)];
    expect([0.2, 2, 44, 90].map(minutes.of)).toEqual([0, 0, 0.7, 1.5]);
    expect(hours.of(10_000)).toBe(2.8);
  });
});
