import { describe, expect, it } from 'vitest';
import { Suspects } from './suspects.ts';

describe('a suspect', () => {
  it('is an origin with ten wrong passwords in a row, until a right one comes from there', () => {
    const suspects = new Suspects();
    for (let count = 1; count <= 9; count++) suspects.note('a', false);
    expect(suspects.has('a')).toBe(false);
    suspects.note('a', false);
    expect([suspects.has('a'), suspects.has('b')]).toEqual([true, false]);
    suspects.note('a', true);
    expect(suspects.has('a')).toBe(false);
  });

  it('is forgotten when many others have come since', () => {
    const suspects = new Suspects();
    for (let count = 1; count <= 10; count++) suspects.note('a', false);
    for (let other = 0; other < 10_000; other++) suspects.note(`other-${other}`, false);
    expect(suspects.has('a')).toBe(false);
  });
});
