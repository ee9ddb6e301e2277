import {
  AuditLog,
  differences,
  keepable,
  redacted,
  type AuditDraft,
  type AuditEntry,
  type AuditFilter,
  type AuditOutcome,
  type AuditResult,
  type AuditWay,
  type NewAuditEntry,
} from '@stadtfunk/accounts';
import { and, desc, eq, gte, ilike, inArray, lt, type SQL } from 'drizzle-orm';
import { auditEntries } from './account-tables.ts';
import { auditScope, type AuditScope, type NotedChange } from './audit-scope.ts';
import { lockThing, thingNow } from './audit-things.ts';
import type { Database } from './database.ts';
import { isStorable, pageCursor, readPageCursor, toPage } from './page-cursor.ts';
import { query, type Drizzle, type Transaction } from './query.ts';

/** The audit log in a table that is only added to. */
export class PostgresAuditLog extends AuditLog {
  readonly #database: Database;

  constructor(database: Database) {
    super();
    this.#database = database;
  }

  override async record(entry: NewAuditEntry): Promise<void> {
    await query(this.#database, (drizzle) => insert(drizzle, entry));
  }

  override async during<T>(draft: AuditDraft, work: () => Promise<T>, resultOf: (done: T) => AuditResult): Promise<T> {
    const scope = new EntryScope(draft);
    const done = await auditScope.run(scope, work);
    if (scope.isWritten) return done;
    const { thing, after } = resultOf(done);
    await this.record({ ...draft, thing: thing ?? draft.thing, outcome: 'done', code: null, before: null, after });
    return done;
  }

  override async list({ limit, after, ...filter }: AuditFilter) {
    if (Object.values(filter).some((value) => typeof value === 'string' && !isStorable(value))) {
      return { items: [], next: null };
    }
    const behind = after === undefined ? undefined : Number(readPageCursor('audit', after, ['id'])[0]);
    const where = and(fits(filter), behind === undefined ? undefined : lt(auditEntries.entryId, behind));
    const rows = await query(this.#database, (drizzle) =>
      drizzle
        .select()
        .from(auditEntries)
        .where(where)
        .orderBy(desc(auditEntries.entryId))
        .limit(limit + 1),
    );
    return toPage(rows, limit, toEntry, ({ entryId }) => pageCursor('audit', [entryId]));
  }

  override async purge(before: number, limit: number): Promise<number> {
    const gone = await query(this.#database, (drizzle) =>
      drizzle
        .delete(auditEntries)
        .where(
          inArray(
            auditEntries.entryId,
            drizzle
              .select({ entryId: auditEntries.entryId })
              .from(auditEntries)
              .where(lt(auditEntries.at, new Date(before)))
              .limit(limit),
          ),
        )
        .returning({ entryId: auditEntries.entryId }),
    );
    return gone.length;
  }
}

/** One entry, into the first transaction that changes what it is about, or notes what it changes; of parts one each. */
class EntryScope implements AuditScope {
  isWritten = false;
  /** By transaction: one that is rolled back takes its note with it. */
  readonly #notes = new WeakMap<object, NotedChange>();

  constructor(private readonly draft: AuditDraft) {}

  note(tx: object, change: NotedChange): void {
    this.#notes.set(tx, change);
  }

  async run<Tx extends object, T>(given: Tx, work: (tx: Tx) => Promise<T>) {
    const tx = given as unknown as Transaction;
    if (this.isWritten) return this.#runNext(given, tx, work);
    const { thing } = this.draft;
    if (thing) await lockThing(tx, thing);
    const before = thing && (await thingNow(tx, thing));
    const done = await work(given);
    const change = (thing && differences(before, await thingNow(tx, thing))) ?? (await this.#noted(tx));
    if (!change) return { done, isWritten: false };
    await insert(tx, { ...this.draft, outcome: 'done', code: null, ...change });
    return { done, isWritten: true };
  }

  async #runNext<Tx extends object, T>(given: Tx, tx: Transaction, work: (tx: Tx) => Promise<T>) {
    const done = await work(given);
    const change = this.#notes.get(tx)?.isPart && (await this.#noted(tx));
    if (change) await insert(tx, { ...this.draft, outcome: 'done', code: null, ...change });
    return { done, isWritten: true };
  }

  async #noted(tx: Transaction): Promise<Pick<NewAuditEntry, 'thing' | 'before' | 'after'> | undefined> {
    const note = this.#notes.get(tx);
    if (!note) return undefined;
    const { thing = this.draft.thing, before = null } = note;
    const after = note.after ?? (thing && (await thingNow(tx, thing)));
    return { thing, before, after };
  }
}

async function insert(drizzle: Pick<Drizzle, 'insert'>, entry: NewAuditEntry): Promise<void> {
  const { at, thing, ...rest } = entry;
  await drizzle.insert(auditEntries).values({
    ...rest,
    at: new Date(at),
    asked: redacted(entry.asked),
    before: redacted(entry.before),
    after: redacted(entry.after),
    thingKind: thing?.kind ?? null,
    thingId: thing && thing.id !== null ? keepable(thing.id) : null,
  });
}

function fits({ actor, action, thingKind, thingId, outcome, from, to }: Partial<AuditFilter>): SQL | undefined {
  const like = action === undefined ? undefined : `%${action.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  return and(
    actor === undefined ? undefined : eq(auditEntries.actor, actor),
    like === undefined ? undefined : ilike(auditEntries.action, like),
    thingKind === undefined ? undefined : eq(auditEntries.thingKind, thingKind),
    thingId === undefined ? undefined : eq(auditEntries.thingId, thingId),
    outcome === undefined ? undefined : eq(auditEntries.outcome, outcome),
    from === undefined ? undefined : gte(auditEntries.at, new Date(from)),
    to === undefined ? undefined : lt(auditEntries.at, new Date(to)),
  );
}

function toEntry(row: typeof auditEntries.$inferSelect): AuditEntry {
  const { entryId, at, way, outcome, thingKind, thingId, ...rest } = row;
  return {
    ...rest,
    entryId: String(entryId),
    at: at.getTime(),
    way: way as AuditWay,
    outcome: outcome as AuditOutcome,
    thing: thingKind === null ? null : { kind: thingKind, id: thingId },
  };
}
