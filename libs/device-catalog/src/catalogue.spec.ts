import type { CodedError } from '@stadtfunk/kernel';
import { isPossible, QUANTITY_NAMES, type QuantityName } from '@stadtfunk/readings';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findFormat, findModel, FORMATS, MODELS } from './catalogue.ts';
import { PAYLOAD_CODES } from './codes.ts';
import type { Example, Format, Report } from './format.ts';
import { payloadFrom } from './payload-from.ts';

const utf8 = new TextEncoder();
const guides = import.meta.glob<string>('/docs/devices.md', { query: '?raw', import: 'default', eager: true });
const guide = guides['/docs/devices.md'] ?? '';

function bytesOf(example: Example): Uint8Array {
  const bytes = payloadFrom(example.encoding, example.payload);
  if (!bytes.ok) throw new Error(`${example.id}: ${bytes.error.detail}`);
  return bytes.value;
}

/** `expected` is a part of `actual`, floats within 1e-5. A null stands for what must be absent. */
function expectPart(actual: unknown, expected: unknown, path: string): void {
  if (expected === null) expect(actual ?? null, path).toBeNull();
  else if (typeof expected === 'number') {
    expect(typeof actual, path).toBe('number');
    expect(Math.abs(Number(actual) - expected), path).toBeLessThanOrEqual(1e-5);
  } else if (Array.isArray(expected)) {
    expect((actual as unknown[] | undefined)?.length, path).toBe(expected.length);
    expected.forEach((part, index) => expectPart((actual as unknown[])[index], part, `${path}[${index}]`));
  } else if (typeof expected === 'object') {
    for (const [key, part] of Object.entries(expected)) {
      expectPart((actual as Record<string, unknown> | undefined)?.[key], part, `${path}.${key}`);
    }
  } else expect(actual, path).toBe(expected);
}

function codeFault({ code, detail }: CodedError): string | undefined {
  return Object.hasOwn(PAYLOAD_CODES, code) && detail.length < 300 ? undefined : `error ${code} ${detail}`;
}

/** What breaks the contract in a report, or undefined. Plain checks: this runs some ten thousand times. */
function reportFault(report: Report): string | undefined {
  if (report.imei !== undefined && !/^\d{12}(\d{3})?$/.test(report.imei)) return `imei ${report.imei}`;
  for (const sample of report.samples) {
    const entries = Object.entries(sample.values) as [QuantityName, number | boolean][];
    if (entries.length === 0) return 'a sample without values';
    for (const [name, value] of entries) if (!isPossible(name, value)) return `${name} ${value}`;
    if (sample.deviceTime !== undefined && !Number.isSafeInteger(sample.deviceTime)) return `time ${sample.deviceTime}`;
    if (sample.ageMs !== undefined && !(sample.ageMs >= 0)) return `age ${sample.ageMs}`;
  }
  return report.problems.map(codeFault).find((fault) => fault !== undefined);
}

/** Whatever the bytes, the outcome is a coded failure or a sound report: says where it is not. */
function faultOf(format: Format, payload: Uint8Array): string | undefined {
  const decoded = format.decode(payload);
  return decoded.ok ? reportFault(format.normalise(decoded.value)) : codeFault(decoded.error);
}

const formats = [...FORMATS.values()];
const examples = formats.flatMap((format) => format.examples.map((example) => ({ id: example.id, format, example })));

describe.each(formats.map((format) => ({ name: format.name, format })))('$name', ({ format }) => {
  it.each(format.examples.map((example) => ({ id: example.id, example })))('decodes $id', ({ example }) => {
    const decoded = format.decode(bytesOf(example));
    if (!decoded.ok) throw new Error(`${decoded.error.code}: ${decoded.error.detail}`);
    expectPart(decoded.value, example.expected, example.id);
    expect(reportFault(format.normalise(decoded.value))).toBeUndefined();
  });

  it('has an example', () => expect(format.examples.length).toBeGreaterThan(0));

  it('answers an empty payload with payload.empty', () => {
    expect(format.decode(new Uint8Array(0))).toMatchObject({ ok: false, error: { code: 'payload.empty' } });
  });

  it('answers what is far too large with payload.tooLarge', () => {
    expect(format.decode(new Uint8Array(1_000_000).fill(0x41))).toMatchObject({
      ok: false,
      error: { code: 'payload.tooLarge' },
    });
  });

  it('answers bytes that are neither text nor a frame with a coded failure', () => {
    const bytes = Uint8Array.from([0xc3, 0x28, 0xff, 0xfe, 0x00, 0x01]);
    expect(format.decode(bytes)).toMatchObject({ ok: false });
    expect(faultOf(format, bytes)).toBeUndefined();
  });

  it('survives random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => faultOf(format, bytes) === undefined));
  });

  it('survives random bytes behind the beginning of an example', () => {
    const whole = format.examples.map(bytesOf);
    const cut = fc.record({
      example: fc.nat(whole.length - 1),
      keep: fc.nat(90),
      tail: fc.uint8Array({ maxLength: 90 }),
    });
    fc.assert(
      fc.property(cut, ({ example, keep, tail }) => {
        const mixed = Uint8Array.from([...whole[example]!.subarray(0, keep), ...tail]);
        return faultOf(format, mixed) === undefined;
      }),
    );
  });

  it('survives random JSON, also under the keys that it knows', () => {
    const text = fc.oneof(
      fc.json({ maxDepth: 4 }),
      fc
        .json({ maxDepth: 2 })
        .map((value) => `{"values":{"temperature":${value}},"history":[${value}],"observedAt":${value}}`),
      fc.json({ maxDepth: 2 }).map((value) => `[{"bn":"3416/0/","n":"3","v":1},{"n":${value},"t":${value}},${value}]`),
      fc.json({ maxDepth: 2 }).map((value) => `{"distance":217,"time":${value},"1":${value},"2":[${value},${value}]}`),
      fc.json({ maxDepth: 2 }).map((value) => `{"reports":[{"serialNumber":${value},"value":${value}},${value}]}`),
    );
    fc.assert(fc.property(text, (json) => faultOf(format, utf8.encode(json)) === undefined));
  });

  it('survives depth, prototype keys and numbers beyond all bounds', () => {
    const keys = '"__proto__":{"values":{"temperature":1}},"constructor":1,"toString":2,"hasOwnProperty":3';
    for (const text of [
      '['.repeat(30_000) + ']'.repeat(30_000),
      `{"values":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`,
      `{"distance":1,"1":${'['.repeat(30_000)}${']'.repeat(30_000)}}`,
      `{"distance":1,${'{1,'.repeat(10_000)}`,
      `{${keys},"values":{${keys},"temperature":1e999,"distance":-1e999},"history":[{${keys}}]}`,
      `[{"n":"3416/0/3","v":1e308,"bv":1e308,"bt":1e308,"t":1e308},{${keys}}]`,
      '"text"',
      'null',
      '{}',
      '[]',
      '[null]',
    ]) {
      expect(faultOf(format, utf8.encode(text)), text.slice(0, 40)).toBeUndefined();
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe.each(examples)('$id', ({ format, example }) => {
  it('gives a coded failure or a report when it is cut at any byte', () => {
    const whole = bytesOf(example);
    for (let length = 0; length < whole.length; length++) {
      expect(faultOf(format, whole.subarray(0, length)), `cut at ${length}`).toBeUndefined();
    }
  });

  it('gives a coded failure or a report when any one bit is flipped', () => {
    const whole = bytesOf(example);
    const step = Math.max(1, Math.floor(whole.length / 64));
    for (let bit = 0; bit < whole.length * 8; bit += step) {
      const flipped = Uint8Array.from(whole);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(faultOf(format, flipped), `bit ${bit}`).toBeUndefined();
    }
  });

  if (example.encoding !== 'hex') return;
  it('means the same as raw bytes and as hex text of any case, with or without a line end', () => {
    const fields = format.decode(bytesOf(example));
    const { payload } = example;
    for (const text of [payload, payload.toUpperCase(), payload.toLowerCase(), `${payload}\r\n`]) {
      expect(format.decode(utf8.encode(text))).toEqual(fields);
    }
    expect(format.decode(utf8.encode(payload.slice(0, -1)))).toMatchObject({ error: { code: 'payload.notHex' } });
  });
});

describe('the catalogue', () => {
  it('knows every format and model by one name', () => {
    expect(FORMATS.size).toBe(new Set(formats.map((format) => format.name)).size);
    expect(new Set(MODELS.map((model) => model.id)).size).toBe(MODELS.length);
    expect(new Set(examples.map(({ id }) => id)).size).toBe(examples.length);
    expect([...FORMATS.keys()]).toEqual([
      'dragino-nb-v0',
      'dragino-nb-v0.2',
      'dragino-nb-v1',
      'dragino-nb-v2',
      'dragino-nb-json',
      'milesight-nb-frame',
      'milesight-tlv',
      'dingtek-nb',
      'senml-json',
      'stadtfunk-json',
      'iotcreators-scs-json',
    ]);
  });

  it.each(MODELS.map((model) => ({ id: model.id, model })))('describes $id completely', ({ model }) => {
    expect(model.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
    expect(FORMATS.get(model.format.name)).toBe(model.format);
    expect(model.assetTypes.length).toBeGreaterThan(0);
    expect(model.reportingIntervalMs).toBeGreaterThanOrEqual(60_000);
    expect(new Set(model.measures).size).toBe(model.measures.length);
    for (const [name, range] of Object.entries(model.limits ?? {})) {
      expect(model.measures).toContain(name);
      expect(range[0]).toBeLessThan(range[1]);
    }
    expect(findModel(model.id)).toBe(model);
  });

  it('has a model that measures it for every quantity that an example of its format gives', () => {
    for (const { id, format, example } of examples) {
      const decoded = format.decode(bytesOf(example));
      if (!decoded.ok) throw new Error(decoded.error.code);
      const measured = MODELS.filter((model) => model.format.decode === format.decode).flatMap((one) => one.measures);
      for (const { values } of measured.length === 0 ? [] : format.normalise(decoded.value).samples) {
        for (const name of Object.keys(values)) {
          // Plain names of RFC 8428's examples belong to no uCIFI object.
          if (!id.startsWith('senml-rfc')) expect(measured, id).toContain(name);
        }
      }
    }
  });

  it('takes the name of a format for a model that is mounted on anything', () => {
    for (const format of formats) {
      const model = findModel(format.name);
      expect(model?.format).toBe(format);
      expect(model?.assetTypes).toContain('ParkingSpot');
      expect(findFormat(format.name)).toBe(format);
    }
  });

  it('does not know what it does not know', () => {
    expect(findFormat('__proto__')).toBeUndefined();
    expect(findModel('constructor')).toBeUndefined();
  });

  it('is in the guide, with its quantities and codes', () => {
    for (const name of [...FORMATS.keys(), ...MODELS.map((model) => model.id), ...QUANTITY_NAMES]) {
      expect(guide.includes(`\`${name}\``), name).toBe(true);
    }
    for (const [code, meaning] of Object.entries(PAYLOAD_CODES)) {
      expect(guide.includes(`\`${code}\``) && guide.includes(meaning), code).toBe(true);
    }
  });

  it('says of every example where its bytes come from', () => {
    for (const { example } of examples) expect(example.source.length).toBeGreaterThan(10);
  });
});
