import type { AlertChange, Suppression } from '@stadtfunk/maintenance';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { PoolClient } from 'pg';
import { clearAlerts } from './alert-clears.ts';
import { raiseAlerts, suppressionsAt } from './alert-raises.ts';
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
  const time = new Date(at);
  const raises = changes.filter((change): change is Raise => change.type === 'raise');
  const suppressions = await suppressionsAt(tx, raises, at);
  const told: Told[] = [];
  for (const run of runsOf(changes, MOST_ROWS)) told.push(...(await applyRun(tx, run, suppressions, time)));
  await tell(tx, told, time);
}

/** Applies changes that are all of one type. */
function applyRun(
  tx: NodePgDatabase,
  run: readonly AlertChange[],
  suppressions: ReadonlyMap<string, Suppression>,
  at: Date,
): Promise<readonly Told[]> {
  switch (run[0]!.type) {
    case 'raise':
      return raiseAlerts(tx, run as readonly Raise[], suppressions, at);
    case 'worsen':
      return worsenAlerts(tx, run as readonly Worsen[], at);
    case 'clear':
      return clearAlerts(tx, run as readonly Clear[], at);
  }
}
