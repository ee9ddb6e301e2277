import type { Alert, Job, Ledger } from './api.ts';
import { h } from './dom.ts';
import { number, say, type TextName } from './texts.ts';

/** How things stand, in four numbers. */
export function overview(alerts: readonly Alert[], jobs: readonly Job[], now: number): HTMLElement {
  const overdue = jobs.filter(({ dueAt }) => dueAt !== null && Date.parse(dueAt) < now).length;
  return h(
    'section',
    { class: 'overview', 'aria-label': say('overview') },
    figure('openAlerts', alerts.length),
    figure('unseen', alerts.filter(({ acknowledgedBy }) => acknowledgedBy === null).length),
    figure('openJobs', jobs.length),
    figure('overdue', overdue),
  );
}

function figure(name: TextName, value: number): HTMLElement {
  return h(
    'div',
    { class: value > 0 && name === 'overdue' ? 'figure alarming' : 'figure' },
    h('strong', {}, number(value)),
    h('span', {}, say(name)),
  );
}

/** What became of everything received, in one line. */
export function ledgerLine(ledger: Ledger | undefined): HTMLElement | null {
  if (!ledger) return null;
  const { received, processed, rejected, waiting } = ledger.uplinks;
  const part = (value: number, name: TextName) => h('span', {}, h('b', {}, number(value)), ` ${say(name)}`);
  return h(
    'footer',
    { class: 'ledger' },
    h('h2', {}, say('ledger')),
    part(received, 'received'),
    part(processed, 'processed'),
    part(rejected, 'rejected'),
    part(waiting, 'waiting'),
    part(ledger.readings.stored, 'stored'),
  );
}
