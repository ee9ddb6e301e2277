import { ASSET_TYPES } from '@stadtfunk/devices';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { pageOf, severity, text } from '../schemas.ts';

export const rule = z
  .strictObject({
    ruleId: z.string(),
    version: z.string(),
    title: text,
    mode: z.enum(['live', 'shadow']).describe('shadow: it only records, see /api/v1/shadow-alerts'),
    severity,
    assetTypes: z.array(z.enum(ASSET_TYPES)).describe('empty: it watches devices, whatever they sit on'),
    jobKind: z.string().nullable(),
  })
  .meta({ id: 'Rule' });

export const listRules = operation({
  summary: 'The rules in force',
  tag: 'rules',
  answer: { status: 200, schema: pageOf(rule) },
});
