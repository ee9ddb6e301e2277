import { describe, expect, it } from 'vitest';
import { alternativesOf, namesIn } from './plain-rule.ts';

describe('the alternatives of a condition', () => {
  it('stand between the outermost ||', () => {
    expect(alternativesOf('a >= 1 || b && (c || d) || e')).toEqual(['a >= 1', 'b && (c || d)', 'e']);
    expect(alternativesOf('tilt > 3')).toEqual(['tilt > 3']);
  });

  it('are not looked for in texts, lists and choices', () => {
    expect(alternativesOf(`asset.name == 'a || b' || coverOpen`)).toEqual([`asset.name == 'a || b'`, 'coverOpen']);
    expect(alternativesOf(String.raw`asset.name == 'it\'s || so'`)).toHaveLength(1);
    expect(alternativesOf('x in [a || b, c]')).toHaveLength(1);
    expect(alternativesOf('a ? b || c : d')).toEqual(['a ? b || c : d']);
  });
});

describe('the names in a condition', () => {
  it('are given once each, without what stands in texts', () => {
    expect(namesIn([`mean(fillingLevel, 'PT6H') > fillingLevel`, null, 'has(reading.tilt)'])).toEqual([
      'mean',
      'fillingLevel',
      'has',
      'reading',
      'tilt',
    ]);
  });
});
