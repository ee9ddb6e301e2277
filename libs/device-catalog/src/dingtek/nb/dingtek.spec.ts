import { describe, expect, it } from 'vitest';
import type { Report } from '../../format.ts';
import { payloadFrom } from '../../payload-from.ts';
import { decodeDingtek } from './decode.ts';
import { dingtekExamples } from './examples.ts';
import { normaliseDingtek } from './normalise.ts';

function payloadOf(id: string): string {
  return dingtekExamples.find((example) => example.id === id)!.payload;
}

function decode(hex: string) {
  const bytes = payloadFrom('hex', hex);
  if (!bytes.ok) throw new Error(bytes.error.detail);
  return decodeDingtek(bytes.value);
}

function reportOf(hex: string): Report {
  const decoded = decode(hex);
  if (!decoded.ok) throw new Error(`${decoded.error.code}: ${decoded.error.detail}`);
  return normaliseDingtek(decoded.value);
}

const BIN = payloadOf('dingtek-df702-nb-js');

describe('Dingtek bins', () => {
  it('speak of the bin, of themselves, and of the radio in tenths of a dB', () => {
    expect(reportOf(BIN)).toEqual({
      imei: '868821040000200',
      counter: 1,
      samples: [
        {
          kind: 'event',
          values: {
            distance: 1609,
            temperature: 27,
            tilt: 0,
            containerFull: false,
            temperatureAlarm: true,
            outOfPosition: false,
            batteryTooLow: true,
            batteryVoltage: 3.51,
            rsrp: -85,
          },
        },
      ],
      problems: [],
    });
  });

  it('lose an RSRP that has lost its sign and keep the reading', () => {
    const report = reportOf(payloadOf('dingtek-df702-nb-nogps'));
    expect(report.problems).toMatchObject([{ code: 'radio.impossible' }]);
    expect(report.samples[0]?.values).not.toHaveProperty('rsrp');
    expect(report.samples[0]?.values.distance).toBe(1609);
  });

  it('give longitude before latitude, and heartbeats as periodic', () => {
    const [sample] = reportOf(payloadOf('dingtek-df702-nb-gps')).samples;
    expect(sample).toMatchObject({ kind: 'periodic', values: { latitude: 40.038998, longitude: 116.507423 } });
  });

  it('have no position at 0,0', () => {
    const [sample] = reportOf(
      payloadOf('dingtek-df702-nb-gps').replace('cd03e942ef272042', '0000000000000000'),
    ).samples;
    expect(sample?.values).not.toHaveProperty('latitude');
  });

  it('have a signed temperature and angle, of which tilt is the magnitude', () => {
    const frame = BIN.replace('1b0000', 'fb0120');
    expect(decode(frame)).toMatchObject({ value: { temperature_c: -5, angle_deg: -32 } });
    expect(reportOf(frame).samples[0]?.values).toMatchObject({ temperature: -5, tilt: 32 });
  });

  it('have no distance without echo', () => {
    expect(reportOf(BIN.replace('0649', '270f')).samples[0]?.values).not.toHaveProperty('distance');
    expect(reportOf(BIN.replace('0649', '0000')).samples[0]?.values).not.toHaveProperty('distance');
  });

  it('leave out an RSRP that is no number', () => {
    expect(reportOf(BIN.replace('008054c4', '0000c07f')).problems).toMatchObject([{ code: 'radio.impossible' }]);
  });
});

describe('Dingtek parking sensors', () => {
  it('say with DO200 that a space is free, and when', () => {
    expect(reportOf(payloadOf('dingtek-do200-nb'))).toMatchObject({
      imei: '869505040000224',
      counter: 0,
      samples: [
        {
          kind: 'periodic',
          deviceTime: 1576224710000,
          values: {
            occupancy: false,
            distance: 1670,
            magneticFieldX: 21,
            magneticFieldY: -25,
            magneticFieldZ: 35,
            batteryVoltage: 3.64,
            batteryTooLow: false,
            rsrp: -83.3,
            snr: 19.2,
          },
        },
      ],
    });
  });

  it('say with DO201 that one is taken in the frost, without an echo', () => {
    const [sample] = reportOf(payloadOf('dingtek-do201-nb-parked')).samples;
    expect(sample).toMatchObject({
      kind: 'event',
      deviceTime: 0x659cf806 * 1000,
      values: { occupancy: true, temperature: -3, humidity: 19, rsrp: -96 },
    });
    expect(sample?.values).not.toHaveProperty('distance');
  });

  it('say with DO202 that one is taken', () => {
    const [sample] = reportOf(payloadOf('dingtek-do202-nb')).samples;
    expect(sample).toMatchObject({ kind: 'event', values: { occupancy: true, magneticFieldZ: -1505, rsrp: -78.3 } });
    expect(sample).not.toHaveProperty('deviceTime');
  });

  it('say in an alarm that the occupancy has just changed, and in a heartbeat that it has not', () => {
    const alarm = payloadOf('dingtek-do202-nb');
    const changed = (hex: string) => reportOf(hex).samples[0]?.values.occupancyChanged;
    expect(changed(alarm)).toBe(true);
    expect(changed(alarm.replace('80003202', '80003201'))).toBe(false);
    // It may be about the battery.
    expect(changed(alarm.replace('201110', '201111'))).toBeUndefined();
  });

  it('leave out an occupancy that is neither free nor taken, and a temperature that cannot be', () => {
    const report = reportOf(payloadOf('dingtek-do202-nb').replace('2011', '2071').replace('1f1735', '1f8b35'));
    expect(report.problems.map(({ detail }) => detail)).toEqual(['temperature -117 Cel', 'occupancy 7 1']);
    expect(report.samples[0]?.values).not.toHaveProperty('occupancy');
  });
});

describe('Dingtek frames', () => {
  it('with parameters are no reading', () => {
    expect(reportOf(payloadOf('dingtek-do201-nb-param'))).toEqual({
      imei: '869738060000234',
      samples: [],
      problems: [],
    });
  });

  it.each([
    ['cut', BIN.slice(0, -2), 'payload.truncated'],
    ['prolonged', `${BIN}81`, 'payload.malformed'],
    ['of another end', `${BIN.slice(0, -2)}80`, 'payload.malformed'],
    ['of another start', `81${BIN.slice(2)}`, 'payload.malformed'],
    ['of an unknown device type', BIN.replace('800001', '800077'), 'payload.unsupportedVersion'],
    ['of an unknown data type', BIN.replace('80000102', '80000109'), 'payload.unsupportedVersion'],
    ['of another type than their length', BIN.replace('800001', '800002'), 'payload.malformed'],
    ['with a position announced and none sent', BIN.replace('064900', '064901'), 'payload.malformed'],
    ['without an IMEI', BIN.replace('1868821040', '1a68821040'), 'payload.identity'],
  ])('%s are refused', (_what, frame, code) => {
    expect(decode(frame)).toMatchObject({ ok: false, error: { code } });
  });
});
