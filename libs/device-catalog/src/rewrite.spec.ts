import { describe, expect, it } from 'vitest';
import { FORMATS } from './catalogue.ts';
import type { Example, Format, Report } from './format.ts';
import { payloadFrom } from './payload-from.ts';
import { shiftedText, type Pseudonyms } from './rewrite.ts';

const DAY_MS = 86_400_000;
/** Two years and a second: no digit of a time stays. */
const SHIFT_MS = 731 * DAY_MS + 1_000;

/** Turns every digit into another one, and is right for the last 12 digits of an IMEI as it is for all. */
const turned = (text: string) => text.replace(/[0-9a-f]/gi, (digit) => String((Number.parseInt(digit, 16) + 5) % 10));
const pseudonyms: Pseudonyms = {
  imei: turned,
  imsi: turned,
  iccid: turned,
  serialNumber: turned,
  coordinate: (degrees) => Math.round(degrees),
};

const all: [string, Format, Example][] = [...FORMATS.values()].flatMap((format) =>
  format.examples.map((example): [string, Format, Example] => [example.id, format, example]),
);

function payloadOf({ encoding, payload }: Example): Uint8Array {
  const bytes = payloadFrom(encoding, payload);
  if (!bytes.ok) throw new Error(bytes.error.detail);
  return bytes.value;
}
function reportOf(format: Format, payload: Uint8Array): Report {
  const decoded = format.decode(payload);
  if (!decoded.ok) throw new Error(decoded.error.detail);
  return format.normalise(decoded.value);
}
/** Both ways in which firmware publishes a binary frame, and JSON as it is. */
function waysOf(example: Example): Uint8Array[] {
  const payload = payloadOf(example);
  if (example.encoding === 'json') return [payload];
  const hex = Buffer.from(payload).toString('hex');
  return [payload, Buffer.from(hex), Buffer.from(`${hex.toUpperCase()}\r\n`)];
}
/** What is 12 digits or longer in the vendor's words, or a serial number. */
function identitiesOf(format: Format, payload: Uint8Array): string[] {
  const found = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value === 'string')
      for (const [digits] of value.matchAll(/\d{12,20}|\b[0-9A-F]{16}\b/gi)) found.add(digits);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(look);
  };
  const decoded = format.decode(payload);
  if (decoded.ok) {
    const { inner_hex: _payload, reports: _inner, ...fields } = decoded.value as Record<string, unknown>;
    look(fields);
  }
  return [...found];
}

describe('the payload of every example', () => {
  it.each(all)('%s: is later by what its times are shifted, and reads as before otherwise', (_, format, example) => {
    for (const payload of waysOf(example)) {
      const before = reportOf(format, payload);
      const rewritten = format.rewrite(payload, { shiftMs: SHIFT_MS, pseudonyms: null });
      if (!rewritten.ok) throw new Error(rewritten.error.detail);
      const shifted = before.samples.map((sample) =>
        sample.deviceTime === undefined || sample.deviceTime < Date.UTC(2016)
          ? sample
          : { ...sample, deviceTime: sample.deviceTime + SHIFT_MS },
      );
      expect(reportOf(format, rewritten.value)).toEqual({ ...before, samples: shifted });
    }
  });

  it.each(all)('%s: is the same when nothing is to be changed', (_, format, example) => {
    if (example.encoding === 'json') return;
    for (const payload of waysOf(example)) {
      const rewritten = format.rewrite(payload, { shiftMs: 0, pseudonyms: null });
      expect(rewritten.ok && Buffer.from(rewritten.value)).toEqual(Buffer.from(payload));
    }
  });

  it.each(all)(
    '%s: has no identity and no place left under pseudonyms, and measures the same',
    (_, format, example) => {
      for (const payload of waysOf(example)) {
        const before = reportOf(format, payload);
        const rewritten = format.rewrite(payload, { shiftMs: 0, pseudonyms });
        if (!rewritten.ok) {
          // Nothing of it means anything to us, so nothing of it is kept.
          expect(before.samples).toEqual([]);
          continue;
        }
        const bytes = Buffer.from(rewritten.value);
        const forms = [bytes.toString('latin1'), bytes.toString('hex')].map((text) => text.toLowerCase());
        for (const identity of identitiesOf(format, payload)) {
          for (const form of forms) expect(form).not.toContain(identity.toLowerCase());
          expect(forms[1]).not.toContain(Buffer.from(identity).toString('hex'));
        }
        const rounded = before.samples.map((sample) => {
          const { latitude, longitude, ...values } = sample.values;
          if (typeof latitude !== 'number' || typeof longitude !== 'number') return sample;
          return { ...sample, values: { ...values, latitude: Math.round(latitude), longitude: Math.round(longitude) } };
        });
        const after = reportOf(format, rewritten.value);
        expect(after.samples).toEqual(rounded);
        expect(after.imei).toBe(before.imei && turned(before.imei));
        expect(after.counter).toBe(before.counter);
      }
    },
  );

  it.each(all)(
    '%s: is refused when it cannot be read, and never throws, wherever it is cut off',
    (_, format, example) => {
      const payload = payloadOf(example);
      for (let length = 0; length < payload.length; length++) {
        const cut = payload.subarray(0, length);
        const outcome = format.rewrite(cut, { shiftMs: SHIFT_MS, pseudonyms: null });
        expect(outcome.ok).toBe(format.decode(cut).ok);
      }
    },
  );
});

describe('what firmware and people write into payloads', () => {
  const rewrite = (name: string, text: string) => {
    const outcome = FORMATS.get(name)!.rewrite(Buffer.from(text), { shiftMs: 0, pseudonyms });
    return outcome.ok ? Buffer.from(outcome.value).toString() : outcome.error.code;
  };

  it('is left out with its texts, names, addresses and unknown members', () => {
    const rewritten = [
      rewrite('stadtfunk-json', '{"note":"Frau Meier","values":{"fillingLevel":0.5,"owner":7},"history":["Meier"]}'),
      rewrite(
        'senml-json',
        '[{"bn":"urn:dev:mac:0024befffe804ff1:","n":"3435/0/2","u":"/100","v":57},{"n":"label","vs":"Meier"}]',
      ),
      rewrite(
        'dragino-nb-json',
        '{"IMEI":"868411050000058","Model":"Meier-1","distance":700,"battery":3.6,"note":"Meier"}',
      ),
      rewrite(
        'iotcreators-scs-json',
        `{"customer":"Meier",${all.find(([id]) => id === 'dragino-scs-envelope')![2].payload.slice(1)}`,
      ),
    ];
    for (const text of rewritten) expect(text).not.toMatch(/Meier|24befffe|owner|subscriptionId/);
    expect(rewritten[0]).toBe('{"values":{"fillingLevel":0.5},"history":[]}');
    expect(rewritten[1]).toBe('[{"n":"3435/0/2","u":"/100","v":57}]');
  });

  it('is blanked where a server address stands in a parameter frame', () => {
    const example = all.find(([id]) => id === 'dingtek-do201-nb-param')![2];
    const outcome = FORMATS.get('dingtek-nb')!.rewrite(payloadOf(example), { shiftMs: 0, pseudonyms });
    expect(Buffer.from(payloadOf(example)).toString('latin1')).toContain('120.92.89.122');
    expect(outcome.ok && Buffer.from(outcome.value).toString('latin1')).not.toContain('120.92');
  });

  it('keeps the way in which a time is written, and clocks that were never set', () => {
    expect(shiftedText('2026/12/31 23:59:59', 1_000)).toBe('2027/01/01 00:00:00');
    expect(shiftedText('2026-02-28T12:00:00.250+01:00', DAY_MS)).toBe('2026-03-01T12:00:00.250+01:00');
    expect(shiftedText('2000-01-01T00:00:00Z', DAY_MS)).toBe('2000-01-01T00:00:00Z');
    expect(shiftedText('yesterday', DAY_MS)).toBeUndefined();
  });
});
