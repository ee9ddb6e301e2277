import { describe, expect, it } from 'vitest';
import type { Report } from '../../format.ts';
import { payloadFrom } from '../../payload-from.ts';
import { decodeDragino } from './decode.ts';
import { jsonExamples, v0Examples, v1Examples, v2Examples } from './examples.ts';
import { normaliseDragino } from './normalise.ts';
import { repairJson } from './tolerant-json.ts';

const IMEI = 'f867787050000037';
const all = [...v0Examples, ...v1Examples, ...v2Examples, ...jsonExamples];

function reportOf(encoding: 'hex' | 'json', text: string): Report {
  const bytes = payloadFrom(encoding, text);
  if (!bytes.ok) throw new Error(bytes.error.detail);
  const decoded = decodeDragino(bytes.value);
  if (!decoded.ok) throw new Error(`${decoded.error.code}: ${decoded.error.detail}`);
  return normaliseDragino(decoded.value);
}

function exampleReport(id: string): Report {
  const example = all.find((one) => one.id === id)!;
  return reportOf(example.encoding, example.payload);
}

function codeOf(text: string): string | undefined {
  const decoded = decodeDragino(new TextEncoder().encode(text));
  return decoded.ok ? undefined : decoded.error.code;
}

/** A v1 frame with these words: version, battery, CSQ, mod, interrupt, distance, time, rows. */
function v1(csq: string, distance: string, time = '6655857b', rows = ''): string {
  return `${IMEI}00980ce4${csq}0100${distance}${time}${rows}`;
}

describe('Dragino frames', () => {
  it('become a sample of now and one for each history row', () => {
    const report = exampleReport('dragino-ndds75-8hist');
    expect(report.imei).toBe('867787050000029');
    expect(report.samples).toHaveLength(9);
    expect(report.samples[0]).toEqual({
      kind: 'periodic',
      deviceTime: 1700168660000,
      values: { distance: 744, batteryVoltage: 3.35, csq: 7, rssi: -99 },
    });
    expect(report.samples[1]).toEqual({ kind: 'history', deviceTime: 1700167300000, values: { distance: 744 } });
    expect(report.problems).toEqual([]);
  });

  it('give the last 12 digits of the IMEI where the firmware sends no more, and no time', () => {
    expect(exampleReport('dragino-ndds75-v100')).toEqual({
      imei: '411050000058',
      firmware: '1.0.0',
      samples: [{ kind: 'periodic', values: { distance: 2582, batteryVoltage: 3.281, csq: 7, rssi: -99 } }],
      problems: [],
    });
  });

  it('have no device time while the clock is not set, but the times of their rows', () => {
    const { samples } = exampleReport('dragino-ndds75-clock-zero');
    expect(samples[0]).not.toHaveProperty('deviceTime');
    expect(samples[1]).toMatchObject({ kind: 'history', deviceTime: 0x6642d0a2 * 1000 });
  });

  it('keep the wild time of a row for the judge of clocks', () => {
    expect(exampleReport('dragino-ndds75-clock-future').samples[1]?.deviceTime).toBe(Date.UTC(2061, 5, 28, 1, 4));
  });

  it('have no samples for the empty slots of a freshly booted unit', () => {
    expect(exampleReport('dragino-dds75nb-1').samples).toHaveLength(1);
  });

  it('keep the head and lose the history when the rows do not fit', () => {
    const report = exampleReport('dragino-dds75nb-clock-invalid');
    expect(report.samples).toEqual([
      { kind: 'periodic', values: { distance: 680, batteryVoltage: 3.608, csq: 11, rssi: -91 } },
    ]);
    expect(report.problems.map((problem) => problem.code)).toEqual(['payload.historyMalformed']);
  });

  it.each(['0000', '0013', 'fffd', 'ffff'])('have no distance when it is the sentinel %s', (distance) => {
    const report = reportOf('hex', v1('07', distance));
    expect(report.samples[0]?.values).toEqual({ batteryVoltage: 3.3, csq: 7, rssi: -99 });
    expect(report.problems).toEqual([]);
  });

  it('keep a distance below the minimum range of the sensor, which is judged later', () => {
    expect(exampleReport('dragino-ndds75-single').samples[0]?.values.distance).toBe(57);
  });

  it.each([
    ['00', { csq: 0, rssi: -113 }],
    ['01', { csq: 1, rssi: -111 }],
    ['1f', { csq: 31, rssi: -51 }],
    ['63', {}],
  ])('read CSQ %s by the table of 3GPP TS 27.007', (csq, radio) => {
    const report = reportOf('hex', v1(csq, '02d3'));
    expect(report.samples[0]?.values).toEqual({ distance: 723, batteryVoltage: 3.3, ...radio });
    expect(report.problems).toEqual([]);
  });

  it('leave out a CSQ that cannot be and keep the reading', () => {
    const report = reportOf('hex', v1('2a', '02d3'));
    expect(report.samples[0]?.values).toEqual({ distance: 723, batteryVoltage: 3.3 });
    expect(report.problems).toMatchObject([{ code: 'radio.impossible' }]);
  });

  it('read at most 64 rows', () => {
    const report = reportOf('hex', v1('07', '02d3', '6655857b', '02d36642d0a2'.repeat(70)));
    expect(report.samples).toHaveLength(65);
    expect(report.problems).toMatchObject([{ code: 'payload.historyTooLong' }]);
  });

  it('are an event when an interrupt caused them', () => {
    expect(reportOf('hex', `${IMEI}00980ce407010102d36655857b`).samples[0]?.kind).toBe('event');
  });

  it('are refused with a reason', () => {
    expect(codeOf(v1('07', '02d3').slice(0, 40))).toBe('payload.truncated');
    expect(codeOf('41105000005800640cd1070a16')).toBe('payload.truncated');
    expect(codeOf('4a105000005800640cd1070a1600')).toBe('payload.identity');
    expect(codeOf(v1('07', '02d3').replace('f867', 'f8a7'))).toBe('payload.identity');
    expect(codeOf(`${v1('07', '02d3')}0`)).toBe('payload.notHex');
    expect(codeOf('hello world')).toBe('payload.notHex');
    expect(codeOf(v2Examples[0]!.payload.replace('0984', '4c6e'))).toBe('payload.unsupportedVersion');
  });
});

describe('Dragino JSON', () => {
  it('reads rows in braces, of which no echo is no sample', () => {
    const report = exampleReport('dragino-dds45nb-not-json');
    expect(report.samples).toEqual([
      { kind: 'periodic', values: { distance: 217, batteryVoltage: 3.54, csq: 24, rssi: -65 } },
      { kind: 'history', deviceTime: Date.UTC(2023, 8, 20, 9, 47, 1), values: { distance: 221 } },
    ]);
    expect(report.problems).toEqual([]);
  });

  it('reads an IMEI sent as a number, bare words, and rows of temperature and humidity', () => {
    const report = exampleReport('dragino-s31nb-not-json-bare-words');
    expect(report.imei).toBe('866207050000045');
    expect(report.samples).toHaveLength(9);
    expect(report.samples[1]).toEqual({
      kind: 'history',
      deviceTime: Date.UTC(2023, 7, 10, 8, 0, 37),
      values: { temperature: 28.2, humidity: 48.3 },
    });
  });

  it('has no temperature and humidity where the probe failed, and no position without a fix', () => {
    const report = exampleReport('dragino-sn50v3-json-iso');
    expect(report.samples[0]?.values).toEqual({
      temperature: 25.5,
      humidity: 51.8,
      batteryVoltage: 3.21,
      csq: 20,
      rssi: -73,
    });
    // Rows 4 and 5 are 204.8 °C with 1.0 %.
    expect(report.samples).toHaveLength(7);
    expect(report.samples.every(({ values }) => values.temperature !== 204.8)).toBe(true);
  });

  it('keeps the clock of 2000 for the judge and has no sample of rows without a probe', () => {
    const report = exampleReport('dragino-sn50v3-json-2000epoch');
    expect(report.samples).toEqual([
      {
        kind: 'periodic',
        deviceTime: Date.UTC(2000, 0, 1, 0, 54, 34),
        values: { batteryVoltage: 3.59, csq: 26, rssi: -61 },
      },
    ]);
  });

  it('takes a temperature of the DS18B20 in modes without another', () => {
    const text = '{"IMEI":"222330000114666","mod":8,"battery":3.6,"DS18B20_Temp":-5.3}';
    expect(reportOf('json', text).samples[0]?.values).toEqual({ temperature: -5.3, batteryVoltage: 3.6 });
  });

  it('tells rows and times that it cannot read, and keeps the rest', () => {
    const text = '{"distance":217,"time":"yesterday","1":[1,2,3,"2024-12-09T09:17:50Z"],"2":[217,"never"],"3":7}';
    const report = reportOf('json', text);
    expect(report.samples).toEqual([{ kind: 'periodic', values: { distance: 217 } }]);
    expect(report.problems.map((problem) => problem.code).sort()).toEqual([
      'payload.historyMalformed',
      'payload.historyMalformed',
      'time.malformed',
      'time.malformed',
    ]);
  });

  it('tells a value of a wrong type and keeps the rest', () => {
    const report = reportOf('json', '{"distance":"217","battery":3.5}');
    expect(report.samples[0]?.values).toEqual({ batteryVoltage: 3.5 });
    expect(report.problems).toMatchObject([{ code: 'payload.malformed' }]);
  });

  it('is refused with a reason', () => {
    expect(codeOf('{"hello":1}')).toBe('payload.malformed');
    expect(codeOf('{"distance":217')).toBe('payload.notJson');
    expect(codeOf('{"IMEI":"12345","distance":217}')).toBe('payload.identity');
  });
});

describe('the tolerant reading', () => {
  it('leaves real JSON as it is', () => {
    const text = '{"a": [1, -2.5e3, true, null, "x{1,2}\\"y"], "b": {}, "c": {"d": "e:f"}}';
    expect(repairJson(text)).toBe(text);
  });

  it('quotes what is not a number and turns row braces into brackets', () => {
    expect(JSON.parse(repairJson('{"1":{221,2023/09/20 09:47:01},"M":DDS45-NB,"n":{ -1.5 , ok }}'))).toEqual({
      1: [221, '2023/09/20 09:47:01'],
      M: 'DDS45-NB',
      n: [-1.5, 'ok'],
    });
  });
});
