import type { Explanation } from '@stadtfunk/maintenance';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aJob, anAlert } from '../testing/city.ts';
import { type Harness, startHarness } from '../testing/harness.ts';

const NOON = Date.UTC(2026, 10, 21, 12);
const HOUR = 3_600_000;
const BIN = {
  assetId: 'bin-1',
  type: 'WasteContainer',
  name: 'Glas Markt',
  location: { type: 'Point', coordinates: [8.9169, 50.1328] },
  district: 'Innenstadt',
  address: { streetAddress: 'Marktplatz 1' },
};
const CREATED = { at: NOON, actor: 'rule:waste.full', action: 'create', from: null, to: 'open', note: null } as const;

const EXPLANATION: Explanation = {
  raised: {
    ruleVersion: '1',
    since: NOON - HOUR,
    forMs: 0,
    readings: [{ observedAt: NOON, receivedAt: NOON + 1_000, values: { fillingLevel: 0.93 } }],
    conditions: [
      {
        text: 'fillingLevel >= 0.85',
        holds: true,
        terms: [
          {
            text: 'fillingLevel >= 0.85',
            answer: true,
            values: { fillingLevel: 0.93 },
            threshold: { value: 0.93, operator: '>=', limit: 0.85 },
          },
        ],
      },
    ],
  },
  worsened: [],
  clears: {
    text: 'fillingLevel < 0.5',
    forMs: 0,
    terms: [
      {
        text: 'fillingLevel < 0.5',
        answer: false,
        values: { fillingLevel: 0.93 },
        threshold: { value: 0.93, operator: '<', limit: 0.5 },
      },
    ],
  },
  cleared: null,
};

describe('The API of alerts', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
    await harness.call('POST', '/api/v1/assets', { body: BIN });
    const device = { deviceId: 'sensor-1', model: 'dragino-ndds75', assetId: 'bin-1' };
    await harness.call('POST', '/api/v1/devices', { body: device });
    const { maintenanceStore } = harness.city;
    maintenanceStore.putAlert(anAlert('alert-1', { explanation: EXPLANATION }), 'alert.raised');
    maintenanceStore.putAlert(
      anAlert('alert-2', { severity: 'critical', assetId: null, deviceId: 'sensor-2', ruleId: 'device.silent' }),
      'alert.raised',
    );
    maintenanceStore.putAlert(
      anAlert('alert-3', { clearedAt: NOON, clearReason: 'measured', raisedAt: NOON - 9 * HOUR }),
      'alert.cleared',
    );
    maintenanceStore.putJob(aJob('job-1'), CREATED);
  });
  afterEach(() => harness.close());

  const get = async (path: string) => (await harness.call('GET', `/api/v1${path}`)).body;
  const post = async (path: string, body: object) => (await harness.call('POST', `/api/v1${path}`, { body })).body;
  const listed = async (query: string) =>
    ((await get(`/alerts?${query}`))['items'] as { alertId: string }[])
      .map(({ alertId }) => alertId.slice(-1))
      .join('');

  it('lists alerts with their place, whom they concern and their job', async () => {
    const { items } = (await get('/alerts?asset=bin-1&open=true')) as { items: object[] };

    expect(items).toMatchObject([
      {
        alertId: 'alert-1',
        place: {
          assetId: 'bin-1',
          type: 'WasteContainer',
          name: 'Glas Markt',
          district: 'Innenstadt',
          street: 'Marktplatz 1',
        },
        departments: ['waste'],
        job: { jobId: 'job-1', number: 17, state: 'open', assignee: null, dueAt: '2026-11-22T11:31:00.000Z' },
        explanation: { raised: { ruleVersion: '1' } },
      },
    ]);
    expect((await get('/alerts?explained=false'))['items']).toMatchObject([{}, { explanation: null }, {}].slice(0, 3));
  });

  it('filters and orders them, and refuses filters that mean nothing', async () => {
    const found = {
      'state=unacknowledged&order=severity': '21',
      'state=cleared,unacknowledged&order=oldest': '312',
      'severity=critical,minor&open=true&order=severity': '21',
      'type=WasteContainer&open=true': '1',
      'district=Innenstadt&since=2026-11-21T10:00:00Z': '1',
      'department=waste&open=true': '1',
      'department=lighting': '',
      'text=markt%20glas': '13',
      'ids=alert-2,alert-3,nothing&order=severity': '23',
    };
    for (const [query, expected] of Object.entries(found))
      expect([query, await listed(query)]).toEqual([query, expected]);

    for (const query of ['state=gone', 'severity=bad,critical', 'type=Bench', 'order=worst', 'since=now', 'text=%20']) {
      expect([query, (await get(`/alerts?${query}`))['code']]).toEqual([query, 'request.invalid']);
    }
  });

  it('counts open alerts, each filter as if it were not chosen', async () => {
    const counts = await get('/alerts/counts?severity=critical');

    expect(counts).toEqual({
      open: 1,
      severities: {
        critical: { open: 1, unacknowledged: 1 },
        major: { open: 0, unacknowledged: 0 },
        minor: { open: 1, unacknowledged: 1 },
        warning: { open: 0, unacknowledged: 0 },
      },
      states: { unacknowledged: 1, acknowledged: 0, shelved: 0, suppressed: 0 },
      rules: [{ ruleId: 'device.silent', open: 1 }],
      types: [],
      districts: [],
    });
    expect(await get('/alerts/counts?district=Nowhere&text=markt')).toMatchObject({
      open: 0,
      districts: [{ district: 'Innenstadt', open: 1 }],
      types: [],
    });
  });

  describe('of many at once', () => {
    const outcomes = (body: Record<string, unknown>) =>
      (body['items'] as { alertId: string; outcome: string; code: string | null }[]).map(
        ({ alertId, outcome, code }) => `${alertId} ${outcome} ${code}`,
      );

    it('acknowledges them, and says of each what became of it', async () => {
      harness.city.maintenanceStore.putAlert(
        anAlert('alert-4', { acknowledgedAt: NOON, acknowledgedBy: 'Bernd' }),
        'x',
      );
      const alertIds = ['alert-1', 'alert-4', 'alert-3', 'nothing', 'alert-1'];
      const body = await post('/alerts/acknowledge', { alertIds });

      expect(outcomes(body)).toEqual([
        'alert-1 done null',
        'alert-4 conflict alert.acknowledged',
        'alert-3 gone alert.cleared',
        'nothing gone alert.unknown',
      ]);
      expect(body['items']).toMatchObject([
        { alert: { acknowledgedBy: 'admin', place: { assetId: 'bin-1' } } },
        { alert: { acknowledgedBy: 'Bernd' } },
        { alert: { open: false } },
        { alert: null },
      ]);
      expect(outcomes(await post('/alerts/acknowledge', { alertIds: ['alert-1'] }))).toEqual(['alert-1 done null']);
    });

    it('shelves them until a time for a reason', async () => {
      const until = new Date(harness.city.clock.now() + HOUR).toISOString();
      const shelf = { alertIds: ['alert-1', 'alert-3'], until, reason: 'Baustelle' };

      expect(outcomes(await post('/alerts/shelve', shelf))).toEqual([
        'alert-1 done null',
        'alert-3 gone alert.cleared',
      ]);
      expect(await listed('state=shelved')).toBe('1');
      expect((await get('/shelves?current=true'))['items']).toMatchObject([
        { alertId: 'alert-1', reason: 'Baustelle', alert: { place: { name: 'Glas Markt' } } },
      ]);
      const past = { ...shelf, until: '2020-01-01T00:00:00Z' };
      expect(await post('/alerts/shelve', past)).toMatchObject({ status: 422, code: 'shelf.endsInPast' });
      expect(await post('/alerts/shelve', { ...shelf, reason: ' ' })).toMatchObject({ status: 400 });
    });

    it('assigns their jobs', async () => {
      const body = await post('/alerts/assign', { alertIds: ['alert-1', 'alert-2'], assignee: 'Kolonne 3' });

      expect(outcomes(body)).toEqual(['alert-1 done null', 'alert-2 conflict alert.withoutJob']);
      expect(body['items']).toMatchObject([{ alert: { job: { state: 'assigned', assignee: 'Kolonne 3' } } }, {}]);
    });

    it('takes 500 and no more', async () => {
      const alertIds = Array.from({ length: 501 }, (_, index) => `alert-${index + 10}`);

      expect(await post('/alerts/acknowledge', { alertIds })).toMatchObject({ status: 400 });
      expect(await post('/alerts/acknowledge', { alertIds: [] })).toMatchObject({ status: 400 });
      expect(outcomes(await post('/alerts/acknowledge', { alertIds: alertIds.slice(1) }))).toHaveLength(500);
    });
  });

  describe('with all that one has to know', () => {
    it('gives the readings around it with what they were compared with', async () => {
      const readings = [-30, -1, 0, 1, 2].map((hours) => ({
        ...({ deviceId: 'sensor-1', assetId: 'bin-1', clock: 'ok', quality: 4 } as const),
        observedAt: NOON + hours * HOUR,
        receivedAt: NOON + hours * HOUR + 1_000,
        values: { fillingLevel: 0.6 + hours / 100, csq: 20 },
      }));
      await harness.city.telemetryStore.write(readings);
      harness.city.clock.advance(HOUR);
      const body = await get('/alerts/alert-1/context');

      expect(body).toMatchObject({ from: '2026-11-20T11:00:00.000Z', reportingInterval: 'PT2H' });
      expect(body['series']).toMatchObject([
        {
          quantity: 'fillingLevel',
          unit: '1',
          thresholds: [
            { text: 'fillingLevel >= 0.85', operator: '>=', limit: 0.85, meaning: 'raises', severity: null },
            { text: 'fillingLevel < 0.5', operator: '<', limit: 0.5, meaning: 'clears', severity: null },
          ],
          isCut: false,
        },
      ]);
      const [series] = body['series'] as { points: { observedAt: string; value: number }[] }[];
      expect(series?.points.map(({ observedAt }) => observedAt.slice(11, 13))).toEqual(['11', '12', '13']);
    });

    it('gives its asset, device, job, rule, escalations, shelf and what was there before', async () => {
      const anna = { role: 'onCall', personId: 'anna', name: 'Anna', mail: 'anna@city.example' } as const;
      const step = { step: 1, severity: 'minor', at: NOON, department: 'waste', to: [anna] } as const;
      harness.city.escalationRecords.steps.set('alert-1', [step]);
      const until = new Date(harness.city.clock.now() + HOUR).toISOString();
      await post('/alerts/alert-1/shelve', { until, reason: 'Baustelle' });
      const body = await get('/alerts/alert-1/context');

      expect(body).toMatchObject({
        alert: { alertId: 'alert-1', explanation: { clears: { text: 'fillingLevel < 0.5' } } },
        rule: { ruleId: 'waste.full', mode: 'live' },
        group: null,
        members: [],
        shelf: { reason: 'Baustelle', shelvedBy: 'admin', until },
        escalations: [{ step: 1, to: [{ name: 'Anna' }] }],
        job: { jobId: 'job-1', state: 'open' },
        asset: { assetId: 'bin-1' },
        device: { deviceId: 'sensor-1' },
        history: { alerts: [{ alertId: 'alert-3' }], jobs: [{ jobId: 'job-1' }] },
      });
      expect(JSON.stringify(body)).not.toContain('anna@city.example');
      expect(await get('/alerts/nothing/context')).toMatchObject({ status: 404, code: 'alert.unknown' });
    });

    it('gives the members of a group, and the group of a member', async () => {
      const member = anAlert('alert-5', { groupAlertId: 'alert-1', raisedAt: NOON });
      harness.city.maintenanceStore.putAlert(member, 'alert.suppressed');

      expect(await get('/alerts/alert-1/context')).toMatchObject({
        members: [{ alertId: 'alert-5' }],
        hasMoreMembers: false,
      });
      expect(await get('/alerts/alert-5/context')).toMatchObject({
        group: { alertId: 'alert-1' },
        job: { jobId: 'job-1' },
      });
    });
  });
});
