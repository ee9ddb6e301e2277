import { describe, expect, it } from 'vitest';
import { decodeScs } from './decode.ts';
import { normaliseScs } from './normalise.ts';

const V0 = '41105000005800640cd1070a1600';
const one = (serialNumber: string, value: string) => ({ serialNumber, timestamp: 1600439712734, value });

function decode(reports: unknown) {
  return decodeScs(new TextEncoder().encode(JSON.stringify({ reports })));
}

describe('the envelope of IoT Creators', () => {
  it('gives the whole IMEI, which beats the digits inside', () => {
    const decoded = decode([one('IMEI:868411050000058', V0)]);
    if (!decoded.ok) throw new Error(decoded.error.code);
    expect(normaliseScs(decoded.value)).toEqual({
      firmware: '1.0.0',
      imei: '868411050000058',
      samples: [{ kind: 'periodic', values: { distance: 2582, batteryVoltage: 3.281, csq: 7, rssi: -99 } }],
      problems: [],
    });
  });

  it('gives all reports of the device and tells those of another', () => {
    const decoded = decode([
      one('IMEI:868411050000058', V0),
      one('IMEI:868411050000058', V0),
      one('IMEI:490154203237518', V0),
      one('IMEI:868411050000058', 'zz'),
    ]);
    if (!decoded.ok) throw new Error(decoded.error.code);
    const report = normaliseScs(decoded.value);
    expect(report.samples).toHaveLength(2);
    expect(report.problems.map((problem) => problem.code)).toEqual(['payload.identity', 'payload.notHex']);
  });

  it.each([
    ['without reports', [], 'payload.empty'],
    ['without a list', 'none', 'payload.malformed'],
    ['of no IMEI', [one('SN:1', V0)], 'payload.identity'],
    ['around a broken payload', [one('IMEI:868411050000058', V0.slice(2))], 'payload.truncated'],
  ])('is refused %s', (_what, reports, code) => {
    expect(decode(reports)).toMatchObject({ ok: false, error: { code } });
  });
});
