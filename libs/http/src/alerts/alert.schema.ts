import { ASSET_TYPES } from '@stadtfunk/devices';
import {
  ALERT_ORDERS,
  ALERT_STATES,
  JOB_PRIORITIES,
  JOB_STATES,
  SEVERITIES,
  SUPPRESSIONS,
} from '@stadtfunk/maintenance';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { instant, isoTime, listOf, pageOf, pageQuery, pathId, severity, text } from '../schemas.ts';
import { values } from '../readings/reading.schema.ts';
import { explanation } from './explanation.schema.ts';

export const evidence = z
  .strictObject({ observedAt: isoTime, receivedAt: isoTime, values })
  .meta({ id: 'Evidence', description: 'A reading that decided something' });

export const alert = z
  .strictObject({
    alertId: z.string(),
    ruleId: z.string(),
    ruleVersion: z.string(),
    severity,
    title: text,
    assetId: z.string().nullable(),
    deviceId: z.string(),
    open: z.boolean(),
    raisedAt: isoTime,
    acknowledgedAt: isoTime.nullable(),
    acknowledgedBy: z.string().nullable(),
    clearedAt: isoTime.nullable(),
    clearReason: z.enum(['measured', 'ruleRemoved', 'rebound', 'dissolved']).nullable(),
    suppression: z
      .strictObject({ kind: z.enum(SUPPRESSIONS), until: isoTime.nullable() })
      .nullable()
      .describe('why nobody is told of it (ISA-18.2); null: everybody is'),
    groupAlertId: z.string().nullable().describe('the alert of the group that stands for it'),
    members: z.int().nullable().describe('of the alert of a group: for how many it has stood'),
    raisedBy: evidence,
    clearedBy: evidence.nullable(),
    explanation: explanation.nullable().describe('null: raised before alerts were explained, or not by a rule'),
  })
  .meta({ id: 'Alert', description: 'An episode in which a rule holds, in event time' });

const place = z
  .strictObject({
    assetId: z.string(),
    type: z.enum(ASSET_TYPES),
    name: z.string().nullable(),
    district: z.string().nullable(),
    street: z.string().nullable(),
  })
  .meta({ id: 'AlertPlace' });

const alertJob = z
  .strictObject({
    jobId: z.string(),
    number: z.int(),
    state: z.enum(JOB_STATES),
    department: z.string(),
    priority: z.enum(JOB_PRIORITIES),
    assignee: z.string().nullable(),
    dueAt: isoTime.nullable(),
  })
  .meta({ id: 'AlertJob' });

export const alertEntry = alert
  .safeExtend({
    place: place.nullable().describe('null: it is about no asset'),
    departments: z.array(z.string()).describe('whom it concerns: who owns its asset, or has a job about it'),
    job: alertJob.nullable().describe('that it is worked in: of its own before that of its group'),
  })
  .meta({ id: 'AlertEntry', description: 'An alert with what a list of alerts shows beside it' });

const params = z.strictObject({ alertId: pathId });
const filter = z.string().min(1).max(200).exactOptional();

/** Which alerts. */
const selection = {
  open: z.stringbool().exactOptional(),
  severity: listOf(SEVERITIES, 'severity').exactOptional().describe('any of these, separated by commas'),
  state: listOf(ALERT_STATES, 'state')
    .exactOptional()
    .describe('any of these, separated by commas; open alerts are in one of the first four'),
  rule: filter,
  asset: filter,
  device: filter,
  group: filter.describe('the alert of a group: its members'),
  type: z.enum(ASSET_TYPES).exactOptional().describe('of the asset'),
  district: filter.describe('of the asset'),
  department: filter.describe('whom it concerns: who owns its asset, or has a job about it'),
  text: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .exactOptional()
    .describe('words that each stand in title, rule, device, asset, street or district'),
  since: instant.exactOptional().describe('raised then or later'),
  ids: z
    .string()
    .max(20_000)
    .transform((joined) => joined.split(',').filter((id) => id !== ''))
    .exactOptional()
    .describe('of these alone, separated by commas'),
};

export const listAlerts = operation({
  summary: 'Alerts. Pages stay in step while alerts come: what is new is before them, and no alert is given twice',
  tag: 'alerts',
  query: z.strictObject({
    ...selection,
    order: z
      .enum(ALERT_ORDERS)
      .default('newest')
      .describe('severity: the worst first, and the newest of those that are as bad'),
    explained: z.stringbool().default(true).describe('false: without explanations, which are most of it'),
    ...pageQuery,
  }),
  answer: { status: 200, schema: pageOf(alertEntry) },
});

const counted = z.int().min(0);

export const countAlerts = operation({
  summary:
    'How many open alerts there are. What is counted by a member is filtered by all others, so that it says what another choice would give',
  tag: 'alerts',
  query: z.strictObject(selection),
  answer: {
    status: 200,
    schema: z
      .strictObject({
        open: counted.describe('that fit all filters'),
        severities: z.record(severity, z.strictObject({ open: counted, unacknowledged: counted })),
        states: z.record(z.enum(['unacknowledged', 'acknowledged', 'shelved', 'suppressed']), counted),
        rules: z.array(z.strictObject({ ruleId: z.string(), open: counted })),
        types: z.array(z.strictObject({ type: z.enum(ASSET_TYPES), open: counted })),
        districts: z.array(z.strictObject({ district: z.string(), open: counted })),
      })
      .meta({ id: 'AlertCounts' }),
  },
});

export const showAlert = operation({
  summary: 'An alert',
  tag: 'alerts',
  params,
  answer: { status: 200, schema: alert },
  problems: { 404: 'no such alert' },
});

export const acknowledgeAlert = operation({
  summary: 'Say that somebody has seen it. Doing so again changes nothing',
  tag: 'alerts',
  params,
  answer: { status: 200, schema: alert },
  problems: { 404: 'no such alert' },
});
