import type { AlertChange } from '@stadtfunk/maintenance';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { PoolClient } from 'pg';
import { clearAlerts } from './alert-clears.ts';
import { raiseAlerts } from './alert-raises.ts';
import { tell } from './tell.ts';

export type Raise = Extract<AlertChange, { type: 'raise' }>;
export type Clear = Extract<AlertChange, { type: 'clear' }>;

/** Of one statement: PostgreSQL takes 65,535 parameters, and an alert has 15. */
const MOST_ROWS = 1_000;

/** Applies what the rules decided, in its order, and writes jobs, history and events along. */
export async function applyAlertChanges(
  client: PoolClient,
  changes: readonly AlertChange[],
  at: number,
): Promise<void> {
  const tx = drizzle(client);
  for (let from = 0; from < changes.length;) {
    const { type } = changes[from]!;
    let to = from + 1;
    while (to < changes.length && to - from < MOST_ROWS && changes[to]!.type === type) to++;
    const run = changes.slice(from, to);
    const told =
      type === 'raise'
        ? await raiseAlerts(tx, run as readonly Raise[], new Date(at))
        : await clearAlerts(tx, run as readonly Clear[], new Date(at));
    await tell(tx, told, new Date(at));
    from = to;
  }
}
