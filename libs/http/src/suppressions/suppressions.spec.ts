import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anAlert } from '../testing/city.ts';
import { type Harness, startHarness } from '../testing/harness.ts';

const HOUR = 3_600_000;

describe('The API of shelves and maintenance windows', () => {
  let harness: Harness;
  let now: number;
  beforeEach(async () => {
    harness = await startHarness();
    now = harness.city.clock.now();
    harness.city.maintenanceStore.putAlert(anAlert('open'), 'alert.raised');
    harness.city.maintenanceStore.putAlert(
      anAlert('over', { clearedAt: now, clearReason: 'measured' }),
      'alert.cleared',
    );
  });
  afterEach(() => harness.close());

  const iso = (later: number) => new Date(now + later).toISOString();
  const shelve = (alertId: string, body: object) => {
    return harness.call('POST', `/api/v1/alerts/${alertId}/shelve`, { body: { reason: 'Baustelle', ...body } });
  };
  const unshelve = (alertId: string) => harness.call('POST', `/api/v1/alerts/${alertId}/unshelve`);
  const plan = (body: object) => {
    const usual = { endsAt: iso(HOUR), reason: 'Kabel' };
    return harness.call('POST', '/api/v1/maintenance-windows', { body: { ...usual, ...body } });
  };

  it('shelves an alert until a time, with who and why, and ends that', async () => {
    const shelved = await shelve('open', { until: iso(HOUR) });
    expect([shelved.status, shelved.body['suppression']]).toEqual([200, { kind: 'shelved', until: iso(HOUR) }]);
    const shelves = async (query: string) => (await harness.call('GET', `/api/v1/shelves${query}`)).body['items'];
    expect(await shelves('?current=true')).toMatchObject([
      { alertId: 'open', scope: 'problem', reason: 'Baustelle', since: iso(0), until: iso(HOUR), endedAt: null },
    ]);

    expect((await unshelve('open')).status).toBe(200);
    expect(await shelves('?current=true')).toEqual([]);
    expect(await shelves('')).toMatchObject([{ endedAt: iso(0) }]);
    expect((await unshelve('open')).body).toMatchObject({ status: 409, code: 'alert.notShelved' });
  });

  it.each([
    ['nobody', HOUR, 404, 'alert.unknown'],
    ['over', HOUR, 409, 'alert.cleared'],
    ['open', -1, 422, 'shelf.endsInPast'],
    ['open', 31 * 24 * HOUR, 422, 'shelf.tooLong'],
  ])('refuses to shelve what cannot be (%s, %i)', async (alertId, later, status, code) => {
    expect((await shelve(alertId, { until: iso(later) })).body).toMatchObject({ status, code });
  });

  it('asks for a reason', async () => {
    expect((await shelve('open', { until: iso(HOUR), reason: ' ' })).body).toMatchObject({ code: 'request.invalid' });
    expect((await plan({ ruleId: 'x', reason: '' })).body).toMatchObject({ code: 'request.invalid' });
  });

  it('announces planned work from now on, shows it and ends it', async () => {
    const { status, body } = await plan({ cabinetId: 'C-12', assetIds: ['lamp-1'] });
    expect(status).toBe(201);
    expect(body).toMatchObject({ assetIds: ['lamp-1'], cabinetId: 'C-12', district: null, startsAt: iso(0) });
    const path = `/api/v1/maintenance-windows/${String(body['windowId'])}`;
    expect((await harness.call('GET', path)).body).toEqual(body);
    harness.city.clock.advance(1_000);
    expect((await harness.call('DELETE', path)).body).toMatchObject({ endedAt: iso(1_000) });
    const current = await harness.call('GET', '/api/v1/maintenance-windows?current=true');
    expect(current.body['items']).toEqual([]);
    expect((await harness.call('GET', '/api/v1/maintenance-windows')).body['items']).toHaveLength(1);
  });

  it.each([
    [{}, 'window.scopeMissing'],
    [{ ruleId: 'x', endsAt: '2020-01-01T00:00:00Z', startsAt: '2019-12-31T00:00:00Z' }, 'window.endsInPast'],
    [{ ruleId: 'x', startsAt: '2099-01-01T00:00:00Z' }, 'window.endsBeforeStart'],
    [{ ruleId: 'x', endsAt: '2099-01-01T00:00:00Z' }, 'window.tooLong'],
  ])('refuses planned work that cannot be (%j)', async (body, code) => {
    expect((await plan(body)).body).toMatchObject({ status: 422, code });
  });

  it('knows no window that nobody has announced', async () => {
    for (const method of ['GET', 'DELETE']) {
      const { body } = await harness.call(method, '/api/v1/maintenance-windows/x');
      expect(body).toMatchObject({ status: 404, code: 'window.unknown' });
    }
  });
});
