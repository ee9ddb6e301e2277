import { ok } from '@stadtfunk/kernel';
import { QUANTITIES, QUANTITY_NAMES } from '@stadtfunk/readings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAny } from './decode.ts';
import { stadtfunkExamples } from './examples.ts';
import { decodePlain } from './plain.ts';

const ROWS = 64;
const encoder = new TextEncoder();
const plainOf = (text: string) => decodePlain(encoder.encode(text), ROWS);

/** What is taken for plain is what it is for the other way. */
function expectSame(bytes: Uint8Array): boolean {
  const plain = decodePlain(bytes, ROWS);
  if (plain) expect(ok(plain)).toStrictEqual(decodeAny(bytes));
  return plain !== undefined;
}

const number = fc.oneof(
  fc.integer({ min: -200, max: 2_000 }).map(String),
  fc.double({ min: -1, max: 1, noNaN: true }).map(String),
  fc.tuple(fc.integer({ min: -99, max: 99 }), fc.nat({ max: 99_999 })).map(([whole, part]) => `${whole}.${part}`),
  fc.constantFrom('-0', '0.0', '00', '1.', '.5', '-', '+1', '1e3', '0.1E-2', '9007199254740993', '0.10000000000000001'),
  fc.constantFrom('true', 'false', 'null', '"1"', 'truefalse', 'NaN', '99999999999999', '0.12345678901234'),
);
const names = fc.constantFrom(...QUANTITY_NAMES, 'x', '__proto__', 'toString', 'rsr\\u0070', 'ü');
const possible = fc.constantFrom(...QUANTITY_NAMES).map((name): readonly [string, string] => {
  const { kind, min }: { readonly kind: string; readonly min?: number } = QUANTITIES[name];
  return [name, kind === 'flag' ? 'true' : String(min)];
});
const mostly = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 19, arbitrary: usual }, { weight: 1, arbitrary: odd });
const time = mostly(
  fc.integer({ min: 1_700_000_000, max: 1_800_000_000_000 }).map(String),
  fc.constantFrom('0', '1795255200.5', '-5', '"2026-11-21T10:00:00Z"', '99999999999999999', 'null'),
);
const object = (entries: fc.Arbitrary<readonly (readonly [string, string])[]>) =>
  fc.tuple(entries, fc.constantFrom('', ' ', '\n\t', '\r')).map(([list, blank]) => {
    return `${blank}{${list.map(([name, value]) => `${blank}"${name}"${blank}:${blank}${value}`).join(',')}${blank}}${blank}`;
  });
const values = object(fc.array(mostly(possible, fc.tuple(names, number)), { minLength: 1, maxLength: 4 }));
const named = (name: string, value: fc.Arbitrary<string>) => fc.tuple(fc.constant(name), value);
const anyOrder = (fields: readonly fc.Arbitrary<readonly [string, string]>[]) =>
  mostly(
    fc.shuffledSubarray([...fields], { minLength: 2 }),
    fc.array(fc.constantFrom(...fields), { maxLength: 5 }),
  ).chain((some) => fc.tuple(...some));
const row = object(anyOrder([named('observedAt', time), named('values', values)]));
const fields = [
  named('values', values),
  named('observedAt', time),
  named('counter', mostly(fc.nat().map(String), number)),
  named('kind', fc.constantFrom('"event"', '"periodic"', '"other"')),
  named(
    'history',
    fc.array(row, { maxLength: 3 }).map((rows) => `[${rows.join(',')}]`),
  ),
];
const identity = named('imei', fc.constantFrom('"490154203237518"', '1'));
const payload = object(
  fc.oneof({ weight: 9, arbitrary: anyOrder(fields) }, { weight: 1, arbitrary: anyOrder([...fields, identity]) }),
);

describe('a plain payload', () => {
  it('is read as any other is, or not at all', () => {
    let plain = 0;
    fc.assert(
      fc.property(payload, (text) => {
        if (expectSame(encoder.encode(text))) plain++;
      }),
      { numRuns: 5_000 },
    );
    expect(plain).toBeGreaterThan(500);
  });

  it('is read as any other is with any of its bytes changed, left out or doubled', () => {
    const text =
      '{"observedAt":1795255200000,"counter":17,"kind":"event","values":{"fillingLevel":0.53,"temperature":-8.5,"coverOpen":true},"history":[{"observedAt":1795251600000,"values":{"rsrp":-98}}]}';
    const bytes = encoder.encode(text);
    expect(expectSame(bytes)).toBe(true);
    for (let at = 0; at < bytes.length; at++) {
      for (let code = 0; code < 256; code++) expectSame(bytes.with(at, code));
      expectSame(encoder.encode(text.slice(0, at)));
      expectSame(encoder.encode(text.slice(0, at) + text.slice(at + 1)));
      expectSame(encoder.encode(text.slice(0, at) + text.slice(at - 1)));
    }
  });

  it('is what the simulator sends, and what a program writes that puts blanks between', () => {
    const body = {
      observedAt: 1_795_255_200_000,
      counter: 17,
      values: { fillingLevel: 0.53, rsrp: -98, occupancy: false },
    };
    const expected = { kind: 'periodic', history: [], problems: [], ...body };
    expect(plainOf(JSON.stringify(body))).toEqual(expected);
    expect(plainOf(JSON.stringify(body, null, 2))).toEqual(expected);
  });

  it('holds no more rows and no more bytes than are allowed', () => {
    const rows = (count: number) =>
      Array.from({ length: count }, () => '{"observedAt":1795251600000,"values":{"rsrp":-98}}');
    const text = (count: number) => `{"values":{"rsrp":-98},"history":[${rows(count).join(',')}]}`;
    expect(plainOf(text(ROWS))?.history).toHaveLength(ROWS);
    expect(plainOf(text(ROWS + 1))).toBeUndefined();
    expect(plainOf(text(1) + ' '.repeat(70_000))).toBeUndefined();
  });

  it('leaves the other way to whatever is no number of at most 15 digits, or is not possible', () => {
    for (const [value, isPlain] of [
      ['0.5', true],
      ['0.1234567890123', true],
      ['0.12345678901234', false],
      ['1.5', false],
      ['5e-1', false],
    ] as const) {
      expect(plainOf(`{"values":{"fillingLevel":${value}}}`) !== undefined, value).toBe(isPlain);
    }
  });

  it('may be an example', () => {
    const plain = stadtfunkExamples.filter((example) => expectSame(encoder.encode(example.payload)));
    expect(plain.map(({ id }) => id)).toContain('stadtfunk-json-lamp-seconds');
  });
});
