import {
  DeadLetterOffice,
  MOST_MOVED,
  type FiledLetter,
  type LetterChoice,
  type LetterFilter,
  type LetterState,
} from '@stadtfunk/ingest';
import type { Page, QuarantinedReading, Values } from '@stadtfunk/readings';
import { and, asc, desc, eq, getTableColumns, inArray, lt, type SQL } from 'drizzle-orm';
import { noteChange } from './audit-scope.ts';
import type { Database } from './database.ts';
import { isDeviceOf } from './department-limit.ts';
import { pageCursor, readPageCursor, toPage } from './page-cursor.ts';
import { query, transaction } from './query.ts';
import { deadLetters, quarantinedReadings } from './schema.ts';

/** Row numbers as they are written, of what fits a bigint. */
const ROW_ID = /^\d{1,15}$/;

/** Dead letters and quarantined readings in tables. Lists begin with the newest. */
export class PostgresDeadLetterOffice extends DeadLetterOffice {
  readonly #database: Database;

  constructor(database: Database) {
    super();
    this.#database = database;
  }

  override async list({ state, deviceId, code, departments, limit, after }: LetterFilter): Promise<Page<FiledLetter>> {
    const where = and(
      state && eq(deadLetters.state, state),
      deviceId === undefined ? undefined : eq(deadLetters.deviceId, deviceId),
      code === undefined ? undefined : eq(deadLetters.code, code),
      departments && isDeviceOf('"dead_letters"."device_id"', departments),
      after === undefined ? undefined : lt(deadLetters.letterId, rowIdIn('letters', after)),
    );
    const rows = await this.#letters(where, limit + 1);
    return toPage(rows, limit, toLetter, ({ letterId }) => pageCursor('letters', [letterId]));
  }

  override async find(letterId: string): Promise<FiledLetter | undefined> {
    if (!ROW_ID.test(letterId)) return undefined;
    const [row] = await this.#letters(eq(deadLetters.letterId, Number(letterId)), 1);
    return row && toLetter(row);
  }

  override async retry(which: LetterChoice): Promise<number> {
    return this.#moveOpen('retry', which);
  }

  override async discard(which: LetterChoice): Promise<number> {
    return this.#moveOpen('discarded', which);
  }

  override async listQuarantined({
    deviceId,
    departments,
    limit,
    after,
  }: Parameters<DeadLetterOffice['listQuarantined']>[0]): Promise<
    Page<QuarantinedReading & { readonly quarantineId: string }>
  > {
    const where = and(
      deviceId === undefined ? undefined : eq(quarantinedReadings.deviceId, deviceId),
      departments && isDeviceOf('"quarantined_readings"."device_id"', departments),
      after === undefined ? undefined : lt(quarantinedReadings.quarantineId, rowIdIn('quarantined', after)),
    );
    const rows = await query(this.#database, (drizzle) =>
      drizzle
        .select()
        .from(quarantinedReadings)
        .where(where)
        .orderBy(desc(quarantinedReadings.quarantineId))
        .limit(limit + 1),
    );
    return toPage(rows, limit, toQuarantined, ({ quarantineId }) => pageCursor('quarantined', [quarantineId]));
  }

  #letters(where: SQL | undefined, limit: number) {
    return query(this.#database, (drizzle) =>
      drizzle
        .select(getTableColumns(deadLetters))
        .from(deadLetters)
        .where(where)
        .orderBy(desc(deadLetters.letterId))
        .limit(limit),
    );
  }

  /** Only open letters move: one that is being retried belongs to the consumer group until that has ended. */
  async #moveOpen(state: LetterState, which: LetterChoice): Promise<number> {
    return transaction(this.#database, async (tx) => {
      const chosen = tx
        .select({ letterId: deadLetters.letterId })
        .from(deadLetters)
        .where(and(eq(deadLetters.state, 'open'), isChosen(which)))
        .orderBy(asc(deadLetters.letterId))
        .limit(MOST_MOVED)
        .for('update');
      const { rowCount } = await tx.update(deadLetters).set({ state }).where(inArray(deadLetters.letterId, chosen));
      const moved = rowCount ?? 0;
      if (moved > 0) noteChange(tx, { before: { state: 'open' }, after: { state, letters: moved } });
      return moved;
    });
  }
}

function isChosen(which: LetterChoice): SQL | undefined {
  if ('letterIds' in which) {
    return inArray(deadLetters.letterId, which.letterIds.filter((id) => ROW_ID.test(id)).map(Number));
  }
  const { code, deviceId, departments } = which;
  return and(
    eq(deadLetters.code, code),
    deviceId === undefined ? undefined : eq(deadLetters.deviceId, deviceId),
    departments && isDeviceOf('"dead_letters"."device_id"', departments),
  );
}

function rowIdIn(list: string, cursor: string): number {
  return readPageCursor(list, cursor, ['id'])[0] as number;
}

function toLetter(row: typeof deadLetters.$inferSelect): FiledLetter {
  return {
    letterId: String(row.letterId),
    deviceId: row.deviceId,
    topic: row.topic,
    receivedAt: row.receivedAt.getTime(),
    payload: row.payload,
    code: row.code,
    detail: row.detail,
    state: row.state as LetterState,
    attempts: row.attempts,
  };
}

function toQuarantined(
  row: typeof quarantinedReadings.$inferSelect,
): QuarantinedReading & { readonly quarantineId: string } {
  return {
    quarantineId: String(row.quarantineId),
    deviceId: row.deviceId,
    receivedAt: row.receivedAt.getTime(),
    deviceTime: row.deviceTime,
    code: row.code,
    values: row.values as Values,
  };
}
