import type { OutboxEvent } from '@stadtfunk/maintenance';
import { aJob, anAlert } from '@stadtfunk/maintenance/testing';
import { describe, expect, it } from 'vitest';
import { mailText } from './mail-text.ts';
import { addressesFor } from './recipients.ts';

const AT = Date.UTC(2026, 10, 21, 12);
const alert: OutboxEvent = {
  eventId: 1,
  type: 'alert.raised',
  at: AT,
  data: anAlert('bin-1', { severity: 'critical' }),
};
const overdue: OutboxEvent = { eventId: 2, type: 'job.overdue', at: AT, data: { ...aJob('bin-1'), number: 12 } };
const options = { language: 'de', zone: 'Europe/Berlin', consoleUrl: null } as const;

describe('the text of a mail', () => {
  it('says of an alert what was measured, where and when', () => {
    expect(mailText(alert, options)).toEqual({
      subject: '[Alarm, kritisch] Behälter voll – bin-1',
      text: `[Alarm, kritisch] Behälter voll – bin-1

Objekt:    bin-1
Gerät:     device-bin-1
Gemessen:  21.11.2026, 13:00 MEZ
Messwerte: fillingLevel 0.93
Regel:     bin-full (1)

Diese Nachricht wurde automatisch erstellt. Antworten liest niemand.
`,
    });
  });

  it('is there in English, too', () => {
    expect(mailText(overdue, { ...options, language: 'en', consoleUrl: 'https://city.example/' })).toEqual({
      subject: '[Job 12, overdue] Empty the container – bin-1',
      text: `[Job 12, overdue] Empty the container – bin-1

Asset:      bin-1
Device:     device-bin-1
Department: waste
Priority:   normal
Created:    21 Nov 2026, 13:00 CET
Due:        21 Nov 2026, 14:00 CET

Console: https://city.example/

This message was made automatically. Nobody reads replies.
`,
    });
  });

  it('cuts endless names between characters', () => {
    const data = { ...aJob('x', { title: { de: '🗑'.repeat(10_000), en: '' } }), number: 1 };

    expect(mailText({ ...overdue, data }, options).subject).toBe(`[Auftrag 1, überfällig] ${'🗑'.repeat(199)}… – x`);
  });
});

describe('the addresses for an event', () => {
  const selection = {
    to: [
      { address: 'all@city.example', department: null },
      { address: 'waste@city.example', department: 'waste' },
      { address: 'light@city.example', department: 'lighting' },
      { address: 'all@city.example', department: 'waste' },
    ],
    events: ['alert.raised', 'job.overdue'],
    severity: 'major',
  } as const;

  it('are those of its department and those for everything, each once', () => {
    expect(addressesFor(overdue, selection)).toEqual(['all@city.example', 'waste@city.example']);
    expect(addressesFor(alert, selection)).toEqual(['all@city.example']);
  });

  it('are none for other events and milder alerts', () => {
    expect(addressesFor({ ...overdue, type: 'job.created' }, selection)).toEqual([]);
    expect(addressesFor({ ...alert, data: anAlert('a', { severity: 'minor' }) }, selection)).toEqual([]);
    expect(addressesFor({ ...alert, data: anAlert('a', { severity: 'major' }) }, selection)).toHaveLength(1);
  });

  it('tells of an alert that nobody acknowledges whom the step calls, whatever else is mailed', () => {
    const anna = { role: 'onCall', personId: 'anna', name: 'Anna Weber', mail: 'anna@city.example' } as const;
    const clara = { ...anna, personId: 'clara', name: 'Clara Neu', mail: null };
    const escalated = (to: readonly (typeof anna | typeof clara)[]): OutboxEvent => {
      const escalation = { step: 1, afterMs: 900_000, department: 'waste', to };
      const data = { ...anAlert('bin-1', { severity: 'minor' }), escalation };
      return { eventId: 3, type: 'alert.escalated', at: AT, data };
    };
    const to = [
      { address: 'all@city.example', department: null },
      { address: 'waste@city.example', department: 'waste' },
      { address: 'light@city.example', department: 'lighting' },
    ];
    const nothing = { to, events: [], severity: 'critical' } as const;

    expect(addressesFor(escalated([anna, clara]), nothing)).toEqual(['anna@city.example']);
    expect(addressesFor(escalated([clara]), nothing)).toEqual(['all@city.example', 'waste@city.example']);
    const { subject, text } = mailText(escalated([anna, clara]), options);
    expect(subject).toBe('[Alarm, gering, nicht quittiert] Behälter voll – bin-1');
    expect(text).toContain('Gerufen:   Anna Weber, Clara Neu\n');
    const { data } = escalated([anna]) as { data: object };
    const late = { ...overdue.data, escalation: 'escalation' in data ? data.escalation : null };
    const job = { ...overdue, type: 'job.escalated', data: late };
    expect(addressesFor(job, nothing)).toEqual(['anna@city.example']);
    expect(mailText(job, options).subject).toBe('[Auftrag 12, weiter überfällig] Behälter leeren – bin-1');
    expect(mailText(job, options).text).toMatch(/Gerufen: +Anna Weber\n/);
  });
});
