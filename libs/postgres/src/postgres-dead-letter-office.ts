import { DeadLetterOffice, type FiledLetter, type LetterFilter, type LetterState } from '@stadtfunk/ingest';
import type { Page, QuarantinedReading, Values } from '@stadtfunk/readings';
import { and, desc, eq, getTableColumns, inArray, lt, type SQL } from 'drizzle-orm';
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

  override async retry(which: Parameters<DeadLetterOffice['retry']>[0]): Promise<number> {
    const chosen =
      'code' in which
        ? and(
            eq(deadLetters.code, which.code),
            which.departments && isDeviceOf('"dead_letters"."device_id"', which.departments),
          )
        : inArray(deadLetters.letterId, which.letterIds.filter((id) => ROW_ID.test(id)).map(Number));
    return this.#moveOpen('retry', chosen);
  }

  override async discard(letterId: string): Promise<boolean> {
    if (!ROW_ID.test(letterId)) return false;
    return (await this.#moveOpen('discarded', eq(deadLetters.letterId, Number(letterId)))) === 1;
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
  async #moveOpen(state: LetterState, chosen: SQL | undefined): Promise<number> {
    return transaction(this.#database, async (tx) => {
      const { rowCount } = await tx
        .update(deadLetters)
        .set({ state })
        .where(and(eq(deadLetters.state, 'open'), chosen));
      const moved = rowCount ?? 0;
      if (moved > 0) noteChange(tx, { before: { state: 'open' }, after: { state, letters: moved } });
      return moved;
    });
  }
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
