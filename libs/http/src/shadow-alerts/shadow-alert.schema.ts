import { z } from 'zod';
import { evidence } from '../alerts/alert.schema.ts';
import { operation } from '../operation.ts';
import { isoTime, pageOf, pageQuery, severity, text } from '../schemas.ts';

export const shadowAlert = z
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
    clearedAt: isoTime.nullable(),
    clearReason: z.string().nullable(),
    raisedBy: evidence,
    clearedBy: evidence.nullable(),
    job: z
      .strictObject({ kind: z.string(), title: text, department: z.string(), priority: z.string() })
      .nullable()
      .describe('the job that it would have asked for'),
  })
  .meta({ id: 'ShadowAlert', description: 'What a rule in shadow mode would have raised: nobody was told of it' });

const filter = z.string().min(1).max(200).exactOptional();

export const listShadowAlerts = operation({
  summary: 'What rules in shadow mode have recorded, newest first',
  tag: 'rules',
  query: z.strictObject({
    open: z.stringbool().exactOptional(),
    severity: severity.exactOptional(),
    rule: filter,
    asset: filter,
    device: filter,
    ...pageQuery,
  }),
  answer: { status: 200, schema: pageOf(shadowAlert) },
});
