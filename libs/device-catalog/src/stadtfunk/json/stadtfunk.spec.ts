import { describe, expect, it } from 'vitest';
import type { Report } from '../../format.ts';
import { decodeStadtfunk } from './decode.ts';
import { stadtfunkExamples } from './examples.ts';
import { normaliseStadtfunk } from './normalise.ts';

const TEN = Date.UTC(2026, 10, 21, 10);

function decode(body: unknown) {
  return decodeStadtfunk(new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)));
}

function reportOf(body: unknown): Report {
  const decoded = decode(body);
  if (!decoded.ok) throw new Error(`${decoded.error.code}: ${decoded.error.detail}`);
  return normaliseStadtfunk(decoded.value);
}

describe('stadtfunk-json', () => {
  it('gives the values, and the history as samples of their own', () => {
    expect(reportOf(stadtfunkExamples[0]!.payload)).toEqual({
      counter: 17,
      samples: [
        {
          kind: 'periodic',
          deviceTime: TEN,
          values: { fillingLevel: 0.53, temperature: 8.5, batteryVoltage: 3.6, rsrp: -98 },
        },
        { kind: 'history', deviceTime: TEN - 3_600_000, values: { fillingLevel: 0.52, temperature: 8.1 } },
      ],
      problems: [],
    });
  });

  it('needs no clock', () => {
    expect(reportOf({ kind: 'event', imei: '490154203237518', values: { occupancy: true } })).toEqual({
      imei: '490154203237518',
      samples: [{ kind: 'event', values: { occupancy: true } }],
      problems: [],
    });
    for (const unset of [null, 0]) {
      expect(reportOf({ observedAt: unset, values: { distance: 1 } })).toEqual({
        samples: [{ kind: 'periodic', values: { distance: 1 } }],
        problems: [],
      });
    }
  });

  it.each([
    ['2026-11-21T10:00:00Z'],
    ['2026-11-21T11:00:00+01:00'],
    ['2026-11-21T04:30:00.000-05:30'],
    [TEN],
    [TEN / 1000],
  ])('reads the time %s', (observedAt) => {
    expect(reportOf({ observedAt, values: { distance: 1 } }).samples[0]?.deviceTime).toBe(TEN);
  });

  it.each([
    ['2026-11-21T10:00:00'],
    ['2026-02-30T10:00:00Z'],
    ['21.11.2026 10:00'],
    ['yesterday'],
    [-5],
    [1e300],
    [{}],
  ])('keeps the values beside the time %s, which is none', (observedAt) => {
    const report = reportOf({ observedAt, values: { distance: 1 } });
    expect(report.samples).toEqual([{ kind: 'periodic', values: { distance: 1 } }]);
    expect(report.problems).toMatchObject([{ code: 'time.malformed' }]);
  });

  it('tells what it does not know or cannot be, and keeps the rest', () => {
    const report = reportOf({
      kind: 'sometimes',
      counter: -1,
      values: { fillingLevel: 0.5, temperature: '8', occupancy: 1, smell: 3, rsrp: 12, humidity: 300, tilt: null },
    });
    expect(report.samples[0]?.values).toEqual({ fillingLevel: 0.5 });
    expect(report.problems.map((problem) => problem.code)).toEqual([
      'payload.malformed',
      'payload.malformed',
      'payload.unknownQuantity',
      'radio.impossible',
      'value.impossible',
      'payload.malformed',
      'payload.malformed',
    ]);
  });

  it.each([
    ['of unknown quantities only', { values: { smell: 3 } }, 'payload.unknownQuantity'],
    ['of wrong types only', { values: { distance: '3' } }, 'payload.malformed'],
    ['of impossible values only', { values: { fillingLevel: 53 } }, 'value.impossible'],
    ['of nothing measured', { values: { distance: null } }, 'payload.empty'],
    ['without values', { observedAt: TEN }, 'payload.malformed'],
    ['with values that are no object', { values: [1] }, 'payload.malformed'],
    ['that is no object', [1], 'payload.malformed'],
    ['with a false IMEI', { imei: '12', values: { distance: 1 } }, 'payload.identity'],
    ['that is no JSON', '{"values":', 'payload.notJson'],
  ])('refuses a body %s', (_what, body, code) => {
    expect(decode(body)).toMatchObject({ ok: false, error: { code } });
  });

  it('refuses bytes that are no UTF-8', () => {
    const bytes = new TextEncoder().encode('{"values":{"distance":1},"kind":"x"}');
    bytes[32] = 0xff;
    expect(decodeStadtfunk(bytes)).toMatchObject({ ok: false, error: { code: 'payload.notUtf8' } });
  });

  it('reads at most 64 rows, and none without time', () => {
    const row = (observedAt: unknown) => ({ observedAt, values: { distance: 1 } });
    const rows = Array.from({ length: 100 }, (_, index) => row(index === 0 ? null : TEN - index));
    const report = reportOf({ values: { distance: 1 }, history: rows });
    expect(report.samples).toHaveLength(1 + 63);
    expect(report.problems.map((problem) => problem.code)).toEqual([
      'payload.historyMalformed',
      'payload.historyTooLong',
    ]);
  });

  it('may consist of history alone', () => {
    expect(reportOf({ history: [{ observedAt: TEN, values: { distance: 1 } }] }).samples).toEqual([
      { kind: 'history', deviceTime: TEN, values: { distance: 1 } },
    ]);
  });

  it('takes prototype keys for unknown quantities', () => {
    const report = reportOf('{"values":{"__proto__":{"distance":5},"constructor":1,"temperature":2}}');
    expect(report.samples[0]?.values).toEqual({ temperature: 2 });
    expect(report.problems).toHaveLength(2);
  });

  it('tells a bounded number of problems', () => {
    const values = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`x${index}`, 1]));
    expect(reportOf({ values: { ...values, distance: 1 } }).problems).toHaveLength(8);
  });
});
