import type { Digest } from '@stadtfunk/maintenance';
import { aJob } from '@stadtfunk/maintenance/testing';
import { describe, expect, it } from 'vitest';
import { digestText } from './digest-text.ts';

const HOUR = 3_600_000;
const FROM = Date.UTC(2026, 10, 21, 12);
const OPTIONS = { language: 'en', zone: 'Europe/Berlin', consoleUrl: 'https://console.example' } as const;

describe('the mail of a digest', () => {
  it('lists what was withheld, with when and what, and says how many there are beyond', () => {
    const job = { ...aJob('bin-1'), number: 17 };
    const event = { eventId: 1, type: 'job.created', at: FROM + HOUR / 2, data: job };
    const digest: Digest = {
      channel: 'mail',
      department: 'waste',
      from: FROM,
      until: FROM + HOUR,
      count: 3,
      events: [event, { ...event, data: { ...job, number: 18, title: { de: 'x', en: 'Two\nlines' } } }],
    };
    const { subject, text } = digestText(digest, OPTIONS);

    expect(subject).toBe('[Digest] waste: 3 more notifications in one hour');
    expect(text.split('\n').filter((line) => line.startsWith('- '))).toEqual([
      '- 21 Nov 2026, 13:30 CET  [Job 17] Empty the container – bin-1',
      '- 21 Nov 2026, 13:30 CET  [Job 18] Two lines – bin-1',
      '- … + 1',
    ]);
    expect(text).toContain('Console: https://console.example');
  });
});
