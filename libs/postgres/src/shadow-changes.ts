import type { AlertChange } from '@stadtfunk/maintenance';
import { shadowOf } from '@stadtfunk/rules';
import { and, eq, isNull, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { PoolClient } from 'pg';
import type { Clear, Raise } from './alert-changes.ts';
import { bulkRows, moment } from './bulk-rows.ts';
import { shadowAlerts } from './schema.ts';

const MOST_ROWS = 1_000;

/** Records what rules in shadow mode decided, in its order. Nobody is told, and no job is made. */
export async function recordShadows(client: PoolClient, changes: readonly AlertChange[]): Promise<void> {
  const tx = drizzle(client);
  for (let from = 0; from < changes.length;) {
    const { type } = changes[from]!;
    let to = from + 1;
    while (to < changes.length && to - from < MOST_ROWS && changes[to]!.type === type) to++;
    const run = changes.slice(from, to);
    if (type === 'raise') {
      await tx
        .insert(shadowAlerts)
        .values((run as Raise[]).map(toRow))
        .onConflictDoNothing();
    } else if (type === 'clear') {
      await tx.execute(clearing(run as Clear[]));
    } else {
      for (const change of run) {
        if (change.type !== 'worsen') continue;
        const { alertId, severity } = change;
        const isOpen = and(eq(shadowAlerts.alertId, alertId), isNull(shadowAlerts.clearedAt));
        await tx.update(shadowAlerts).set({ severity }).where(isOpen);
      }
    }
    from = to;
  }
}

function toRow(raise: Raise): typeof shadowAlerts.$inferInsert {
  const { raisedAt, clearedAt: _open, ...same } = shadowOf(raise);
  return { ...same, raisedAt: new Date(raisedAt) };
}

function clearing(clears: readonly Clear[]) {
  const rows = bulkRows(
    clears.map(({ alertId, clearedAt, reason, evidence }) => ({ id: alertId, at: clearedAt, reason, evidence })),
  );
  return sql`
    update shadow_alerts a set cleared_at = ${sql.raw(moment('r.at'))}, clear_reason = r.reason, cleared_by = r.evidence
    from json_to_recordset(${rows}::json) as r(id uuid, at float8, reason text, evidence jsonb)
    where a.alert_id = r.id and a.cleared_at is null`;
}
