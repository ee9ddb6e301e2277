import { describe, expect, it } from 'vitest';
import type { Report } from '../../format.ts';
import { decodeSenml } from './decode.ts';
import { ucifiExamples } from './examples.ts';
import { normaliseSenml } from './normalise.ts';

const T = 1_795_255_200;

function decode(pack: unknown) {
  return decodeSenml(new TextEncoder().encode(typeof pack === 'string' ? pack : JSON.stringify(pack)));
}

function reportOf(pack: unknown): Report {
  const decoded = decode(pack);
  if (!decoded.ok) throw new Error(`${decoded.error.code}: ${decoded.error.detail}`);
  return normaliseSenml(decoded.value);
}

function exampleReport(id: string): Report {
  return reportOf(ucifiExamples.find((example) => example.id === id)!.payload);
}

function codeOf(pack: unknown): string | undefined {
  const decoded = decode(pack);
  return decoded.ok ? undefined : decoded.error.code;
}

describe('uCIFI devices', () => {
  it('speak of a lamp in canonical units', () => {
    expect(exampleReport('ucifi-lamp')).toEqual({
      imei: '490154203237518',
      samples: [
        {
          kind: 'periodic',
          deviceTime: T * 1000,
          values: {
            illuminanceLevel: 0.7,
            lampFailure: false,
            controlGearFailure: false,
            dayBurner: false,
            operatingHours: 10412,
            controlGearTemperature: 31.5,
            supplyVoltage: 231.2,
            supplyCurrent: 0.121,
            activePower: 26.9,
            powerFactor: 0.96,
            activeEnergy: 312_500,
            rsrp: -97,
            snr: 7,
          },
        },
      ],
      problems: [],
    });
  });

  it('speak of a bin, and an hour ago', () => {
    const { samples, problems } = exampleReport('ucifi-bin-with-history');
    expect(problems).toEqual([]);
    expect(samples).toEqual([
      {
        kind: 'periodic',
        deviceTime: T * 1000,
        values: {
          fillingLevel: 0.57,
          containerFull: false,
          outOfPosition: false,
          temperatureAlarm: false,
          temperature: 8.5,
          tilt: 2.86478897565,
          batteryLevel: 0.88,
          batteryVoltage: 3.6,
        },
      },
      { kind: 'history', deviceTime: (T - 3600) * 1000, values: { fillingLevel: 0.55 } },
    ]);
  });

  it('speak of a parking space without any time', () => {
    expect(exampleReport('ucifi-parking-without-clock')).toEqual({
      imei: '490154203237518',
      samples: [
        {
          kind: 'periodic',
          values: { occupancy: true, occupancyDuration: 540, forbiddenParking: false, batteryLevel: 0.71, rssi: -88 },
        },
      ],
      problems: [],
    });
  });

  it('are understood however their names are built', () => {
    for (const pack of [
      [{ n: '3416/0/3', v: 70 }],
      [{ n: '/3416/0/3', v: 70 }],
      [{ bn: '/3416/0/', n: '3', v: 70 }],
      [{ bn: '/3416/0/3', v: 70 }],
      [{ bn: 'urn:dev:imei:490154203237518:', n: '3416/0/3', v: 70 }],
      [{ bn: 'urn:imei:490154203237518:', n: '/3416/0/3', v: 70 }],
      [{ bn: '2001:db8::1:', n: '3416/0/3', u: '/', v: 0.7 }],
    ]) {
      expect(reportOf(pack).samples[0]?.values, JSON.stringify(pack)).toEqual({ illuminanceLevel: 0.7 });
    }
  });

  it('give relative times as ages', () => {
    expect(
      reportOf([
        { n: '3416/0/3', v: 10, t: -600 },
        { n: '3416/0/3', v: 20, t: -300 },
        { n: '3416/0/3', v: 30 },
      ]).samples,
    ).toEqual([
      { kind: 'periodic', values: { illuminanceLevel: 0.3 } },
      { kind: 'history', ageMs: 300_000, values: { illuminanceLevel: 0.2 } },
      { kind: 'history', ageMs: 600_000, values: { illuminanceLevel: 0.1 } },
    ]);
  });

  it('take the time from resource 5518 where the records have none', () => {
    expect(
      reportOf([
        { bn: '/3435/0/', n: '2', v: 50 },
        { n: '5518', v: T },
      ]).samples,
    ).toEqual([{ kind: 'periodic', deviceTime: T * 1000, values: { fillingLevel: 0.5 } }]);
  });

  it('have secondary units converted', () => {
    const values = reportOf([
      { n: '3418/0/4', u: 'kW', v: 0.0269 },
      { n: '3418/0/6', u: 'J', v: 7200 },
      { n: '3418/0/1', u: 'mV', v: 230_500 },
      { n: '3330/0/5700', u: 'cm', v: 124 },
      { n: '3303/0/5700', u: 'K', v: 293.15 },
      { n: '3412/0/20', u: 'dBW', v: -118 },
      { n: '3416/0/47', v: 99 },
    ]).samples[0]?.values;
    expect(values).toEqual({
      activePower: 26.9,
      activeEnergy: 2,
      supplyVoltage: 230.5,
      distance: 1240,
      temperature: 20,
      rssi: -88,
    });
  });

  it('lose a value in a unit that is not its own, and one that cannot be', () => {
    const report = reportOf([
      { n: '3416/0/3', u: 'V', v: 70 },
      { n: '4/0/2', v: 40 },
      { n: '3416/0/5', v: 1 },
      { n: '3416/0/7', v: 2 },
      { n: '3416/0/9', vs: 'yes' },
    ]);
    expect(report.samples[0]?.values).toEqual({ lampFailure: true });
    expect(report.problems.map((problem) => problem.code)).toEqual([
      'value.unit',
      'radio.impossible',
      'value.impossible',
      'payload.malformed',
    ]);
  });

  it('do not mix a second lamp into the first', () => {
    const report = reportOf([
      { n: '3416/0/3', v: 70 },
      { n: '3416/1/3', v: 0 },
    ]);
    expect(report.samples[0]?.values).toEqual({ illuminanceLevel: 0.7 });
    expect(report.problems).toEqual([{ code: 'payload.unknownQuantity', detail: 'second 3416/1/3' }]);
  });

  it('may send thresholds and reasons, which are left alone, and unknown things, which are told', () => {
    const report = reportOf([
      { bn: '/3416/0/', n: '3', v: 70 },
      { n: '6', vs: 'burnt' },
      { bn: '/9999/0/', n: '1', v: 1 },
    ]);
    expect(report.samples).toHaveLength(1);
    expect(report.problems).toEqual([{ code: 'payload.unknownQuantity', detail: '/9999/0/1' }]);
  });

  it('have at most 64 rows of history', () => {
    const report = reportOf(Array.from({ length: 100 }, (_, index) => ({ n: '3416/0/3', v: 50, t: -index })));
    expect(report.samples).toHaveLength(65);
    expect(report.problems).toMatchObject([{ code: 'payload.historyTooLong' }]);
  });
});

describe('SenML packs', () => {
  it('resolve base values and sums', () => {
    expect(
      decode([
        { bn: 'a', bv: 20, bs: 100, v: 1.5, s: 1 },
        { n: 'b', v: -1 },
      ]),
    ).toMatchObject({
      value: {
        resolved: [
          { n: 'a', t: 0, v: 21.5, s: 101 },
          { n: 'ab', t: 0, v: 19 },
        ],
      },
    });
  });

  it.each([
    ['that are no array', {}, 'payload.malformed'],
    ['without records', [], 'payload.empty'],
    ['without values', [{ bn: 'a' }], 'payload.empty'],
    ['of a higher version', [{ bver: 11, n: 'a', v: 1 }], 'payload.unsupportedVersion'],
    ['with a label that must be understood', [{ n: 'a', v: 1, new_: 2 }], 'payload.unsupportedField'],
    ['with a nameless record', [{ v: 1 }], 'payload.malformed'],
    ['with two values', [{ n: 'a', v: 1, vb: true }], 'payload.malformed'],
    ['with a value of a wrong type', [{ n: 'a', v: '1' }], 'payload.malformed'],
    ['with a base of a wrong type', [{ bn: 1, n: 'a', v: 1 }], 'payload.malformed'],
    ['with a time beyond time', [{ n: 'a', v: 1, t: 1e300 }], 'payload.malformed'],
    ['that are no JSON', '[{"n":', 'payload.notJson'],
  ])('%s are refused', (_what, pack, code) => {
    expect(codeOf(pack)).toBe(code);
  });

  it('may hold labels that are not known', () => {
    expect(codeOf([{ n: 'a', v: 1, x: 2 }])).toBeUndefined();
  });

  it('name canonical quantities without objects', () => {
    expect(reportOf([{ bn: 'urn:dev:ow:10e2073a01080063:', n: 'temperature', u: 'Cel', v: 21.5 }]).samples).toEqual([
      { kind: 'periodic', values: { temperature: 21.5 } },
    ]);
  });

  it('that say nothing known have no sample and the reason', () => {
    const report = reportOf([{ n: 'voltage', v: 1 }]);
    expect(report.samples).toEqual([]);
    expect(report.problems).toEqual([{ code: 'payload.unknownQuantity', detail: 'voltage' }]);
  });
});
