import { SUPPRESSIONS } from '@stadtfunk/maintenance';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { isoTime, pageOf, pageQuery, pathId, severity, text } from '../schemas.ts';
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

const params = z.strictObject({ alertId: pathId });
const filter = z.string().min(1).max(200).exactOptional();

export const listAlerts = operation({
  summary: 'Alerts, newest first',
  tag: 'alerts',
  query: z.strictObject({
    open: z.stringbool().exactOptional(),
    severity: severity.exactOptional(),
    rule: filter,
    asset: filter,
    device: filter,
    group: filter.describe('the alert of a group: its members'),
    ...pageQuery,
  }),
  answer: { status: 200, schema: pageOf(alert) },
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
