import { readFileSync } from 'node:fs';
import { readScenario, SCENARIO_FILE_SCHEMA, SCENARIO_LIBRARY } from '@stadtfunk/device-simulator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { disagreements } from './schema-agreement.ts';

const validate = new Ajv2020({ allErrors: false, strictTypes: false, strictRequired: false }).compile(
  SCENARIO_FILE_SCHEMA,
);
const readerAccepts = (text: string) => readScenario({ file: 'a.yaml', text }).ok;

const TITLE = { de: 'A', en: 'A' };
/** Every key once. */
const FILE = {
  version: '1',
  name: 'a-b',
  title: TITLE,
  description: TITLE,
  start: '2026-10-25T00:00',
  zone: 'Europe/Berlin',
  duration: 'P1D',
  fleet: { bins: 2, parkingSpots: 1, streetLights: 1 },
  seed: 7,
  speed: 60,
  weather: { warmer: -3, snowCm: 10 },
  faults: [
    {
      kind: 'bin.fire',
      target: { asset: 'a', district: 'b', cabinet: 'c', model: 'd' },
      count: 2,
      at: 'PT1H',
      spread: 'PT1H',
    },
    { kind: 'device.dead', target: { on: 'lamp' }, share: 0.5, at: '2026-10-26T00:00Z', for: 'PT2H' },
    { kind: 'bin.surge', perYear: 3, for: ['PT1H', 'PT2H'], with: { factor: 2 } },
    { kind: 'cabinet.outage', with: { total: true } },
  ],
  short: { duration: 'PT12H', fleet: { bins: 1, parkingSpots: 0, streetLights: 0 } },
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
  0.5,
  1e9,
  true,
  [],
  {},
  ['x'],
  'PT10M',
  'P1M',
  'max',
  'bin.fire',
];
const STRANGE_MORE = [
  '2026-10-20T09:00',
  '2026-10-21T09:00Z',
  ['PT2H', 'PT3H'],
  { bins: 3 },
  { import: 'a' },
  { on: 'bin' },
];
/** What takes more than one value to judge, or a calendar: the schema lets more pass than the reader. */
const BEYOND = /^\.(zone|start|duration|short\.duration)$|\.(at|for|for\[\d\])$/;

describe('the schema of scenario files', () => {
  it('is the one that is published', () => {
    const published = readFileSync('docs/scenarios.schema.json', 'utf8');
    expect(JSON.parse(published)).toEqual(JSON.parse(JSON.stringify(SCENARIO_FILE_SCHEMA)));
  });

  it.each([...SCENARIO_LIBRARY])('accepts %s', (_name, { text }) => {
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
});
