import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTime, timeFromNumber } from './device-time.ts';

describe('parseTime', () => {
  it('reads every time that a Date writes', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date(4102444800000), noInvalidDate: true }), (date) => {
        return parseTime(date.toISOString(), false) === date.getTime();
      }),
    );
  });

  it('takes times without zone for UTC only where told to', () => {
    expect(parseTime('2023/09/20 09:47:01', true)).toBe(Date.UTC(2023, 8, 20, 9, 47, 1));
    expect(parseTime('2023/09/20 09:47:01', false)).toBeUndefined();
  });

  it.each([
    '',
    '2023-09-20',
    '2023-09-20T09:47Z',
    '2023-13-20T09:47:01Z',
    '2023-09-31T09:47:01Z',
    '2023-02-29T09:47:01Z',
    '2023-09-20T24:00:00Z',
    '2023-09-20T09:47:01.Z',
    '2023-09-20T09:47:01+1:00',
    '2023-09-20T09:47:01Zulu',
    '2023-09/20T09:47:01Z',
    '2O23-09-20T09:47:01Z',
  ])('does not take %j for a time', (text) => expect(parseTime(text, true)).toBeUndefined());

  it('knows leap days', () => {
    expect(parseTime('2024-02-29T00:00:00Z', false)).toBe(Date.UTC(2024, 1, 29));
    expect(parseTime('1900-02-29T00:00:00Z', false)).toBeUndefined();
  });
});

describe('timeFromNumber', () => {
  it('tells seconds from milliseconds by their magnitude', () => {
    expect(timeFromNumber(1_795_255_200)).toBe(1_795_255_200_000);
    expect(timeFromNumber(1_795_255_200_123)).toBe(1_795_255_200_123);
    expect(timeFromNumber(1_795_255_200.5)).toBe(1_795_255_200_500);
  });

  it('takes nothing else for a time', () => {
    for (const value of [0, -1, Number.NaN, Infinity, 1e17]) expect(timeFromNumber(value)).toBeUndefined();
  });
});
