import type { AlertEntry, Severity } from '../api/types.ts';

/** What the address says of the list. Names are those of the API where it knows the same. */
export const FILTER_NAMES = [
  'severity',
  'rule',
  'type',
  'district',
  'department',
  'text',
  'asset',
  'device',
  'group',
] as const;

export const ALERT_VIEWS = ['told', 'unacknowledged', 'acknowledged', 'shelved', 'suppressed', 'cleared'] as const;
export type AlertView = (typeof ALERT_VIEWS)[number];

export const ORDERS = ['severity', 'newest', 'oldest'] as const;
export type Order = (typeof ORDERS)[number];

const SINCE_MS: Readonly<Record<string, number>> = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000 };

export function viewOf(params: URLSearchParams): AlertView {
  return ALERT_VIEWS.find((view) => view === params.get('state')) ?? 'told';
}

export function orderOf(params: URLSearchParams): Order {
  return ORDERS.find((order) => order === params.get('order')) ?? 'severity';
}

/**
 * The question to the API that the address means.
 * @param now UTC ms; what `since` counts back from
 */
export function queryOf(params: URLSearchParams, now: number): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of FILTER_NAMES) {
    const value = params.get(name);
    if (value !== null && value !== '') query.set(name, value);
  }
  const view = viewOf(params);
  query.set('state', view === 'told' ? 'unacknowledged,acknowledged' : view);
  const since = SINCE_MS[params.get('since') ?? ''];
  if (since !== undefined) query.set('since', new Date(now - since).toISOString());
  return query;
}

/** Whether there may be open alerts that the address does not ask for. */
export function isNarrowed(params: URLSearchParams): boolean {
  return viewOf(params) !== 'told' || [...FILTER_NAMES, 'since'].some((name) => (params.get(name) ?? '') !== '');
}

const WORST_FIRST: readonly Severity[] = ['critical', 'major', 'minor', 'warning'];

/** As the server orders them. */
export function compareEntries(order: Order): (a: AlertEntry, b: AlertEntry) => number {
  const newest = (a: AlertEntry, b: AlertEntry) =>
    compareText(b.raisedAt, a.raisedAt) || compareText(b.alertId, a.alertId);
  if (order === 'newest') return newest;
  if (order === 'oldest') return (a, b) => newest(b, a);
  return (a, b) => WORST_FIRST.indexOf(a.severity) - WORST_FIRST.indexOf(b.severity) || newest(a, b);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
