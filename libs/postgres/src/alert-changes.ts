import type { AlertChange } from '@stadtfunk/maintenance';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { PoolClient } from 'pg';
import { clearAlerts } from './alert-clears.ts';
import { raiseAlerts } from './alert-raises.ts';
import { worsenAlerts } from './alert-worsenings.ts';
import { runsOf } from './change-runs.ts';
import { tell, type Told } from './tell.ts';

export type Raise = Extract<AlertChange, { type: 'raise' }>;
export type Worsen = Extract<AlertChange, { type: 'worsen' }>;
export type Clear = Extract<AlertChange, { type: 'clear' }>;

/** Of one statement: PostgreSQL takes 65,535 parameters, and an alert has 15. */
const MOST_ROWS = 1_000;

/** Applies what the rules decided, in the order of each device, and writes jobs, history and events along. */
export async function applyAlertChanges(
  client: PoolClient,
  changes: readonly AlertChange[],
  at: number,
): Promise<void> {
  const tx = drizzle(client);
  for (const run of runsOf(changes, MOST_ROWS)) {
    await tell(tx, await applyRun(tx, run[0]!.type, run, new Date(at)), new Date(at));
  }
}

/** Applies changes that are all of one type. */
function applyRun(
  tx: NodePgDatabase,
  type: AlertChange['type'],
  run: readonly AlertChange[],
  at: Date,
): Promise<readonly Told[]> {
  switch (type) {
    case 'raise':
      return raiseAlerts(tx, run as readonly Raise[], at);
    case 'worsen':
      return worsenAlerts(tx, run as readonly Worsen[], at);
    case 'clear':
      return clearAlerts(tx, run as readonly Clear[], at);
  }
}
