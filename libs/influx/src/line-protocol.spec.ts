import { isPossible, QUANTITIES, QUANTITY_NAMES, type Reading } from '@stadtfunk/readings';
import {
  array,
  assert,
  boolean,
  constantFrom,
  double,
  integer,
  option,
  property,
  record,
  string,
  tuple,
} from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Lines } from './line-protocol.ts';
import { tagValueOf } from './tag-value.ts';

const ids = string({ unit: 'binary', maxLength: 300 });
const value = constantFrom(...QUANTITY_NAMES).chain((name) => {
  const { kind, min = 0, max = 0 }: { kind: string; min?: number; max?: number } = QUANTITIES[name];
  const numbers = double({ min, max, noNaN: true }).chain((number) => constantFrom(number, Math.round(number)));
  return tuple(constantFrom(name), kind === 'flag' ? boolean() : numbers);
});
const readings = record({
  deviceId: ids,
  assetId: option(ids),
  observedAt: integer({ min: -8.64e15, max: 8.64e15 }),
  receivedAt: integer({ min: 0, max: 8.64e15 }),
  clock: constantFrom('ok', 'repaired', 'unknown'),
  quality: constantFrom(0, 1, 2, 3, 4),
  values: array(value, { maxLength: 60 }).map((entries) => Object.fromEntries(entries) as Reading['values']),
});

const HEAD = ['deviceId', 'assetId', 'receivedAt', 'clock', 'quality'] as const;

/** As docs/adr/0020-influxdb-schema.md describes it. */
function lineOf({ assetId, deviceId, clock, quality, receivedAt, observedAt, values }: Reading): string {
  const asset = assetId === null ? '' : `,assetId=${tagValueOf(assetId)}`;
  const fields = Object.entries(values).map(([name, each]) => `,${name}=${each}`);
  const judged = `clock="${clock}",quality=${quality}i,receivedAt=${receivedAt}i`;
  return `reading${asset},deviceId=${tagValueOf(deviceId)} ${judged}${fields.join('')} ${observedAt}`;
}

describe('line protocol', () => {
  it('is one line for each reading, whatever its ids, times and values', () => {
    assert(
      property(array(readings, { maxLength: 20 }), (some) => {
        const lines = Lines.ofReadings(some);
        expect(lines.count).toBe(some.length);
        some.forEach((reading, index) => expect(lines.text(index, index + 1)).toBe(lineOf(reading)));
        if (some.length > 0) expect(lines.text(0, some.length)).toBe(some.map(lineOf).join('\n'));
      }),
    );
  });

  it('is that of its own reading, also where the one before differs in one thing only', () => {
    const others = array(tuple(constantFrom(...HEAD, 'observedAt' as const, 'values' as const), readings));
    assert(
      property(readings, others, (first, changes) => {
        const some: Reading[] = [first];
        for (const [name, other] of changes) some.push({ ...some.at(-1)!, [name]: other[name] });
        expect(Lines.ofReadings(some).text(0, some.length)).toBe(some.map(lineOf).join('\n'));
      }),
    );
  });

  it('has room for a reading of everything at its longest', () => {
    const values: Record<string, number | boolean> = {};
    for (const name of QUANTITY_NAMES) values[name] = isPossible(name, true) ? false : -1.2345678901234567e-300;
    const longest = { deviceId: '\u0000'.repeat(2_000), assetId: '\ud800'.repeat(2_000), values } as const;
    const times = { observedAt: -8.64e15, receivedAt: -8.64e15, clock: 'repaired', quality: 4 } as const;
    const some = Array.from({ length: 3 }, () => ({ ...longest, ...times }));
    expect(Lines.ofReadings(some).text(0, 3)).toBe(some.map(lineOf).join('\n'));
  });
});

describe('the parts of many lines', () => {
  const partsOf = (texts: readonly string[], lines: number, bytes: number) => [
    ...Lines.of(texts).parts({ lines, bytes }),
  ];

  it('hold so many lines and so many bytes with their line breaks', () => {
    expect(partsOf(['a', 'b', 'c', 'd', 'e'], 2, 100)).toEqual([
      [0, 2],
      [2, 4],
      [4, 5],
    ]);
    expect(partsOf(['aaa', 'bbb', 'ccc'], 9, 8)).toEqual([
      [0, 2],
      [2, 3],
    ]);
    expect(partsOf(['aaa', 'üü', 'ccc'], 9, 8)).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    expect(partsOf([], 9, 8)).toEqual([]);
  });

  it('leave a line that is too long by itself', () => {
    expect(partsOf(['a', 'b'.repeat(500), 'c'], 9, 10)).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
  });
});
