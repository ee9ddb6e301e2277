import type { Alert, Job } from '@stadtfunk/maintenance';
import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { outbox } from './schema.ts';

/** What the outside is told of a change. */
export interface Told {
  readonly type: string;
  readonly data: Alert | Job;
}

/** The channel on which every transaction that leaves something in the outbox says so when it commits. */
export const EVENTS_CHANNEL = 'stadtfunk_events';

/** Runs inside of any statement. The server sends one notice per transaction, and none of one that is rolled back. */
export const notice = sql<string>`pg_notify(${sql.raw(`'${EVENTS_CHANNEL}'`)}, '')`;

/** Writes events in the transaction of what they tell; `DatabaseNotices` of all processes hear of it at the commit. */
export async function tell(tx: Pick<NodePgDatabase, 'insert'>, told: readonly Told[], at: Date): Promise<void> {
  if (told.length === 0) return;
  await tx
    .insert(outbox)
    .values(told.map(({ type, data }) => ({ type, at, data })))
    .returning({ notice });
}
