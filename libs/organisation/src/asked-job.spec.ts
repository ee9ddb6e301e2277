import { describe, expect, it } from 'vitest';
import { planAskedJob, type NamedByPerson } from './asked-job.ts';
import { readOrganisation } from './read-organisation.ts';

const HOUR = 3_600_000;
const NOON = Date.parse('2026-11-18T12:00+01:00');
const TEXT = `version: '1'
departments:
  - { id: waste, name: { de: A, en: B }, crews: [{ id: bins, name: { de: A, en: B } }] }
  - { id: lighting, name: { de: A, en: B }, crews: [{ id: north, name: { de: A, en: B } }, { id: south, name: { de: A, en: B } }] }
routing:
  - { for: { severity: critical }, department: waste }
  - { for: { district: Nord, kind: cleaning }, department: waste, crew: bins }
  - { for: { department: lighting }, crew: north }
sla:
  - { for: { department: waste }, within: PT2H }
  - { for: { priority: high }, within: PT6H }`;

const organisation = readOrganisation({ file: 'o.yaml', text: TEXT }, { zone: 'Europe/Berlin', federalState: 'HE' });
if (!organisation.ok) throw new Error(JSON.stringify(organisation.error));

const FACTS = {
  type: 'Streetlight',
  district: 'Nord',
  kind: 'repair',
  priority: 'normal',
  department: 'lighting',
} as const;
const planned = (named: NamedByPerson, facts: object = {}) => {
  const { department, crew, dueAt } = planAskedJob(organisation.value, { ...FACTS, ...facts }, named, NOON);
  return { department, crew, within: dueAt === null ? null : (dueAt - NOON) / HOUR };
};

describe('a job that a person asks for', () => {
  it('goes where the organisation says, and is due when it says, where the person names nothing', () => {
    expect(planned({})).toEqual({ department: 'lighting', crew: 'north', within: null });
    expect(planned({}, { priority: 'high' })).toEqual({ department: 'lighting', crew: 'north', within: 6 });
    expect(planned({}, { kind: 'cleaning' })).toEqual({ department: 'waste', crew: 'bins', within: 2 });
  });

  it('stays with the department that the person names, with its crew and its due time', () => {
    expect(planned({ department: 'lighting' }, { kind: 'cleaning' })).toEqual({
      department: 'lighting',
      crew: 'north',
      within: null,
    });
    expect(planned({ department: 'waste' })).toEqual({ department: 'waste', crew: null, within: 2 });
  });

  it('keeps the crew and the due time that the person names, none and some day too', () => {
    expect(planned({ crew: 'south', dueAt: NOON + HOUR })).toEqual({
      department: 'lighting',
      crew: 'south',
      within: 1,
    });
    expect(planned({ crew: null, dueAt: null }, { priority: 'high' })).toEqual({
      department: 'lighting',
      crew: null,
      within: null,
    });
  });
});
