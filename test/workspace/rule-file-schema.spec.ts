import { readFileSync } from 'node:fs';
import { durationMs } from '@stadtfunk/kernel';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { compileRules, DEFAULT_RULES, RULE_FILE_SCHEMA } from '@stadtfunk/rules';
import { disagreements } from './schema-agreement.ts';

const validate = new Ajv2020({ allErrors: false, strictTypes: false }).compile(RULE_FILE_SCHEMA);
const readerAccepts = (text: string) => compileRules([{ file: 'a.yaml', text }]).ok;

const TITLE = { de: 'A', en: 'A' };
const EXAMPLE = {
  name: 'shows something',
  start: '2026-10-20T09:00:00+02:00',
  asset: { type: 'WasteContainer', district: 'Nord', location: [8.9, 50.1], attributes: { depth: 1 } },
  device: { model: 'x', lifecycle: 'active', reportingInterval: 'PT1H', registered: 'PT0S' },
  readings: [{ at: 'PT0S', receivedAt: 'PT5S', fillingLevel: 0.9, containerFull: true }],
  until: 'P1D',
  alerts: [
    {
      raised: 'PT0S',
      severity: 'minor',
      worsened: [{ at: 'PT1H', to: 'major' }],
      cleared: '2026-10-20T12:00:00Z',
    },
  ],
};
const COMMON = { subject: 'asset', severity: 'major', title: TITLE };
/** Every key once. */
const FILE = {
  version: '1',
  rules: [
    {
      id: 'a.when',
      ...COMMON,
      appliesTo: { type: ['WasteContainer'], district: 'Nord', model: ['x', 'y'], tag: ['market'] },
      when: 'fillingLevel > 0.5 || containerFull',
      clear: 'fillingLevel < 0.2',
      restart: 'containerFull',
      for: 'PT10M',
      clearFor: 'PT5M',
      readings: 2,
      department: 'waste',
      job: { kind: 'emptying', priority: 'high', due: 'P1D', title: TITLE, reopenWithin: 'PT8H' },
      group: {
        by: 'cabinet',
        atLeast: 10,
        share: 0.5,
        within: 'PT15M',
        wait: false,
        severity: 'critical',
        title: TITLE,
        job: { kind: 'repair', priority: 'urgent' },
      },
      examples: [EXAMPLE],
    },
    {
      id: 'a.unchanged',
      ...COMMON,
      severity: [
        { is: 'minor' },
        { is: 'major', after: 'P2D' },
        { is: 'critical', when: 'occupancy', priority: 'urgent' },
      ],
      unchanged: 'occupancy',
      for: 'P1D',
    },
    { id: 'a.silent', ...COMMON, silent: { of: 'measurement', intervals: 3, margin: 'PT30M', atLeast: 'PT13H' } },
  ],
};
/** In the place of any value; undefined: the key is missing. */
const STRANGE = [
  undefined,
  null,
  '',
  ' ',
  'x',
  0,
  1,
  -1,
  1.5,
  101,
  1e7,
  true,
  [],
  {},
  ['x'],
  'PT10M',
  'P1M',
  'asset.x',
];
const STRANGE_MORE = ['P1DT', 'WasteContainer', 'device', '1', '2026-10-20T09:00', '2026-10-21T09:00Z', [200, 1]];
/** What takes more than one value to judge, or the language of conditions: the schema lets more pass than the reader. */
const BEYOND = /\.(when|clear|restart|until|start|id|readings\[\d\](\.(at|receivedAt|fillingLevel|containerFull))?)$/;

describe('the schema of rule files', () => {
  it('is the one that is published', () => {
    const published = readFileSync('docs/rules.schema.json', 'utf8');
    expect(JSON.parse(published)).toEqual(JSON.parse(JSON.stringify(RULE_FILE_SCHEMA)));
  });

  it.each(DEFAULT_RULES.map(({ file, text }) => [file, text]))('accepts %s', (_file, text) => {
    validate(parse(text));
    expect(validate.errors).toBeNull();
  });

  it('accepts what the reader accepts and refuses what it refuses, key by key', () => {
    expect([readerAccepts(JSON.stringify(FILE)), validate(FILE)]).toEqual([true, true]);
    const agreement = {
      reader: readerAccepts,
      schema: validate,
      strange: [...STRANGE, ...STRANGE_MORE],
      beyond: BEYOND,
    };
    const { count, tooStrict, tooLax } = disagreements(FILE, agreement);
    expect({ tooStrict, tooLax }).toEqual({ tooStrict: [], tooLax: [] });
    expect(count).toBeGreaterThan(1_000);
  });

  it('knows the same durations as the reader', () => {
    const silent = (margin: string) => {
      return { version: '1', rules: [{ id: 'a.silent', ...COMMON, silent: { intervals: 3, margin } }] };
    };
    const parts = fc.constantFrom('P', 'T', '1', '0.5', '12', 'W', 'D', 'H', 'M', 'S', '.', 'Y', '-');
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 9 }), (some) => {
        const text = `P${some.join('')}`;
        expect(validate(silent(text)), text).toBe(durationMs(text) !== undefined);
      }),
      { numRuns: 3_000 },
    );
  });
});
