import type { Sample } from '@stadtfunk/device-catalog';
import { hash53, hash53Of } from '@stadtfunk/kernel';
import type { Reading } from '@stadtfunk/readings';
import { describe, expect, it } from 'vitest';
import { identitiesOf } from './identity.ts';

const RECEIVED_AT = Date.UTC(2026, 10, 21, 12);
const TAKEN_AT = RECEIVED_AT - 1_500;
const payload = new TextEncoder().encode('{}');
const uplink = { deviceId: 'd', topic: 't', receivedAt: RECEIVED_AT, qos: 1, payload } as const;

function identities(sample: Sample, { counter, clock = 'ok' }: { counter?: number; clock?: Reading['clock'] } = {}) {
  const { values } = sample;
  const observedAt = clock === 'ok' ? TAKEN_AT : RECEIVED_AT;
  const times = { observedAt, receivedAt: RECEIVED_AT, clock };
  const reading: Reading = { deviceId: 'd', assetId: null, ...times, quality: 4, values };
  return identitiesOf({ sample, reading, refused: null }, 2, counter, uplink);
}

/** What the memories of devices hold was written by earlier versions: these texts stay as they are. */
describe('the identity of a sample', () => {
  it('is its time and what it measured of the asset', () => {
    const values = { batteryVoltage: 3.61, fillingLevel: 0.45, rsrp: -98, coverOpen: true, tilt: 12 };
    expect(identities({ kind: 'periodic', deviceTime: TAKEN_AT, values })).toEqual([
      hash53(`t${TAKEN_AT};fillingLevel=0.45;coverOpen=true;tilt=12`),
    ]);
  });

  it('is what it measured of the device where it says nothing of the asset', () => {
    const values = { batteryVoltage: 3.61, rsrp: -98 };
    expect(identities({ kind: 'history', deviceTime: TAKEN_AT, values })).toEqual([
      hash53(`t${TAKEN_AT};batteryVoltage=3.61;rsrp=-98`),
    ]);
  });

  it('is that of its message, its window and the one before where there is no believable time', () => {
    const bytes = hash53Of(payload);
    const [minutes, hours] = [120_000, 43_200_000].map((windowMs) => Math.floor(RECEIVED_AT / windowMs));
    const sample = { kind: 'periodic', values: { tilt: 12 } } as const;
    expect(identities(sample)).toEqual([minutes!, minutes! - 1].map((of) => hash53(`b2//${of}/${bytes}`)));
    const wrong = identities({ ...sample, deviceTime: 7 }, { counter: 65_535, clock: 'repaired' });
    expect(wrong).toEqual([hours!, hours! - 1].map((of) => hash53(`b2/65535/${of}/${bytes}`)));
  });
});
