import { AlertSettlement } from '@stadtfunk/maintenance';
import { and, asc, eq, inArray, isNull, lte, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { groupsToSettle, settleGroup } from './alert-groups.ts';
import { releaseAlerts } from './alert-release.ts';
import { suppressionsOf } from './alert-suppression.ts';
import { faultOf } from './faults.ts';
import { query, transaction, type Transaction } from './query.ts';
import { alerts, heldAlerts } from './schema.ts';
import { tell, type Told } from './tell.ts';

/** Ends of shelves and windows looked at in one transaction. */
const BATCH = 500;

/** Lets alerts out and makes groups of them, in tables. Of several processes that try at once, one does it. */
export class PostgresAlertSettlement extends AlertSettlement {
  readonly #database: Database;

  constructor(database: Database) {
    super();
    this.#database = database;
  }

  override async settle(now: number): Promise<number> {
    let changed = 0;
    for (let ended = BATCH; ended === BATCH;) {
      ended = await this.#alone((tx) => endSuppressions(tx, now), now);
      changed += ended;
    }
    const keys = await query(this.#database, (drizzle) => groupsToSettle(drizzle, now));
    // Each on its own: what goes wrong with one of them keeps none of the others back.
    const failures: unknown[] = [];
    for (const key of keys) {
      try {
        changed += await this.#alone(async (tx) => {
          const told = await settleGroup(tx, key, now);
          return { told, count: told.length };
        }, now);
      } catch (thrown) {
        failures.push(thrown);
      }
    }
    if (failures.length > 0) throw faultOf('records', failures[0]);
    return changed;
  }

  /** In a transaction, unless somebody else is at it. */
  #alone(
    work: (tx: Transaction) => Promise<{ readonly told: readonly Told[]; readonly count: number }>,
    now: number,
  ): Promise<number> {
    return transaction(this.#database, async (tx) => {
      const { rows } = await tx.execute<{ is_mine: boolean }>(
        sql`select pg_try_advisory_xact_lock(hashtext('stadtfunk.settlement')) as is_mine`,
      );
      if (!rows[0]?.is_mine) return 0;
      const { told, count } = await work(tx);
      await tell(tx, told, new Date(now));
      return count;
    });
  }
}

/** Shelves and windows that are over. What is still wrong appears, or waits to become one of a group. */
async function endSuppressions(tx: Transaction, now: number) {
  const at = new Date(now);
  const rows = await tx
    .select()
    .from(alerts)
    .where(
      and(
        inArray(alerts.suppression, ['shelved', 'outOfService']),
        isNull(alerts.clearedAt),
        lte(alerts.suppressedUntil, at),
      ),
    )
    .orderBy(asc(alerts.alertId))
    .limit(BATCH)
    .for('update');
  if (rows.length === 0) return { told: [], count: 0 };
  const still = await suppressionsOf(
    tx,
    rows.map((row) => ({ ...row, time: now })),
  );
  for (const [alertId, { kind, until }] of still) {
    const suppressedUntil = until === null ? null : new Date(until);
    await tx.update(alerts).set({ suppression: kind, suppressedUntil }).where(eq(alerts.alertId, alertId));
  }
  const free = rows.map(({ alertId }) => alertId).filter((alertId) => !still.has(alertId));
  const waiting =
    free.length === 0
      ? []
      : await tx
          .update(heldAlerts)
          .set({ state: 'waiting', waitsUntil: at })
          .where(and(inArray(heldAlerts.alertId, free), sql`${heldAlerts.groupKey} is not null`))
          .returning({ alertId: heldAlerts.alertId });
  const waitingIds = new Set(waiting.map(({ alertId }) => alertId));
  if (waitingIds.size > 0) {
    await tx
      .update(alerts)
      .set({ suppression: 'byDesign', suppressedUntil: at })
      .where(inArray(alerts.alertId, [...waitingIds]));
  }
  const told = await releaseAlerts(
    tx,
    free.filter((alertId) => !waitingIds.has(alertId)),
    at,
  );
  return { told, count: rows.length };
}
