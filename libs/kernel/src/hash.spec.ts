import { describe, expect, it } from 'vitest';
import { idFrom } from './hash.ts';

describe('an id from parts', () => {
  it.each([
    [['x', 1], '61a27fa5-a2d8-83e0-ab2f-7139e96785e1'],
    [['alert', 'asset:bin-1', 'waste.full', 1_792_879_200_000], 'bb53cc03-313e-8b8a-a916-ae5f57318bdf'],
  ])('of %j is what it always was: batches of earlier versions may be repeated', (parts, id) => {
    expect(idFrom(...parts)).toBe(id);
  });
});
