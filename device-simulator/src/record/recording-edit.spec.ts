import { randomBytes } from 'node:crypto';
import { FORMATS, MODELS, payloadFrom } from '@stadtfunk/device-catalog';
import type { BoundDevice } from '@stadtfunk/devices';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { luhnDigit } from '../city/identity.ts';
import { BlockBuilder } from './block-content.ts';
import { KeyedPseudonyms } from './pseudonyms.ts';
import { RecordingEdit, type RecordingEditOptions } from './recording-edit.ts';
import type { RecordingItem } from './recording-item.ts';

const T0 = Date.UTC(2026, 10, 22);
const ALL: RecordingEditOptions = { from: -Infinity, to: Infinity, shiftMs: 0, pseudonyms: null, skipUnknown: false };
const key = randomBytes(32);

/** Of every model, with every example of its format; the device id carries the IMEI, as many cities have it. */
const fleet: RecordingItem[] = [
  ...MODELS,
  ...[...FORMATS.keys()].map((id) => ({ id, format: FORMATS.get(id)! })),
].flatMap(({ id, format }) => {
  const deviceId = `${id}-868411050000058`;
  const bound: BoundDevice = {
    device: {
      ...{ deviceId, model: id, lifecycle: 'active', imei: '868411050000058', iccid: '89490200001234567890' },
      ...{ uplinkTopic: 'hanau/868411050000058/up', reportingIntervalMs: null },
    },
    asset: {
      ...{ assetId: 'Marktplatz-17', type: 'WasteContainer', name: 'Am Markt, bei Meier', department: 'Eigenbetrieb' },
      ...{ district: 'Steinheim', address: { streetAddress: 'Marktplatz 17' } },
      location: { type: 'Point', coordinates: [8.916913, 50.132811] },
      attributes: {
        ...{ containerHeight: 1.2, contact: 'Frau Meier', tags: ['Meier'], storedWasteKind: 'paper' },
        ...{ circuit: 'Kreis 868411', refStreetlightControlCabinet: 'Schrank-Marktplatz' },
      },
    },
  };
  const uplinks = format.examples.map((example): RecordingItem => {
    const bytes = payloadFrom(example.encoding, example.payload);
    if (!bytes.ok) throw new Error(bytes.error.detail);
    const topic = `hanau/868411050000058/up`;
    return { type: 'uplink', uplink: { deviceId, topic, receivedAt: T0, qos: 1, payload: bytes.value } };
  });
  return [{ type: 'device', bound }, ...uplinks];
});

function edited(items: readonly RecordingItem[], options: Partial<RecordingEditOptions>) {
  const edit = new RecordingEdit({ ...ALL, ...options });
  const kept = items.flatMap((item) => {
    const outcome = edit.apply(item);
    if (!outcome.ok) throw new Error(outcome.error.detail);
    return outcome.value ?? [];
  });
  return { kept, counts: edit.counts };
}
/** As it stands in a file, uncompressed. */
function bytesOf(items: readonly RecordingItem[]): Buffer {
  const block = new BlockBuilder();
  for (const item of items) block.add(item);
  return block.take();
}
/** Identities of the examples, wherever they stand: in the payloads, the devices and the topics. */
const IDENTITIES = [
  ...new Set(
    fleet.flatMap((item) => {
      const { bytes, hex } =
        item.type === 'device'
          ? { bytes: JSON.stringify(item.bound), hex: '' }
          : {
              bytes: Buffer.from(item.uplink.payload).toString('latin1'),
              hex: Buffer.from(item.uplink.payload).toString('hex'),
            };
      // 15 digits that are an IMEI, wherever nibbles begin; and what stands behind its name in text.
      const long = [...bytes.matchAll(/(?<!\d)\d{15,20}(?!\d)/g), ...hex.matchAll(/(?<=[f1])8\d{14}/g)];
      return long.map(([digits]) => digits);
    }),
  ),
];

describe('an anonymised recording', () => {
  it('has no original identity, name, place or text left in its bytes, of any model', () => {
    const { kept, counts } = edited(fleet, { pseudonyms: new KeyedPseudonyms(key) });
    expect(counts).toMatchObject({ kept: fleet.filter(({ type }) => type === 'uplink').length, unknown: 0 });
    const bytes = bytesOf(kept);
    const forms = [bytes.toString('latin1'), bytes.toString('hex'), `0${bytes.toString('hex')}`];
    const original = bytesOf(fleet);
    expect(IDENTITIES.length).toBeGreaterThan(12);
    for (const identity of IDENTITIES) {
      expect(original.includes(identity) || original.toString('hex').includes(identity), identity).toBe(true);
      for (const form of forms) {
        expect(form).not.toContain(identity);
        // Formats with fewer digits have the last twelve.
        expect(form).not.toContain(identity.slice(-12));
      }
    }
    for (const text of ['Meier', 'Markt', 'hanau', 'Steinheim', 'Eigenbetrieb', '8.9169', '50.1328', '120.92.89.122']) {
      expect(original.toString('latin1')).toContain(text);
      expect(forms[0]).not.toContain(text);
    }
  });

  it('keeps what rules need: models, kinds, geometry, and who stands behind which cabinet', () => {
    const { kept } = edited(fleet, { pseudonyms: new KeyedPseudonyms(key) });
    const [item] = kept;
    if (item?.type !== 'device') throw new Error('no device');
    const { device, asset } = item.bound;
    expect(device).toMatchObject({
      model: MODELS[0]!.id,
      imei: expect.stringMatching(/^001\d{12}$/) as unknown,
      uplinkTopic: null,
    });
    expect(asset).toMatchObject({ type: 'WasteContainer', name: null, address: null, department: 'waste' });
    expect(asset!.location.coordinates).toEqual([8.92, 50.13]);
    expect(asset!.attributes).toEqual({
      ...{
        containerHeight: 1.2,
        storedWasteKind: 'paper',
        circuit: expect.stringMatching(/^circuit-\w{16}$/) as unknown,
      },
      refStreetlightControlCabinet: expect.stringMatching(/^asset-\w{16}$/) as unknown,
    });
  });

  it('reads with the new identities as it read with the old ones, and blanks what cannot be read', () => {
    const torn: RecordingItem = fleet.find(({ type }) => type === 'uplink')!;
    if (torn.type !== 'uplink') throw new Error('no uplink');
    const cut: RecordingItem = {
      type: 'uplink',
      uplink: { ...torn.uplink, payload: torn.uplink.payload.subarray(0, 12) },
    };
    const { kept, counts } = edited([fleet[0]!, cut], { pseudonyms: new KeyedPseudonyms(key) });
    expect(counts).toMatchObject({ kept: 1, unreadable: 1 });
    const [, blank] = kept;
    expect(blank?.type === 'uplink' && Buffer.from(blank.uplink.payload).toString()).toBe('?'.repeat(12));
  });

  it('is the same under the same key, and another one under another', () => {
    const of = (secret: Uint8Array) =>
      bytesOf(edited(fleet, { pseudonyms: new KeyedPseudonyms(secret) }).kept).toString('hex');
    expect(of(key)).toBe(of(key));
    expect(of(key)).not.toBe(of(randomBytes(32)));
  });
});

describe('pseudonyms of numbers', () => {
  const pseudonyms = new KeyedPseudonyms(key);
  const digitsOf = (length: number) =>
    fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });

  it('have their lengths and valid check digits, and agree for an IMEI and its last digits', () => {
    fc.assert(
      fc.property(digitsOf(15), digitsOf(20), (number, card) => {
        const imei = pseudonyms.imei(number);
        expect([imei.length, luhnDigit(imei.slice(0, 14))]).toEqual([15, imei[14]]);
        expect(pseudonyms.imei(number.slice(-12))).toBe(imei.slice(-12));
        expect(pseudonyms.imsi(number)).toMatch(/^00101\d{10}$/);
        for (const iccid of [pseudonyms.iccid(card), pseudonyms.iccid(card.slice(1))]) {
          expect(iccid).toMatch(/^8988\d{15,16}$/);
          expect(luhnDigit(iccid.slice(0, -1))).toBe(iccid.at(-1));
        }
        expect(pseudonyms.serialNumber('6749D19054690031')).toMatch(/^[0-9A-F]{16}$/);
      }),
      { numRuns: 200 },
    );
  });

  it('make no two devices one', () => {
    const made = new Set(
      Array.from({ length: 5_000 }, (_, number) => pseudonyms.imei(`8684110${String(number).padStart(7, '0')}0`)),
    );
    expect(made.size).toBe(5_000);
  });
});

describe('a part of a recording', () => {
  const of = (options: Partial<RecordingEditOptions>) =>
    edited(fleet, options).kept.filter(({ type }) => type === 'uplink').length;

  it('is of the devices, kinds and times that were asked for', () => {
    const all = of({});
    const one = of({ devices: new Set(['dragino-ndds75-868411050000058']) });
    expect([one > 0, one < all]).toEqual([true, true]);
    expect(of({ kinds: new Set(['WasteContainer']) })).toBe(all);
    expect(of({ kinds: new Set(['Streetlight']) })).toBe(0);
    expect([of({ from: T0, to: T0 + 1 }), of({ from: T0 + 1 }), of({ to: T0 })]).toEqual([all, 0, 0]);
  });
});

describe('a shifted recording', () => {
  it('moves reception and what the payloads say alike', () => {
    const shiftMs = 86_400_000;
    const { kept, counts } = edited(fleet, { shiftMs });
    expect(counts.unreadable).toBe(0);
    for (const [index, item] of kept.entries()) {
      const before = fleet[index]!;
      if (item.type !== 'uplink' || before.type !== 'uplink') continue;
      expect(item.uplink.receivedAt).toBe(before.uplink.receivedAt + shiftMs);
      expect(item.uplink.topic).toBe(before.uplink.topic);
    }
  });

  it('refuses uplinks of which nobody knows where the times stand, unless they are to be left out', () => {
    const stranger: RecordingItem = {
      type: 'uplink',
      uplink: { deviceId: 'who', topic: 't', receivedAt: T0, qos: 1, payload: new Uint8Array(3) },
    };
    expect(() => edited([stranger], { shiftMs: 1_000 })).toThrow("device 'who': the recording does not say what it is");
    expect(edited([stranger], { shiftMs: 1_000, skipUnknown: true })).toMatchObject({
      kept: [],
      counts: { unknown: 1 },
    });
    expect(edited([stranger], {}).kept).toEqual([stranger]);
  });
});
