import { readFileSync } from 'node:fs';
import { DEFAULT_ORGANISATION, ORGANISATION_FILE_SCHEMA, readOrganisation } from '@stadtfunk/organisation';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { disagreements } from './schema-agreement.ts';

const validate = new Ajv2020({ allErrors: false, strictTypes: false, strictRequired: false }).compile(
  ORGANISATION_FILE_SCHEMA,
);
const PLACE = { zone: 'Europe/Berlin', federalState: 'HE' } as const;
const readerAccepts = (text: string) => readOrganisation({ file: 'a.yaml', text }, PLACE).ok;

const NAME = { de: 'A', en: 'A' };
const FOR = {
  type: ['Streetlight'],
  district: 'Nord',
  severity: 'major',
  kind: ['repair'],
  priority: 'high',
  department: 'a',
};
/** Every key once. */
const FILE = {
  version: '1',
  zone: 'Europe/Berlin',
  federalState: 'BY',
  hours: {
    weekly: [{ days: ['mon-fri', 'sat'], from: '07:00', to: '15:30' }],
    holidays: 'open',
    closed: ['2026-12-24'],
    zone: 'Europe/Lisbon',
  },
  quietHours: [{ days: 'sun', from: '00:00', to: '24:00' }],
  people: [{ id: 'anna', name: 'Anna', mail: 'anna@city.example' }],
  rotas: [
    {
      id: 'weeks',
      start: '2026-01-05T08:00',
      shiftDays: 7,
      people: ['anna'],
      swaps: [['2026-01-12', '2026-01-19']],
      overrides: [{ from: '2026-01-06T08:00', to: '2026-01-07T08:00', person: 'anna' }],
      zone: 'Europe/Lisbon',
    },
  ],
  departments: [
    {
      id: 'a',
      name: NAME,
      crews: [{ id: 'one', name: NAME }],
      hours: null,
      quietHours: null,
      onCall: 'weeks',
      lead: 'anna',
      serviceDays: [{ days: ['tue', 'fri'], district: ['Nord'] }],
      depot: { latitude: 50.1, longitude: 8.9 },
    },
  ],
  sla: [{ for: FOR, within: 'PT8H', counting: 'working' }, { workingDays: 3 }],
  routing: [{ for: FOR, department: 'a', crew: 'one' }],
  escalation: [{ for: { severity: 'major', department: ['a'] }, steps: [{ after: 'PT15M', to: ['onCall', 'anna'] }] }],
  overdue: [
    {
      for: { priority: ['urgent'], department: 'a' },
      counting: 'working',
      steps: [{ after: 'PT15M', to: ['lead', 'anna'] }],
    },
  ],
};
/** In the place of any value; undefined: the key is missing. */
const STRANGE = [undefined, null, '', 0, 1, 1.5, 1e9, [], {}, ['x'], 'P1D', 'sat-mon'];
/** What takes more than one value to judge, or a calendar: the schema lets more pass than the reader. */
const BEYOND =
  /\.overdue\[\d\]\.steps\[\d\]\.after$|\.(zone|district|department|crew|onCall|lead|person|people|within|counting|workingDays|days|from|to|id|rotas|swaps|sla|routing|departments|crews|quietHours)(\[\d\])*$|^(\[\d\])*$|\.(to|people|department|days|swaps\[\d\]|people\[\d\]|overrides\[\d\]|for)(\[\d\])*$/;

describe("the schema of an organisation's file", () => {
  it('is the one that is published', () => {
    const published = readFileSync('docs/organisation.schema.json', 'utf8');
    expect(JSON.parse(published)).toEqual(JSON.parse(JSON.stringify(ORGANISATION_FILE_SCHEMA)));
  });

  it('accepts the bundled organisation', () => {
    validate(parse(DEFAULT_ORGANISATION.text));
    expect(validate.errors).toBeNull();
  });

  it('accepts what the reader accepts, and refuses what it refuses, key by key', () => {
    expect([readerAccepts(JSON.stringify(FILE)), validate(FILE)]).toEqual([true, true]);
    const agreement = { reader: readerAccepts, schema: validate, strange: STRANGE, beyond: BEYOND };
    const { count, tooStrict, tooLax } = disagreements(FILE, agreement);
    expect({ tooStrict, tooLax }).toEqual({ tooStrict: [], tooLax: [] });
    expect(count).toBeGreaterThan(700);
  }, 120_000);
});
