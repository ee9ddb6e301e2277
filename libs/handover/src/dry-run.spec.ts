import { aJob } from '@stadtfunk/maintenance/testing';
import { describe, expect, it } from 'vitest';
import { plannedRequests } from './dry-run.ts';
import { INCIDENTS, planOf } from './testing/plans.ts';

describe('a dry run', () => {
  it('shows what would be sent for a job, and to the end of it, with names in the place of secrets', () => {
    const job = { ...aJob('bin-1'), number: 1 };

    expect(plannedRequests(planOf(INCIDENTS('https://city.service-now.com')), job, undefined, null)).toEqual([
      {
        method: 'POST',
        url: 'https://city.service-now.com/api/now/table/incident',
        headers: { Authorization: 'Basic <HANDOVER_USER>:<HANDOVER_PASSWORD>' },
        body: {
          caller_id: 'stadtfunk',
          short_description: 'Behälter leeren – bin-1',
          due_date: '2026-11-21 13:00:00',
          state: '1',
          urgency: '3',
          correlation_id: job.jobId,
          correlation_display: 'Stadtfunk',
        },
      },
      {
        method: 'PATCH',
        url: 'https://city.service-now.com/api/now/table/incident/{sys_id}',
        headers: { Authorization: 'Basic <HANDOVER_USER>:<HANDOVER_PASSWORD>' },
        body: { state: '6', close_code: 'Solution provided', close_notes: 'Erledigt' },
      },
    ]);
  });
});
