import { readFileSync } from 'node:fs';
import { HANDOVER_FILE_SCHEMA, readHandoverPlan } from '@stadtfunk/handover';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { disagreements } from './schema-agreement.ts';

const validate = new Ajv2020({ allErrors: false, strict: false }).compile(HANDOVER_FILE_SCHEMA);
const guide = readFileSync('docs/handover.md', 'utf8');
const examples = [...guide.matchAll(/```yaml\n(version: '1'\n[\s\S]*?)```/g)].map(([, text = '']) => text);
const reader = (text: string) => readHandoverPlan('a.yaml', text).ok;

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
  /\.(url|instance|timeout|insecure|auth|record|find|changes|idempotencyHeader|status|headers|in|out|every|scope|photos\.add\.(?:field|id))\b/;

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
    let count = 0;
    for (const text of examples) {
      const agreement = { reader, schema: validate, strange: STRANGE, beyond: BEYOND };
      const { count: compared, tooStrict, tooLax } = disagreements(parse(text), agreement);
      expect({ tooStrict, tooLax }).toEqual({ tooStrict: [], tooLax: [] });
      count += compared;
    }
    expect(count).toBeGreaterThan(1_000);
  });
});
