import { idFrom } from '@stadtfunk/kernel';
import type { JobDraft, OutboxEvent } from '@stadtfunk/maintenance';
import { aJob, anAlert } from '@stadtfunk/maintenance/testing';
import { describe, expect, it } from 'vitest';
import { jobsElsewhere } from './dry-run.ts';
import { OrganisationEscalation, OrganisationPlanner, quietUntilFor } from './organisation-planner.ts';
import { readOrganisation } from './read-organisation.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Wednesday. */
const RAISED = Date.parse('2026-11-18T15:00+01:00');

function organisation(text: string) {
  const people =
    'people: [{ id: anna, name: Anna, mail: a@c.example }, { id: bernd, name: Bernd }, { id: clara, name: Clara }]';
  const read = readOrganisation(
    {
      file: 'o.yaml',
      text: `version: '1'
${people}
rotas: [{ id: weeks, start: 2026-11-16T08:00, shiftDays: 1, people: [anna, bernd] }]
hours: { weekly: [{ days: mon-fri, from: '08:00', to: '16:00' }] }
departments:
  - { id: waste, name: { de: A, en: B }, crews: [{ id: one, name: { de: A, en: B } }], onCall: weeks, lead: clara,
      hours: { weekly: [{ days: mon-sat, from: '06:00', to: '14:00' }] },
      quietHours: [{ days: mon-sun, from: '20:00', to: '06:00' }] }
  - { id: lighting, name: { de: A, en: B }, crews: [{ id: north, name: { de: A, en: B } }] }
${text}`,
    },
    { zone: 'Europe/Berlin', federalState: 'HE' },
  );
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value;
}

const DRAFT: JobDraft = {
  jobId: idFrom('a'),
  kind: 'repair',
  title: { de: 'A', en: 'A' },
  department: 'lighting',
  priority: 'normal',
  dueAt: RAISED + 24 * HOUR,
};
const OCCASION = { severity: 'major', raisedAt: RAISED, type: 'Streetlight', district: 'Nord' } as const;

describe('a new job', () => {
  const planned = (text: string, draft: Partial<JobDraft> = {}, occasion = {}) => {
    const plan = new OrganisationPlanner(organisation(text));
    return plan.plan({ ...DRAFT, ...draft }, { ...OCCASION, ...occasion });
  };
  const due = (text: string, draft: Partial<JobDraft> = {}) => new Date(planned(text, draft).dueAt!).toISOString();

  it('goes to whom the rule names, when it says, where nothing fits', () => {
    expect(planned('')).toEqual(DRAFT);
    expect(
      planned('routing: [{ for: { district: Süd }, department: waste }]\nsla: [{ for: { kind: x }, workingDays: 1 }]'),
    ).toEqual(DRAFT);
  });

  it('goes by the first route that fits, all of it', () => {
    const text = `routing:
  - { for: { type: WasteContainer }, department: waste }
  - { for: { severity: critical, district: Nord }, department: waste, crew: one }
  - { for: { district: [Nord, Süd], priority: normal }, department: lighting, crew: north }
  - { department: waste }`;

    expect(planned(text)).toMatchObject({ department: 'lighting', crew: 'north' });
    expect(planned(text, {}, { severity: 'critical' })).toMatchObject({ department: 'waste', crew: 'one' });
    expect(planned(text, { priority: 'high' })).toMatchObject({ department: 'waste' });
    expect(planned(text, { priority: 'high' })).not.toHaveProperty('crew');
    // Of a device without an asset type and district are not known.
    expect(planned(text, {}, { type: null, district: null })).toMatchObject({ department: 'waste' });
  });

  it('is due in the working time of the department that gets it, from when the problem could be known', () => {
    expect(due('sla: [{ within: PT4H }]')).toBe('2026-11-18T18:00:00.000Z');
    expect(due('sla: [{ within: PT4H, counting: working }]')).toBe('2026-11-19T10:00:00.000Z');
    expect(due('sla: [{ within: PT4H, counting: working }]', { dueFrom: RAISED + HOUR })).toBe(
      '2026-11-19T11:00:00.000Z',
    );
    expect(due('sla: [{ within: PT4H, counting: working }]\nrouting: [{ department: waste }]')).toBe(
      '2026-11-19T09:00:00.000Z',
    );
    expect(due('sla: [{ for: { department: waste }, workingDays: 3 }]\nrouting: [{ department: waste }]')).toBe(
      '2026-11-21T13:00:00.000Z',
    );
  });

  it('comes to the same however often it is decided', () => {
    const text = 'sla: [{ workingDays: 3 }]\nrouting: [{ department: waste, crew: one }]';
    expect(planned(text)).toEqual(planned(text));
  });
});

describe('jobs that are there', () => {
  it('are named if they would go elsewhere', () => {
    const job = {
      ...aJob('a'),
      number: 7,
      draftedFor: 'lighting',
      severity: 'major',
      type: null,
      district: null,
      isDelegated: false,
    } as const;
    const there = { ...job, department: 'waste', crew: 'one' };

    expect(jobsElsewhere(organisation('routing: [{ department: waste, crew: one }]'), [there])).toEqual([]);
    expect(jobsElsewhere(organisation(''), [there, { ...job, department: 'lighting', crew: null }])).toEqual([
      {
        jobId: job.jobId,
        number: 7,
        from: { department: 'waste', crew: 'one' },
        to: { department: 'lighting', crew: null },
        routeLine: null,
      },
    ]);
    expect(jobsElsewhere(organisation(''), [{ ...there, isDelegated: true }])).toEqual([]);
  });
});

describe('an alert that nobody acknowledges', () => {
  const TEXT = `escalation:
  - for: { severity: critical, department: waste }
    steps:
      - { after: PT15M, to: onCall }
      - { after: PT30M, to: [onCall, lead] }
      - { after: PT1H, to: bernd }
  - { for: { severity: [critical, major] }, steps: [{ after: PT2H, to: [lead, anna] }] }`;
  const plan = new OrganisationEscalation(organisation(TEXT));
  const critical = anAlert('a', { severity: 'critical', raisedAt: RAISED });
  const due = (minutes: number, toldAt: readonly number[] = [], department: string | null = 'waste') => {
    const told = toldAt.map((minute) => RAISED + minute * MINUTE);
    return plan.due({ alert: critical, department, toldAt: told }, RAISED + minutes * MINUTE);
  };

  it('is looked for from the first step of its severity on', () => {
    expect(plan.reach()).toEqual([
      { severity: 'critical', afterMs: 15 * MINUTE, steps: 3 },
      { severity: 'major', afterMs: 120 * MINUTE, steps: 1 },
    ]);
  });

  it('is told to whoever is on call, then to the lead, in time', () => {
    expect(due(14)).toBeNull();
    // Shifts of a day from Monday the 16th at 8: on Wednesday it is Anna again.
    expect(due(15)).toEqual({
      step: 1,
      afterMs: 15 * MINUTE,
      department: 'waste',
      to: [{ role: 'onCall', personId: 'anna', name: 'Anna', mail: 'a@c.example' }],
    });
    expect(due(29, [15])).toBeNull();
    expect(due(30, [15])?.to.map(({ role, name }) => [role, name])).toEqual([
      ['onCall', 'Anna'],
      ['lead', 'Clara'],
    ]);
    expect(due(60, [15, 30])?.to.map(({ role, name }) => [role, name])).toEqual([['person', 'Bernd']]);
    expect(due(600, [15, 30, 60])).toBeNull();
  });

  it('passes nobody over because we were away', () => {
    expect(due(600)).toMatchObject({ step: 1 });
    expect(due(614, [600])).toBeNull();
    expect(due(615, [600])).toMatchObject({ step: 2 });
    expect(due(645, [600, 615])).toMatchObject({ step: 3 });
  });

  it('is told by the first policy that fits, also where there is nobody to tell', () => {
    expect(due(119, [], 'lighting')).toBeNull();
    expect(due(120, [], 'lighting')?.to.map(({ name }) => name)).toEqual(['Anna']);
    expect(due(120, [], null)?.to.map(({ name }) => name)).toEqual(['Anna']);
  });

  it('is told to whoever is on call at that moment', () => {
    const late = plan.due({ alert: critical, department: 'waste', toldAt: [] }, Date.parse('2026-11-19T08:00+01:00'));
    expect(late?.to.map(({ name }) => name)).toEqual(['Bernd']);
  });
});

describe('a job that is past its due time', () => {
  const TEXT = `overdue:
  - { for: { priority: urgent }, steps: [{ after: PT0S, to: [onCall, lead] }, { after: PT1H, to: bernd }] }
  - for: { priority: [normal, high], department: waste }
    counting: working
    steps: [{ after: PT2H, to: lead }, { after: PT10H, to: [lead, bernd] }]`;
  const plan = new OrganisationEscalation(organisation(TEXT));
  /** Wednesday 13:00, an hour before work of the department ends. */
  const DUE = Date.parse('2026-11-18T13:00+01:00');
  const due = (at: string, toldAt: readonly string[] = [], differences = {}) => {
    const job = { ...aJob('a', { dueAt: DUE, overdueAt: DUE, ...differences }), number: 1 };
    const escalation = plan.overdueDue({ job, toldAt: toldAt.map((time) => Date.parse(time)) }, Date.parse(at));
    return escalation && [escalation.step, ...escalation.to.map(({ role, name }) => `${name} (${role})`)];
  };

  it('is looked for from the first step of its priority on', () => {
    expect(plan.overdueReach()).toEqual([
      { priority: 'urgent', afterMs: 0, steps: 2 },
      { priority: 'high', afterMs: 2 * HOUR, steps: 2 },
      { priority: 'normal', afterMs: 2 * HOUR, steps: 2 },
    ]);
    expect(new OrganisationEscalation(organisation('')).overdueReach()).toEqual([]);
  });

  it('is told to the next ones after so much working time of its department', () => {
    expect(due('2026-11-18T15:00+01:00')).toBeNull();
    expect(due('2026-11-19T06:59+01:00')).toBeNull();
    expect(due('2026-11-19T07:00+01:00')).toEqual([1, 'Clara (lead)']);
    expect(due('2026-11-19T08:00+01:00', ['2026-11-19T07:00+01:00'])).toBeNull();
    // One hour on Wednesday, eight on Thursday: the tenth ends on Friday at 7.
    expect(due('2026-11-20T06:59+01:00', ['2026-11-19T07:00+01:00'])).toBeNull();
    expect(due('2026-11-20T07:00+01:00', ['2026-11-19T07:00+01:00'])).toEqual([2, 'Clara (lead)', 'Bernd (person)']);
    expect(due('2026-12-20T07:00+01:00', ['2026-11-19T07:00+01:00', '2026-11-20T07:00+01:00'])).toBeNull();
  });

  it('passes nobody over because we were away', () => {
    expect(due('2026-12-01T08:00+01:00')).toEqual([1, 'Clara (lead)']);
    // Eight hours of work later: six that day, two the next one.
    expect(due('2026-12-02T07:59+01:00', ['2026-12-01T08:00+01:00'])).toBeNull();
    expect(due('2026-12-02T08:00+01:00', ['2026-12-01T08:00+01:00'])).toEqual([2, 'Clara (lead)', 'Bernd (person)']);
  });

  it('is told at once to whoever is on call where it is urgent, at any time of day, and to nobody where nothing fits', () => {
    expect(due('2026-11-18T12:59+01:00', [], { priority: 'urgent' })).toBeNull();
    expect(due('2026-11-18T13:00+01:00', [], { priority: 'urgent' })).toEqual([1, 'Anna (onCall)', 'Clara (lead)']);
    expect(due('2026-11-18T14:00+01:00', ['2026-11-18T13:00+01:00'], { priority: 'urgent' })).toEqual([
      2,
      'Bernd (person)',
    ]);
    expect(due('2026-12-18T14:00+01:00', [], { priority: 'low' })).toBeNull();
    expect(due('2026-12-18T14:00+01:00', [], { department: 'lighting' })).toBeNull();
    expect(due('2026-12-18T14:00+01:00', [], { dueAt: null })).toBeNull();
  });
});

describe('quiet hours', () => {
  const city = organisation("quietHours: [{ days: mon-sun, from: '22:00', to: '05:00' }]");
  const night = Date.parse('2026-11-18T23:00+01:00');
  const until = (data: OutboxEvent['data']) => {
    const time = quietUntilFor(city, { data }, night);
    return time && new Date(time).toISOString();
  };
  const job = { ...aJob('a'), number: 1 };

  it('keep back what is not critical, as long as those of its department, else those of all', () => {
    expect(until(job)).toBe('2026-11-19T05:00:00.000Z');
    expect(until({ ...job, department: 'lighting' })).toBe('2026-11-19T04:00:00.000Z');
    expect(until(anAlert('a', { severity: 'major' }))).toBe('2026-11-19T04:00:00.000Z');
    const escalation = { step: 1, afterMs: 0, department: 'waste', to: [] };
    const escalated = { ...anAlert('a', { severity: 'major' }), escalation };
    expect(until(escalated)).toBe('2026-11-19T05:00:00.000Z');
    expect(until({ ...job, escalation } as typeof job)).toBe('2026-11-19T05:00:00.000Z');
  });

  it('let through what is critical, and all of it by day', () => {
    expect(until({ ...job, priority: 'urgent' })).toBeNull();
    expect(until(anAlert('a', { severity: 'critical' }))).toBeNull();
    expect(quietUntilFor(city, { data: job }, night + 12 * HOUR)).toBeNull();
  });
});
