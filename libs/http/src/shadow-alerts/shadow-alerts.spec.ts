import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anAlert } from '../testing/city.ts';
import { type Harness, startHarness } from '../testing/harness.ts';

describe('GET /api/v1/shadow-alerts', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
    const { acknowledgedAt: _at, acknowledgedBy: _by, ...alert } = anAlert('alert-1');
    const later = alert.raisedAt + 60_000;
    harness.city.shadowAlerts.alerts.push(
      { ...alert, job: null, clearedAt: later, clearReason: 'measured' },
      { ...alert, alertId: 'alert-2', assetId: 'bin-2', severity: 'critical', raisedAt: later, job: null },
    );
  });
  afterEach(() => harness.close());

  it('lists what rules in shadow mode have recorded, newest first, and filters it', async () => {
    const all = await harness.call('GET', '/api/v1/shadow-alerts');
    expect(all.body['items']).toMatchObject([
      { alertId: 'alert-2', open: true, clearedAt: null, job: null },
      { alertId: 'alert-1', open: false, clearReason: 'measured' },
    ]);
    const open = await harness.call('GET', '/api/v1/shadow-alerts?open=false&rule=waste.full&asset=bin-1');
    expect(open.body['items']).toMatchObject([{ alertId: 'alert-1' }]);
    const critical = await harness.call('GET', '/api/v1/shadow-alerts?severity=critical');
    expect(critical.body['items']).toMatchObject([{ alertId: 'alert-2', severity: 'critical' }]);
    expect((await harness.call('GET', '/api/v1/shadow-alerts?severity=worst')).status).toBe(400);
  });

  it('gives them page by page', async () => {
    const first = await harness.call('GET', '/api/v1/shadow-alerts?limit=1');
    expect(first.body['items']).toMatchObject([{ alertId: 'alert-2' }]);
    const next = encodeURIComponent(first.body['next'] as string);
    const second = await harness.call('GET', `/api/v1/shadow-alerts?limit=1&after=${next}`);
    expect(second.body).toMatchObject({ items: [{ alertId: 'alert-1' }], next: null });
    expect((await harness.call('GET', '/api/v1/shadow-alerts?device=nb-none')).body['items']).toEqual([]);
  });

  it('is not what the list of alerts has', async () => {
    expect((await harness.call('GET', '/api/v1/alerts')).body['items']).toEqual([]);
  });
});
