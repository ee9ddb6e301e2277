import { readFileSync } from 'node:fs';
import { HANDOVER_FILE_SCHEMA, readHandoverPlan } from '@stadtfunk/handover';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const validate = new Ajv2020({ allErrors: false, strict: false }).compile(HANDOVER_FILE_SCHEMA);
const guide = readFileSync('docs/handover.md', 'utf8');
const examples = [...guide.matchAll(/```yaml\n(version: '1'\n[\s\S]*?)```/g)].map(([, text = '']) => text);
const readerAccepts = (file: unknown) => readHandoverPlan('a.yaml', JSON.stringify(file)).ok;

/** In the place of any value; undefined: the key is missing. */
const STRANGE = [
  undefined,
  null,
  '',
  'x',
  0,
  1.5,
  true,
  [],
  {},
  ['x'],
  { x: 1 },
  'hunter2',
  '/a/b',
  'https://a.example',
];
/** What takes more than one value to judge: the schema lets more pass than the reader. */
const BEYOND =
  /\.(url|instance|timeout|insecure|auth|record|find|changes|idempotencyHeader|status|headers|in|out|every|scope)\b/;

interface Variant {
  readonly path: string;
  readonly file: unknown;
}

/** The value with each of its parts in turn replaced by each of the strange values, or joined by an unknown key. */
function* variants(value: unknown, path: string): Generator<Variant> {
  for (const strange of STRANGE) yield { path, file: strange };
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      for (const variant of variants(item, `${path}[${index}]`)) {
        yield { path: variant.path, file: value.with(index, variant.file) };
      }
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      for (const variant of variants(item, `${path}.${key}`)) {
        yield { path: variant.path, file: { ...value, [key]: variant.file } };
      }
    }
  }
}

describe('the schema of hand-over files', () => {
  it('is the one that is published', () => {
    const published = readFileSync('docs/handover.schema.json', 'utf8');
    expect(JSON.parse(published)).toEqual(JSON.parse(JSON.stringify(HANDOVER_FILE_SCHEMA)));
  });

  it('accepts the examples of the guide, as the reader does', () => {
    expect(examples.length).toBeGreaterThanOrEqual(2);
    for (const text of examples) {
      const read = readHandoverPlan('docs/handover.md', text);
      expect(read.ok ? [] : read.error).toEqual([]);
      validate(parse(text));
      expect(validate.errors).toBeNull();
    }
  });

  it('refuses nothing that the reader accepts, key by key, and little else passes', () => {
    const tooStrict: string[] = [];
    const tooLax: string[] = [];
    let count = 0;
    for (const text of examples) {
      for (const { path, file } of variants(parse(text), '')) {
        const json = JSON.stringify(file);
        if (json === undefined) continue;
        count++;
        const [reader, schema] = [readerAccepts(file), validate(JSON.parse(json))];
        if (reader && !schema) tooStrict.push(path);
        if (schema && !reader && !BEYOND.test(path)) tooLax.push(path);
      }
    }
    expect(tooStrict).toEqual([]);
    expect(tooLax).toEqual([]);
    expect(count).toBeGreaterThan(1_000);
  });
});
