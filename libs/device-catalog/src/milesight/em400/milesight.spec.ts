import { describe, expect, it } from 'vitest';
import type { Report } from '../../format.ts';
import { payloadFrom } from '../../payload-from.ts';
import { decodeMilesight } from './decode.ts';
import { frameExamples, tlvExamples } from './examples.ts';
import { normaliseMilesight } from './normalise.ts';

function decode(hex: string) {
  const bytes = payloadFrom('hex', hex);
  if (!bytes.ok) throw new Error(bytes.error.detail);
  return decodeMilesight(bytes.value);
}

function reportOf(hex: string): Report {
  const decoded = decode(hex);
  if (!decoded.ok) throw new Error(`${decoded.error.code}: ${decoded.error.detail}`);
  return normaliseMilesight(decoded.value);
}

function tlvExample(id: string): string {
  return tlvExamples.find((example) => example.id === id)!.payload;
}

const FRAME = frameExamples[0]!.payload;

describe('Milesight frames', () => {
  it('give identity, counter and radio of the head with the measurements', () => {
    expect(reportOf(FRAME)).toEqual({
      imei: '868508060000174',
      counter: 0,
      firmware: '0101',
      samples: [
        {
          kind: 'periodic',
          values: { distance: 315, temperature: 26.7, outOfPosition: true, batteryLevel: 1, csq: 9, rssi: -95 },
        },
      ],
      problems: [],
    });
  });

  it('are refused with a reason when cut, prolonged, or of a false identity', () => {
    expect(decode(FRAME.slice(0, -2))).toMatchObject({ error: { code: 'payload.truncated' } });
    expect(decode(`${FRAME}00`)).toMatchObject({ error: { code: 'payload.malformed' } });
    expect(decode(FRAME.replace('3836383530', '4136383530'))).toMatchObject({ error: { code: 'payload.identity' } });
  });
});

describe('Milesight data', () => {
  it('open a new sample when a channel comes again, half an hour apart, the last the newest', () => {
    const group = (distance: string) => `0367e1ff0482${distance}050000`;
    const report = reportOf(`017564${group('2c01')}${group('3601')}${group('4001')}`);
    expect(report.samples).toEqual([
      { kind: 'periodic', ageMs: 0, values: { distance: 320, temperature: -3.1, outOfPosition: false } },
      { kind: 'history', ageMs: 1_800_000, values: { distance: 310, temperature: -3.1, outOfPosition: false } },
      {
        kind: 'history',
        ageMs: 3_600_000,
        values: { distance: 300, temperature: -3.1, outOfPosition: false, batteryLevel: 1 },
      },
    ]);
  });

  it('have signed temperatures', () => {
    expect(reportOf('0367ceff').samples[0]?.values).toEqual({ temperature: -5 });
  });

  it('are an event when an alarm channel speaks, also when the alarm ends', () => {
    expect(reportOf(tlvExample('milesight-em400-alarms')).samples).toEqual([
      { kind: 'event', values: { distance: 1601, temperature: 23.2, temperatureAlarm: true } },
    ]);
    expect(reportOf('8367e80000').samples[0]).toEqual({
      kind: 'event',
      values: { temperature: 23.2, temperatureAlarm: false },
    });
  });

  it('are no reading when they announce a boot', () => {
    expect(reportOf(tlvExample('milesight-em400-basic-info'))).toEqual({ firmware: 'v1.1', samples: [], problems: [] });
  });

  it('have no position without a fix', () => {
    expect(reportOf('0500000688ffffffffffffffff22').samples[0]?.values).toEqual({ outOfPosition: false });
    expect(reportOf('0500000688000000000000000022').samples[0]?.values).toEqual({ outOfPosition: false });
  });

  it.each(['fdff', 'feff', 'ffff', '0000'])('have no distance when it is the sentinel %s', (distance) => {
    expect(reportOf(`01755c0482${distance}`).samples[0]?.values).toEqual({ batteryLevel: 0.92 });
  });

  it('keep the head before an unknown channel', () => {
    const report = reportOf('01755c0482e803 20ce0102030405');
    expect(report.samples[0]?.values).toEqual({ batteryLevel: 0.92, distance: 1000 });
    expect(report.problems).toMatchObject([{ code: 'payload.malformed' }]);
  });

  it('are refused when they end inside a value or begin with an unknown channel', () => {
    expect(decode('01755c0482e8')).toMatchObject({ error: { code: 'payload.truncated' } });
    expect(decode('20ce010203')).toMatchObject({ error: { code: 'payload.malformed' } });
  });

  it('leave out a battery of more than 100 %', () => {
    const report = reportOf('0175ff0482e803');
    expect(report.samples[0]?.values).toEqual({ distance: 1000 });
    expect(report.problems).toMatchObject([{ code: 'value.impossible' }]);
  });

  it('open at most 64 samples', () => {
    const report = reportOf('0482e803'.repeat(100));
    expect(report.samples).toHaveLength(64);
    expect(report.problems).toMatchObject([{ code: 'payload.historyTooLong' }]);
  });
});
