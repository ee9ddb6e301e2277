import { describe, expect, it } from 'vitest';
import type { SituationAsset } from '../api/types.ts';
import { afterEvents, rankOf, severityOf } from './city-state.ts';

const asset = (assetId: string, differences: Partial<SituationAsset> = {}): SituationAsset => ({
  assetId,
  type: 'WasteContainer',
  name: null,
  coordinates: [8.9, 50.1],
  district: null,
  department: 'waste',
  alerts: [],
  jobIds: [],
  lastContactAt: null,
  ...differences,
});
const event = (type: string, data: Record<string, unknown>) => ({ type, at: '', data });
const raised = (alertId: string, assetId: string, severity: string, more = {}) =>
  event('alert.raised', { alertId, assetId, severity, open: true, suppression: null, ...more });

describe('The assets on the map', () => {
  const city = [asset('a'), asset('b', { alerts: [{ alertId: 'old', severity: 'minor' }], jobIds: ['job-1'] })];

  it('show an alert that was raised, the worst of several first', () => {
    const after = afterEvents(city, [raised('x', 'b', 'warning'), raised('y', 'b', 'critical')])!;

    expect(after[1]?.alerts.map(({ alertId }) => alertId)).toEqual(['y', 'old', 'x']);
    expect([severityOf(after[1]!), rankOf(after[1]!), rankOf(after[0]!)]).toEqual(['critical', 1, 5]);
  });

  it('lose an alert that is over or that nobody is to be told of', () => {
    const over = event('alert.cleared', { alertId: 'old', assetId: 'b', severity: 'minor', open: false });
    const shelved = raised('old', 'b', 'minor', { suppression: { kind: 'shelved', until: null } });

    expect(afterEvents(city, [over])?.[1]?.alerts).toEqual([]);
    expect(afterEvents(city, [shelved])?.[1]?.alerts).toEqual([]);
  });

  it('follow an alert that becomes worse', () => {
    const worse = event('alert.worsened', { alertId: 'old', assetId: 'b', severity: 'major', open: true });
    expect(severityOf(afterEvents(city, [worse])![1]!)).toBe('major');
  });

  it('have heard of their device when an alert was raised by a reading', () => {
    const raisedBy = { receivedAt: '2026-11-22T12:00:00.000Z' };
    const after = afterEvents(city, [raised('x', 'a', 'major', { raisedBy })])!;
    expect(after[0]?.lastContactAt).toBe(raisedBy.receivedAt);
    const earlier = raised('y', 'a', 'minor', { raisedBy: { receivedAt: '2026-11-22T11:00:00.000Z' } });
    expect(afterEvents(after, [earlier])?.[0]?.lastContactAt).toBe(raisedBy.receivedAt);
  });

  it('stay the same objects where nothing happened to them', () => {
    const after = afterEvents(city, [raised('x', 'a', 'major')])!;
    expect(after[1]).toBe(city[1]);
    expect(afterEvents(city, [raised('old', 'b', 'minor')])).toBe(city);
    expect(afterEvents(city, [])).toBe(city);
  });

  it('have the jobs that are about them or cover one of their alerts, while these are active', () => {
    const of = (state: string, more: object) => event('job.changed', { jobId: 'job-2', state, alertIds: [], ...more });
    const covered = afterEvents(city, [of('open', { assetId: null, alertIds: ['old'] })])!;
    expect(covered.map(({ jobIds }) => jobIds)).toEqual([[], ['job-2', 'job-1']]);
    expect(afterEvents(city, [of('assigned', { assetId: 'a' })])?.[0]?.jobIds).toEqual(['job-2']);
    expect(afterEvents(covered, [of('verified', { assetId: null })])?.[1]?.jobIds).toEqual(['job-1']);
  });

  it('are to be read anew when something happens to one that is not among them', () => {
    expect(afterEvents(city, [raised('x', 'new', 'major')])).toBeUndefined();
    expect(
      afterEvents(city, [event('alert.raised', { alertId: 'x', assetId: null, severity: 'major', open: true })]),
    ).toBe(city);
  });
});
