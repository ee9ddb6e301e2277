import { CLOCK_VERDICTS, QUANTITY_NAMES } from '@stadtfunk/readings';
import { z } from 'zod';
import { asset } from '../assets/asset.schema.ts';
import { device } from '../devices/device.schema.ts';
import { job } from '../jobs/job.schema.ts';
import { operation } from '../operation.ts';
import { escalation } from '../organisation/organisation.schema.ts';
import { isoTime, pathId, severity, text } from '../schemas.ts';
import { shelf } from '../suppressions/suppression.schema.ts';
import { alertEntry } from './alert.schema.ts';

const series = z
  .strictObject({
    quantity: z.enum(QUANTITY_NAMES),
    label: text,
    unit: z.string().describe('UCUM'),
    kind: z.enum(['number', 'flag']),
    thresholds: z.array(
      z.strictObject({
        text: z.string().describe('as it stands in the rule'),
        operator: z.enum(['<', '<=', '>', '>=', '==', '!=']),
        limit: z.number(),
        meaning: z.enum(['raises', 'worsens', 'clears']),
        severity: severity.nullable().describe('that it becomes by this'),
      }),
    ),
    points: z
      .array(
        z.strictObject({
          observedAt: isoTime,
          receivedAt: isoTime,
          value: z.union([z.number(), z.boolean()]),
          clock: z.enum(CLOCK_VERDICTS),
          quality: z.int().min(0).max(4).describe('uCIFI 6042: 3 suspicious, 4 accepted'),
        }),
      )
      .describe('oldest first'),
    isCut: z.boolean().describe('there are more readings than are given: the last are missing'),
  })
  .meta({ id: 'AlertSeries', description: 'What was measured around an alert, with what it was compared with' });

export const showAlertContext = operation({
  summary: 'An alert with all that one has to know to judge it',
  tag: 'alerts',
  params: z.strictObject({ alertId: pathId }),
  answer: {
    status: 200,
    schema: z
      .strictObject({
        alert: alertEntry,
        rule: z
          .strictObject({ ruleId: z.string(), version: z.string(), mode: z.enum(['live', 'shadow']) })
          .nullable()
          .describe('as it is in force now; null: it is no more'),
        group: alertEntry.nullable().describe('the alert that stands for it'),
        members: z.array(alertEntry).describe('of a group, without explanations'),
        hasMoreMembers: z.boolean(),
        shelf: shelf.nullable().describe('on which it lies now'),
        escalations: z.array(escalation),
        job: job.nullable(),
        asset: asset.nullable(),
        device: device.nullable(),
        reportingInterval: z.string().nullable().describe('how often it is to be heard of, ISO 8601; null: unknown'),
        history: z
          .strictObject({ alerts: z.array(alertEntry), jobs: z.array(job) })
          .describe('others of the same asset, else of the same device, newest first'),
        from: isoTime,
        to: isoTime,
        series: z.array(series),
      })
      .meta({ id: 'AlertContext' }),
  },
  problems: { 404: 'no such alert' },
});
