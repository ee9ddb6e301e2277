import { KEY_FIGURE_GROUPS } from '@stadtfunk/maintenance';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { instant, pageOf } from '../schemas.ts';

const spread = z.strictObject({
  count: z.int().describe('of how many jobs it is known'),
  median: z.number().nullable().describe('s; null: of none'),
  p90: z.number().nullable().describe('nine tenths took no longer, s'),
});

export const keyFigures = z
  .strictObject({
    group: z.string().nullable().describe('department or district; null: none is known'),
    month: z.string().describe('in which the jobs were opened, 2026-11'),
    jobs: z.int(),
    cancelled: z.int(),
    acknowledge: spread.describe('until a person took it on, or acknowledged its alert'),
    repair: spread.describe('until it was done, or a sensor showed that it is over'),
    repeated: z.int().describe('opened again by the problem, or the same for the same asset within 30 days'),
    due: z.int().describe('with a due time, not cancelled, and done or past it'),
    keptInTime: z.int().describe('of those, done in time'),
  })
  .meta({ id: 'KeyFigures', description: 'How jobs fared, by department or district and month; never by person' });

const query = z.strictObject({
  from: instant.describe('jobs that were opened from then on'),
  to: instant.describe('and before'),
  by: z.enum(KEY_FIGURE_GROUPS).default('department'),
});
const problems = { 422: '`to` is not after `from`, or more than five years after it' };

export const listKeyFigures = operation({
  summary: 'How jobs fared, by department or district and month',
  tag: 'key figures',
  query,
  answer: { status: 200, schema: pageOf(keyFigures) },
  problems,
});

export const downloadKeyFigures = operation({
  summary: 'The same as a table: semicolons and decimal commas, times in hours',
  tag: 'key figures',
  query: query.extend({ language: z.enum(['de', 'en']).default('de') }),
  answer: { status: 200, schema: null, mediaType: 'text/csv' },
  problems,
});
