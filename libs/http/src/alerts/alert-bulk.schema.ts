import { ALERT_OUTCOMES, LONGEST_SHELF_MS, MOST_ALERTS_AT_ONCE, SHELF_SCOPES } from '@stadtfunk/maintenance';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { instant, isoDuration, note, pathId } from '../schemas.ts';
import { alertEntry } from './alert.schema.ts';

const alertIds = z
  .array(pathId)
  .min(1)
  .max(MOST_ALERTS_AT_ONCE)
  .transform((ids) => [...new Set(ids)]);

const answer = {
  status: 200,
  schema: z
    .strictObject({
      items: z.array(
        z.strictObject({
          alertId: z.string(),
          outcome: z
            .enum(ALERT_OUTCOMES)
            .describe('gone: it is over or there is none; conflict: it is not as it was seen, or it cannot be done'),
          code: z.string().nullable().describe('why; null: it is done'),
          alert: alertEntry.nullable().describe('as it is now; without its explanation'),
        }),
      ),
    })
    .meta({ id: 'AlertOutcomes', description: 'What became of each alert, in the order of the request' }),
} as const;

export const acknowledgeAlerts = operation({
  summary:
    'Say of up to 500 alerts that somebody has seen them. `conflict` (`alert.acknowledged`): somebody else was first. ' +
    'Doing so again changes nothing',
  tag: 'alerts',
  body: z.strictObject({ alertIds }),
  answer,
});

export const shelveAlerts = operation({
  summary: 'Put up to 500 open alerts aside until a time, as one by one',
  tag: 'alerts',
  body: z.strictObject({
    alertIds,
    until: instant.describe(`${isoDuration(LONGEST_SHELF_MS)} from now at most`),
    reason: note.describe('why: it stays on record'),
    scope: z.enum(SHELF_SCOPES).default('problem'),
  }),
  answer,
  problems: { 422: 'an end that cannot be; then nothing is shelved' },
});

export const assignAlerts = operation({
  summary:
    'Give the jobs of up to 500 alerts to somebody. `conflict` (`alert.withoutJob`): there is no job that is still to be done; ' +
    '(`job.foreign`): it is of another department. ' +
    'Doing so again changes nothing',
  tag: 'alerts',
  body: z.strictObject({ alertIds, assignee: z.string().trim().min(1).max(200) }),
  answer,
});
