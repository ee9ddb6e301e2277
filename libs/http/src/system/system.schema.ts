import { z } from 'zod';
import { operation } from '../operation.ts';

export const showLive = operation({
  summary: 'Whether the process runs',
  tag: 'system',
  access: 'anyone',
  answer: { status: 200, schema: z.strictObject({ status: z.literal('ok') }) },
});

const checks = z.array(z.strictObject({ name: z.string(), ok: z.boolean() }));

const notices = z.array(z.string()).optional().describe('what somebody should know although everything works');

export const readiness = z
  .strictObject({ status: z.enum(['ok', 'missing']), checks, notices })
  .meta({ id: 'Readiness' });

export const showReady = operation({
  summary: 'Whether everything that is needed works',
  tag: 'system',
  access: 'anyone',
  answer: { status: 200, schema: readiness },
  problems: { 503: 'something is missing; `checks` says what' },
});

export const showMetrics = operation({
  summary: 'Metrics for Prometheus; from elsewhere than this machine with the API token',
  tag: 'system',
  access: 'nearby',
  answer: { status: 200, schema: null, mediaType: 'text/plain' },
});

export const showOpenApi = operation({
  summary: 'This document',
  tag: 'system',
  access: 'anyone',
  answer: { status: 200, schema: z.looseObject({ openapi: z.literal('3.1.0') }) },
});
