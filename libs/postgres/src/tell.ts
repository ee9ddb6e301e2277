import type { Alert, Job, JobDeparture, WindowChange } from '@stadtfunk/maintenance';
import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { outbox } from './schema.ts';

/** What the outside is told of a change. */
export interface Told {
  readonly type: string;
  readonly data: Alert | Job | JobDeparture | WindowChange;
  /** Only for live pages: no channel hears of it. */
  readonly quiet?: boolean;
}

/** Of one statement: PostgreSQL takes 65,535 parameters, and an event has 4. */
const MOST_ROWS = 1_000;

/** The channel on which every transaction that leaves something in the outbox says so when it commits. */
export const EVENTS_CHANNEL = 'stadtfunk_events';

/** The channel on which every transaction that saves a version of a rule says so. */
export const RULES_CHANNEL = 'stadtfunk_rules';

/** Writes events in the transaction of what they tell. */
export async function tell(
  tx: Pick<NodePgDatabase, 'insert' | 'execute'>,
  told: readonly Told[],
  at: Date,
): Promise<void> {
  if (told.length === 0) return;
  for (let from = 0; from < told.length; from += MOST_ROWS) {
    await tx.insert(outbox).values(
      told.slice(from, from + MOST_ROWS).map(({ type, data, quiet }) => {
        return { type, at, data, relayedAt: quiet ? at : null };
      }),
    );
  }
  await announce(tx);
}

/** Has `DatabaseNotices` of all processes hear of it at the commit: once per transaction, and not if it is rolled back. */
export async function announce(tx: Pick<NodePgDatabase, 'execute'>): Promise<void> {
  await tx.execute(sql`select pg_notify(${EVENTS_CHANNEL}, '')`);
}

/** Has all processes look for other rules when this commits. */
export async function announceRules(tx: Pick<NodePgDatabase, 'execute'>): Promise<void> {
  await tx.execute(sql`select pg_notify(${RULES_CHANNEL}, '')`);
}
