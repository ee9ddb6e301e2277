import type { Alert, Job, OutboxEvent } from '@stadtfunk/maintenance';
import type { outbox } from './schema.ts';

/** An event as it waits to leave. */
export function eventOf(row: typeof outbox.$inferSelect): OutboxEvent {
  return { eventId: row.eventId, type: row.type, at: row.at.getTime(), data: row.data as Alert | Job };
}
