import { z } from 'zod';
import { operation } from '../operation.ts';

export const openStream = operation({
  summary:
    'Server-sent events: alert.raised, alert.worsened, alert.acknowledged, alert.cleared, job.created, job.changed, ' +
    'job.overdue, job.unproven, job.escalated, alert.escalated, job.left (only its `jobId`, to the department that it left), window.changed (only its `windowId`). ' +
    'Begins now, or goes on behind `Last-Event-ID` or `after`. ' +
    'With `account`, the id of an account: with the session of another one it is refused (403)',
  tag: 'stream',
  query: z.strictObject({
    after: z.string().min(1).max(512).exactOptional(),
    account: z.string().min(1).max(256).exactOptional(),
  }),
  headers: { 'last-event-id': 'id of the last event that was received' },
  answer: { status: 200, schema: null, mediaType: 'text/event-stream' },
  problems: { 400: 'no such event id', 503: 'too many listeners' },
});
