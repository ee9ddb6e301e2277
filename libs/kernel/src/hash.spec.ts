import { constant, double, integer, maxSafeInteger, oneof, property, assert, array, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Hash53, hash53, hash53Of, idFrom } from './hash.ts';

describe('an id from parts', () => {
  it.each([
    [['x', 1], '61a27fa5-a2d8-83e0-ab2f-7139e96785e1'],
    [['alert', 'asset:bin-1', 'waste.full', 1_792_879_200_000], 'bb53cc03-313e-8b8a-a916-ae5f57318bdf'],
  ])('of %j is what it always was: batches of earlier versions may be repeated', (parts, id) => {
    expect(idFrom(...parts)).toBe(id);
  });
});

describe('a hash', () => {
  it.each([
    ['', 3_338_908_027_751_811],
    ['bin-1', 5_569_914_711_734_183],
    ['t1763900000000;fillingLevel=0.11', 587_966_448_750_181],
  ])('of %j is what it always was, as a text and as bytes: the memories of devices hold it', (text, hash) => {
    expect([hash53(text), hash53Of(Buffer.from(text))]).toEqual([hash, hash]);
  });
});

describe('a hash of parts', () => {
  const numbers = oneof(
    double(),
    integer(),
    maxSafeInteger(),
    constant(-0),
    constant(1e8),
    constant(100_000_001),
    constant(2 ** 53),
  );

  it('is that of the text that they make', () => {
    const hash = new Hash53();
    assert(
      property(array(oneof(string({ unit: 'binary' }), numbers)), (parts) => {
        hash.begin();
        for (const part of parts) {
          if (typeof part === 'number') hash.number(part);
          else hash.text(part);
        }
        expect(hash.value).toBe(hash53(parts.map(String).join('')));
      }),
    );
  });
});
