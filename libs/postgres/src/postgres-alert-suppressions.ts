import { randomUUID } from 'node:crypto';
import {
  AlertSuppressions,
  checkShelf,
  checkWindow,
  MOST_WINDOWS,
  shelfEnd,
  type Alert,
  type AlertOutcome,
  type MaintenanceWindow,
  type NewShelf,
  type NewWindow,
  type Shelf,
  type ShelfOfMany,
  type SuppressionFilter,
  type SuppressionRefusal,
} from '@stadtfunk/maintenance';
import type { Page } from '@stadtfunk/readings';
import { and, desc, eq, gt, inArray, isNull, or, sql } from 'drizzle-orm';
import { goneOutcome, lockAlerts } from './alert-bulk.ts';
import { noteChange } from './audit-scope.ts';
import type { Database } from './database.ts';
import { isUuid, pageCursor, readPageCursor, toPage } from './page-cursor.ts';
import { query, transaction, type Transaction } from './query.ts';
import { alertOf, type AlertRow } from './rows.ts';
import { alerts, alertShelves, heldAlerts, maintenanceWindows } from './schema.ts';
import { shelfOf, windowOf } from './suppression-rows.ts';
import { tell } from './tell.ts';

/** Shelves and maintenance windows in tables. */
export class PostgresAlertSuppressions extends AlertSuppressions {
  readonly #database: Database;

  constructor(database: Database) {
    super();
    this.#database = database;
  }

  override async shelve({ alertId, ...shelf }: NewShelf): Promise<Alert | SuppressionRefusal> {
    const checked = checkShelf(shelf);
    if (!checked.ok) return checked.error as SuppressionRefusal;
    return transaction(this.#database, async (tx) => {
      const found = await lockOpen(tx, alertId);
      if ('code' in found) return found;
      return (await shelveRows(tx, [found], shelf))[0]!;
    });
  }

  override async shelveAll({ alertIds, ...shelf }: ShelfOfMany): Promise<readonly AlertOutcome[] | SuppressionRefusal> {
    const checked = checkShelf(shelf);
    if (!checked.ok) return checked.error as SuppressionRefusal;
    return transaction(this.#database, async (tx) => {
      const known = await lockAlerts(tx, alertIds);
      const gone = new Map(alertIds.map((alertId) => [alertId, goneOutcome(alertId, known.get(alertId))]));
      const open = alertIds.flatMap((alertId) => (gone.get(alertId) ? [] : (known.get(alertId) ?? [])));
      await shelveRows(tx, open, shelf);
      if (open.length > 0) noteChange(tx, { after: { shelved: open.map(({ alertId }) => alertId) } });
      return alertIds.map((alertId) => gone.get(alertId) ?? { alertId, outcome: 'done', code: null });
    });
  }

  override async unshelve(alertId: string, actor: string, at: number): Promise<Alert | SuppressionRefusal> {
    return transaction(this.#database, async (tx) => {
      const found = await lockOpen(tx, alertId);
      if ('code' in found) return found;
      if (found.suppression !== 'shelved') {
        return { code: 'alert.notShelved', detail: `alert ${alertId} is not shelved` };
      }
      await endShelves(tx, [found], actor, at);
      // The settlement does the rest, as at the end of any shelf.
      const [row] = await tx
        .update(alerts)
        .set({ suppressedUntil: new Date(at) })
        .where(eq(alerts.alertId, alertId))
        .returning();
      const alert = alertOf(row!);
      await tell(tx, [{ type: 'alert.unshelved', data: alert, quiet: true }], new Date(at));
      return alert;
    });
  }

  override async listShelves({ endingAfter, subject, ruleId, limit, after }: SuppressionFilter): Promise<Page<Shelf>> {
    const { until, endedAt, since, shelfId } = alertShelves;
    const rows = await query(this.#database, (drizzle) =>
      drizzle
        .select()
        .from(alertShelves)
        .where(
          and(
            endingAfter === undefined ? undefined : and(gt(until, new Date(endingAfter)), isNull(endedAt)),
            subject === undefined ? undefined : eq(alertShelves.subject, subject),
            ruleId === undefined ? undefined : eq(alertShelves.ruleId, ruleId),
            after === undefined ? undefined : sql`(${since}, ${shelfId}) < ${keysOf('shelves', after)}`,
          ),
        )
        .orderBy(desc(since), desc(shelfId))
        .limit(limit + 1),
    );
    return toPage(rows, limit, shelfOf, (row) => pageCursor('shelves', [row.since.getTime(), row.shelfId]));
  }

  override async addWindow(window: NewWindow): Promise<MaintenanceWindow | SuppressionRefusal> {
    const { scope, startsAt, endsAt, reason, actor, at } = window;
    const checked = checkWindow(window);
    if (!checked.ok) return checked.error as SuppressionRefusal;
    return transaction(this.#database, async (tx) => {
      await tx.execute(sql`select pg_advisory_xact_lock(hashtext('stadtfunk.windows'))`);
      const present = await tx.$count(
        maintenanceWindows,
        and(gt(maintenanceWindows.endsAt, new Date(at)), isNull(maintenanceWindows.endedAt)),
      );
      if (present >= MOST_WINDOWS) {
        return { code: 'window.tooMany', detail: `there are ${MOST_WINDOWS} maintenance windows already` };
      }
      const [row] = await tx
        .insert(maintenanceWindows)
        .values({
          windowId: randomUUID(),
          ...scope,
          assetIds: scope.assetIds === null ? null : [...scope.assetIds],
          startsAt: new Date(startsAt),
          endsAt: new Date(endsAt),
          reason,
          createdAt: new Date(at),
          createdBy: actor,
        })
        .returning();
      noteChange(tx, { thing: { kind: 'window', id: row!.windowId } });
      await tellWindow(tx, row!.windowId, at);
      return windowOf(row!);
    });
  }

  override async endWindow(
    windowId: string,
    actor: string,
    at: number,
  ): Promise<MaintenanceWindow | SuppressionRefusal> {
    const unknown: SuppressionRefusal = { code: 'window.unknown', detail: `there is no window ${windowId}` };
    if (!isUuid(windowId)) return unknown;
    return transaction(this.#database, async (tx) => {
      const { windowId: id, endsAt, endedAt } = maintenanceWindows;
      const [ended] = await tx
        .update(maintenanceWindows)
        .set({ endedAt: new Date(at), endedBy: actor })
        .where(and(eq(id, windowId), isNull(endedAt), gt(endsAt, new Date(at))))
        .returning();
      if (!ended) {
        const [row] = await tx.select().from(maintenanceWindows).where(eq(id, windowId));
        return row ? windowOf(row) : unknown;
      }
      // Looked at afresh by the settlement: another window may keep some of them back.
      await tx
        .update(alerts)
        .set({ suppressedUntil: new Date(at) })
        .where(and(eq(alerts.suppression, 'outOfService'), isNull(alerts.clearedAt)));
      await tellWindow(tx, windowId, at);
      return windowOf(ended);
    });
  }

  override async findWindow(windowId: string): Promise<MaintenanceWindow | undefined> {
    if (!isUuid(windowId)) return undefined;
    const [row] = await query(this.#database, (drizzle) =>
      drizzle.select().from(maintenanceWindows).where(eq(maintenanceWindows.windowId, windowId)),
    );
    return row && windowOf(row);
  }

  override async listWindows({ endingAfter, limit, after }: SuppressionFilter): Promise<Page<MaintenanceWindow>> {
    const { startsAt, endsAt, endedAt, windowId } = maintenanceWindows;
    const rows = await query(this.#database, (drizzle) =>
      drizzle
        .select()
        .from(maintenanceWindows)
        .where(
          and(
            endingAfter === undefined ? undefined : and(gt(endsAt, new Date(endingAfter)), isNull(endedAt)),
            after === undefined ? undefined : sql`(${startsAt}, ${windowId}) < ${keysOf('windows', after)}`,
          ),
        )
        .orderBy(desc(startsAt), desc(windowId))
        .limit(limit + 1),
    );
    return toPage(rows, limit, windowOf, (row) => pageCursor('windows', [row.startsAt.getTime(), row.windowId]));
  }

  override async purge(before: number, limit: number): Promise<number> {
    const time = sql`${new Date(before).toISOString()}::timestamptz`;
    const shelves = await query(this.#database, (drizzle) =>
      // Put up before, too: by that there is an index.
      drizzle.execute(sql`
        delete from alert_shelves where shelf_id in (
          select shelf_id from alert_shelves where since < ${time} and until < ${time} order by since limit ${limit})`),
    );
    const windows = await query(this.#database, (drizzle) =>
      drizzle.execute(sql`
        delete from maintenance_windows where window_id in (
          select window_id from maintenance_windows where ends_at < ${time}
          order by ends_at limit ${limit - (shelves.rowCount ?? 0)})`),
    );
    return (shelves.rowCount ?? 0) + (windows.rowCount ?? 0);
  }
}

function tellWindow(tx: Transaction, windowId: string, at: number): Promise<void> {
  return tell(tx, [{ type: 'window.changed', data: { windowId }, quiet: true }], new Date(at));
}

async function lockOpen(tx: Transaction, alertId: string): Promise<AlertRow | SuppressionRefusal> {
  const unknown: SuppressionRefusal = { code: 'alert.unknown', detail: `there is no alert ${alertId}` };
  if (!isUuid(alertId)) return unknown;
  const [row] = await tx.select().from(alerts).where(eq(alerts.alertId, alertId)).for('update');
  if (!row) return unknown;
  return row.clearedAt === null ? row : { code: 'alert.cleared', detail: `alert ${alertId} is over` };
}

/** Puts open alerts aside whose rows are locked. */
async function shelveRows(
  tx: Transaction,
  rows: readonly AlertRow[],
  { scope, until, reason, actor, at }: Omit<NewShelf, 'alertId'>,
): Promise<readonly Alert[]> {
  if (rows.length === 0) return [];
  const since = new Date(at);
  const end = new Date(until);
  const alertIds = rows.map(({ alertId }) => alertId);
  await endShelves(tx, rows, actor, at);
  await tx.insert(alertShelves).values(
    rows.map(({ alertId, subject, ruleId }) => {
      return { shelfId: randomUUID(), alertId, subject, ruleId, scope, reason, shelvedBy: actor, since, until: end };
    }),
  );
  const shelved = await tx
    .update(alerts)
    .set({ suppression: 'shelved', suppressedUntil: end, groupAlertId: null })
    .where(inArray(alerts.alertId, alertIds))
    .returning();
  await tx
    .update(heldAlerts)
    .set({ state: 'suppressed', waitsUntil: null })
    .where(inArray(heldAlerts.alertId, alertIds));
  const told = shelved.map(alertOf);
  await tell(
    tx,
    told.map((data) => ({ type: 'alert.shelved', data })),
    since,
  );
  return told;
}

/** Ends what keeps alerts shelved. */
async function endShelves(tx: Transaction, rows: readonly AlertRow[], actor: string, at: number): Promise<void> {
  const alertIds = rows.map(({ alertId }) => alertId);
  const subjects = [...new Set(rows.map(({ subject }) => subject))];
  const problems = new Set(rows.map(({ subject, ruleId }) => `${subject} ${ruleId}`));
  const found = await tx
    .select()
    .from(alertShelves)
    .where(
      and(
        or(
          inArray(alertShelves.alertId, alertIds),
          and(eq(alertShelves.scope, 'problem'), inArray(alertShelves.subject, subjects)),
        ),
        isNull(alertShelves.endedAt),
      ),
    );
  const isTheirs = ({ alertId, scope, subject, ruleId }: (typeof found)[number]) =>
    alertIds.includes(alertId) || (scope === 'problem' && problems.has(`${subject} ${ruleId}`));
  const open = found.filter((row) => isTheirs(row) && shelfEnd(shelfOf(row)) > at).map(({ shelfId }) => shelfId);
  if (open.length === 0) return;
  await tx
    .update(alertShelves)
    .set({ endedAt: new Date(at), endedBy: actor })
    .where(inArray(alertShelves.shelfId, open));
}

function keysOf(list: string, cursor: string) {
  const [time, id] = readPageCursor(list, cursor, ['time', 'uuid']);
  return sql`(${new Date(Number(time)).toISOString()}::timestamptz, ${id}::uuid)`;
}
