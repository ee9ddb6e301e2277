import {
  ScheduleRecords,
  type RunClaim,
  type RunFailure,
  type RunKey,
  type ScheduledRun,
} from '@stadtfunk/maintenance';
import { and, asc, eq, isNull, sql, type SQL } from 'drizzle-orm';
import type { Database } from './database.ts';
import { query } from './query.ts';
import { scheduledRuns } from './schema.ts';

const { name, dueAt, doneAt, holder } = scheduledRuns;
/** What nobody has held yet has no such time, and comparing gives null. */
const isHeld: SQL<boolean> = sql<boolean>`coalesce(${scheduledRuns.heldUntil} > clock_timestamp(), false)`;
const isFree: SQL = sql`not ${isHeld}`;
const FREE = { holder: null, heldUntil: null };

/** Scheduled runs in a table. Who holds a run is decided by the clock of the server. */
export class PostgresScheduleRecords extends ScheduleRecords {
  readonly #database: Database;

  constructor(database: Database) {
    super();
    this.#database = database;
  }

  override async list(): Promise<readonly ScheduledRun[]> {
    const rows = await query(this.#database, (drizzle) =>
      drizzle.select({ run: scheduledRuns, isHeld }).from(scheduledRuns).orderBy(asc(name)),
    );
    return rows.map(({ run, isHeld: held }) => ({
      name: run.name,
      dueAt: run.dueAt.getTime(),
      doneAt: msOf(run.doneAt),
      attempts: run.attempts,
      lastError: run.lastError,
      lastRunAt: msOf(run.lastRunAt),
      retryAt: msOf(run.retryAt),
      isHeld: held,
    }));
  }

  override async add(run: RunKey): Promise<void> {
    const due = new Date(run.dueAt);
    await query(this.#database, (drizzle) =>
      drizzle.insert(scheduledRuns).values({ name: run.name, dueAt: due, doneAt: due }).onConflictDoNothing(),
    );
  }

  override takeUp(seen: RunKey, later: number): Promise<boolean> {
    return this.#change(and(isRun(seen), isFree), { dueAt: new Date(later), doneAt: null, ...FREE });
  }

  override async claim(run: RunKey, by: string, leaseMs: number): Promise<RunClaim> {
    const [claimed] = await query(this.#database, (drizzle) =>
      drizzle
        .update(scheduledRuns)
        .set({ holder: by, heldUntil: inMs(leaseMs) })
        .where(and(isRun(run), isNull(doneAt), isFree))
        .returning({ attempts: scheduledRuns.attempts }),
    );
    if (claimed) return { attempt: claimed.attempts + 1 };
    const [waiting] = await query(this.#database, (drizzle) =>
      drizzle
        .select({ name })
        .from(scheduledRuns)
        .where(and(isRun(run), isNull(doneAt))),
    );
    return waiting ? 'held' : 'over';
  }

  override renew(run: RunKey, by: string, leaseMs: number): Promise<boolean> {
    return this.#change(and(isRun(run), eq(holder, by)), { heldUntil: inMs(leaseMs) });
  }

  override complete(run: RunKey, by: string, at: number): Promise<boolean> {
    const ended = new Date(at);
    const result = { doneAt: ended, lastRunAt: ended, attempts: 0, lastError: null, retryAt: null };
    return this.#change(and(isRun(run), eq(holder, by)), { ...result, ...FREE });
  }

  override fail(run: RunKey, by: string, { at, error, retryAt }: RunFailure): Promise<boolean> {
    const result = { lastError: error, lastRunAt: new Date(at), retryAt: new Date(retryAt) };
    const attempts = sql`${scheduledRuns.attempts} + 1`;
    return this.#change(and(isRun(run), eq(holder, by)), { attempts, ...result, ...FREE });
  }

  async #change(where: SQL | undefined, values: RowChange): Promise<boolean> {
    const changed = await query(this.#database, (drizzle) =>
      drizzle.update(scheduledRuns).set(values).where(where).returning({ name }),
    );
    return changed.length > 0;
  }
}

type RowChange = { readonly [Column in keyof typeof scheduledRuns.$inferInsert]?: Row[Column] | SQL };
type Row = typeof scheduledRuns.$inferInsert;

function isRun(run: RunKey): SQL | undefined {
  return and(eq(name, run.name), eq(dueAt, new Date(run.dueAt)));
}

function inMs(ms: number): SQL {
  return sql`clock_timestamp() + ${ms}::float8 * interval '1 millisecond'`;
}

function msOf(time: Date | null): number | null {
  return time?.getTime() ?? null;
}
