import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aJob, anAlert } from '../testing/city.ts';
import { type Harness, startHarness } from '../testing/harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

const put = (jobId: string, differences = {}) => {
  const at = harness.city.clock.now();
  const event = { at, actor: 'rule:waste.full', action: 'create', from: null, to: 'open', note: null } as const;
  harness.city.maintenanceStore.putJob(aJob(jobId, differences), event);
};

describe('the organisation', () => {
  it('is shown with its crews, and who is on call', async () => {
    const { body } = await harness.call('GET', '/api/v1/organisation');

    expect(body).toMatchObject({ zone: 'Europe/Berlin' });
    expect(body['departments']).toContainEqual({
      departmentId: 'waste',
      name: { de: 'Abfallwirtschaft', en: 'Waste management' },
      crews: [
        { crewId: 'emptying', name: { de: 'Leerung', en: 'Emptying' } },
        { crewId: 'containers', name: { de: 'Behälterdienst', en: 'Container service' } },
      ],
      rotaId: 'bauhof',
      lead: { personId: 'leitung-waste', name: 'Leitung Abfallwirtschaft' },
      onCall: expect.objectContaining({ standsIn: false }) as object,
      quietUntil: null,
      serviceDays: [{ weekdays: [1, 2, 3, 4, 5, 6], districts: null }],
      depot: { latitude: 50.1245, longitude: 8.9152 },
    });
    expect(body['departments']).toContainEqual(
      expect.objectContaining({ departmentId: 'iot', serviceDays: [], depot: null }),
    );
  });

  it('says who is on call next', async () => {
    const { body } = await harness.call('GET', '/api/v1/rotas/bauhof?at=2026-01-05T08:00:00%2B01:00&limit=2');

    expect(body['items']).toEqual([
      {
        personId: 'bereitschaft-1',
        name: 'Bereitschaft 1',
        from: '2026-01-05T07:00:00.000Z',
        until: '2026-01-12T07:00:00.000Z',
        standsIn: false,
      },
      expect.objectContaining({ personId: 'bereitschaft-2' }),
    ]);
    expect((await harness.call('GET', '/api/v1/rotas/none')).status).toBe(404);
  });
});

describe('a dry run of the routing', () => {
  const dryRun = (body: object) => harness.call('POST', '/api/v1/routing/dry-run', { body });

  it('says where a job would go, and until when', async () => {
    const job = { type: 'Streetlight', district: 'Großauheim', at: '2026-11-20T15:00:00+01:00' };

    expect((await dryRun({ job })).body).toEqual({
      job: {
        department: 'lighting',
        crew: 'south',
        dueAt: '2026-11-25T15:00:00.000Z',
        routeLine: expect.any(Number) as number,
        serviceLevelLine: expect.any(Number) as number,
      },
      last: null,
    });
  });

  it('says which of the last jobs would go elsewhere with another file', async () => {
    put('a', { kind: 'emptying', crew: 'emptying' });
    put('b', { kind: 'emptying' });
    const file = `version: '1'
departments: [{ id: roads, name: { de: Straßen, en: Roads } }]
routing: [{ department: roads }]`;

    expect((await dryRun({ last: 10 })).body['last']).toMatchObject({ looked: 2, moved: [{ jobId: 'b' }] });
    expect((await dryRun({ last: 1, file })).body['last']).toMatchObject({
      looked: 1,
      moved: [{ from: { department: 'waste' }, to: { department: 'roads', crew: null }, routeLine: 3 }],
    });
  });

  it('leaves out what people have handed over, and says how many those are', async () => {
    put('a', { kind: 'emptying', crew: 'emptying' });
    put('b', { kind: 'emptying', crew: 'emptying' });
    await harness.call('POST', '/api/v1/jobs/b/delegate', { body: { crew: 'containers', note: 'Urlaub' } });
    await harness.call('POST', '/api/v1/jobs/a/delegate', { body: { assignee: 'Anna', note: 'Urlaub' } });

    expect((await dryRun({ last: 10 })).body['last']).toEqual({ looked: 2, delegated: 1, moved: [] });
  });

  it('names the mistakes of a file', async () => {
    const { status, body } = await dryRun({ file: "version: '1'\nroutings: []", last: 1 });

    expect(status).toBe(422);
    expect(body).toMatchObject({
      code: 'organisation.broken',
      errors: [{ path: 'line 2: routings', message: "expected 'routing', found the unknown key 'routings'" }],
    });
    expect((await dryRun({})).status).toBe(400);
  });
});

describe('a job', () => {
  const delegate = (jobId: string, body: object) =>
    harness.call('POST', `/api/v1/jobs/${jobId}/delegate`, { body: { note: 'Urlaub', ...body } });

  it('is handed over with its reason', async () => {
    put('a', { state: 'assigned', assignee: 'Bernd' });

    const { body } = await delegate('a', { department: 'lighting', crew: 'north' });

    expect(body).toMatchObject({ state: 'open', department: 'lighting', crew: 'north', assignee: null, version: 2 });
    const shown = (await harness.call('GET', '/api/v1/jobs/a')).body;
    expect((shown['history'] as object[]).at(-1)).toMatchObject({
      action: 'delegate',
      note: 'Urlaub',
      changes: { department: 'lighting', crew: 'north', assignee: null },
    });
    expect((await harness.call('GET', '/api/v1/jobs?crew=north')).body['items']).toHaveLength(1);
  });

  it('is handed over to whom there is, for a reason, and nowhere else', async () => {
    put('a');
    expect(await delegate('a', { crew: 'north' })).toMatchObject({ status: 422, body: { code: 'crew.unknown' } });
    expect(await delegate('a', { department: 'opera' })).toMatchObject({
      status: 422,
      body: { code: 'department.unknown' },
    });
    expect(await delegate('a', { department: 'waste' })).toMatchObject({
      status: 422,
      body: { code: 'job.targetMissing' },
    });
    expect((await delegate('a', {})).status).toBe(400);
    expect((await delegate('a', { department: 'lighting', note: ' ' })).status).toBe(400);
    expect((await delegate('none', { crew: 'north' })).status).toBe(404);
  });
});

describe('a job that is overdue', () => {
  it('shows whom it was told to, without their addresses', async () => {
    put('late');
    const clara = { role: 'lead', personId: 'clara', name: 'Clara', mail: 'clara@city.example' } as const;
    const [overdueAt, at] = [Date.UTC(2026, 10, 21, 12), Date.UTC(2026, 10, 21, 16)];
    const { escalationRecords } = harness.city;
    escalationRecords.overdueSteps.set('late', [{ step: 1, overdueAt, at, department: 'waste', to: [clara] }]);

    expect((await harness.call('GET', '/api/v1/jobs/late/escalations')).body['items']).toEqual([
      {
        step: 1,
        overdueAt: '2026-11-21T12:00:00.000Z',
        at: '2026-11-21T16:00:00.000Z',
        department: 'waste',
        to: [{ role: 'lead', personId: 'clara', name: 'Clara' }],
      },
    ]);
    expect((await harness.call('GET', '/api/v1/jobs/none/escalations')).status).toBe(404);
  });
});

describe('an alert', () => {
  it('shows whom it was told to, without their addresses', async () => {
    const { maintenanceStore, escalationRecords } = harness.city;
    const alertId = 'alert-x';
    maintenanceStore.putAlert(anAlert(alertId), 'alert.raised');
    const anna = { role: 'onCall', personId: 'anna', name: 'Anna', mail: 'anna@city.example' } as const;
    escalationRecords.steps.set(alertId, [
      { step: 1, severity: 'critical', at: Date.UTC(2026, 10, 21, 12), department: 'waste', to: [anna] },
    ]);

    const answer = await harness.call('GET', `/api/v1/alerts/${alertId}/escalations`);

    expect(answer.body['items']).toEqual([
      {
        step: 1,
        severity: 'critical',
        at: '2026-11-21T12:00:00.000Z',
        department: 'waste',
        to: [{ role: 'onCall', personId: 'anna', name: 'Anna' }],
      },
    ]);
    expect((await harness.call('GET', '/api/v1/alerts/none/escalations')).status).toBe(404);
  });
});
