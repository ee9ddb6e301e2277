import type { DomainEvent, EscalatedAlert, EscalatedJob, Escalation } from '@stadtfunk/maintenance';
import { toAlertBody } from '../alerts/alert-mapping.ts';
import { toJobBody } from '../jobs/job-mapping.ts';
import { isoOf } from '../schemas.ts';

/** Id of a stream on which nothing has happened yet; coming back with it, one gets everything from the first event. */
export const START = 'start';

/** How long a browser waits before it comes back, ms. */
const RETRY_MS = 2000;

/** An event and not a comment: browsers show no comments to pages, which could not tell a quiet city from a dead connection. */
export const HEARTBEAT = 'event: beat\ndata: {}\n\n';

/** The first thing on a stream: gives a browser an id to come back with, even if nothing happens. */
export function readyFrame(cursor: string | null): string {
  return `retry: ${RETRY_MS}\nid: ${cursor ?? START}\nevent: ready\ndata: {}\n\n`;
}

/** JSON has no line breaks of its own, so one `data:` line holds it. */
export function eventFrame(event: DomainEvent): string {
  const data = JSON.stringify({ type: event.type, at: isoOf(event.at), data: toBody(event.data) });
  return `id: ${event.cursor}\nevent: ${event.type}\ndata: ${data}\n\n`;
}

function toBody(data: DomainEvent['data'] | EscalatedAlert | EscalatedJob) {
  if ('windowId' in data) return { windowId: data.windowId };
  if ('left' in data) return { jobId: data.jobId };
  const body = 'jobId' in data ? toJobBody(data) : toAlertBody(data);
  return 'escalation' in data ? { ...body, escalation: toEscalationBody(data.escalation) } : body;
}

/** Who was told, without their addresses: those are for the mails. */
function toEscalationBody({ step, department, to }: Escalation) {
  return { step, department, to: to.map(({ role, personId, name }) => ({ role, personId, name })) };
}
