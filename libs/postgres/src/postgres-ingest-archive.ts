import { IngestArchive, type IngestDataClass } from '@stadtfunk/ingest';
import type { Database } from './database.ts';
import { faultOf } from './faults.ts';
import { FOLD_LETTER_COUNTS } from './postgres-data-quality.ts';

const SOURCES = {
  quarantined: { table: 'quarantined_readings', isOld: 'received_at < $1' },
  endedLetter: { table: 'dead_letters', isOld: `received_at < $1 and state in ('resolved', 'discarded')` },
} as const;

/** The slot of days that are over. Consumers count from 0. */
const FOLDED = -1;

/** Lets go of rows, some at a time. */
export class PostgresIngestArchive extends IngestArchive {
  constructor(private readonly database: Database) {
    super();
  }

  override async foldDays(before: string): Promise<void> {
    // Who adds to a row that goes away meanwhile makes a new one, which the next call folds.
    await this.#change(
      `with gone as (
         delete from quality_days where day < $1::date and slot <> ${FOLDED} returning day, model, firmware, measure, count
       )
       insert into quality_days as q (day, slot, model, firmware, measure, count)
       select day, ${FOLDED}, model, firmware, measure, sum(count) from gone group by day, model, firmware, measure
       on conflict (day, slot, model, firmware, measure) do update set count = q.count + excluded.count`,
      [before],
    );
    await this.#change(FOLD_LETTER_COUNTS, []);
  }

  override purgeDays(before: string, limit: number): Promise<number> {
    return this.#remove('quality_days', 'day < $1::date', before, limit);
  }

  override purge(dataClass: Exclude<IngestDataClass, 'qualityDay'>, before: number, limit: number): Promise<number> {
    const { table, isOld } = SOURCES[dataClass];
    return this.#remove(table, isOld, new Date(before), limit);
  }

  #remove(table: string, isOld: string, before: unknown, limit: number): Promise<number> {
    return this.#change(
      `delete from ${table} where ctid = any(array(select ctid from ${table} where ${isOld} limit $2))`,
      [before, limit],
    );
  }

  async #change(statement: string, parameters: readonly unknown[]): Promise<number> {
    try {
      return (await this.database.pool.query(statement, [...parameters])).rowCount ?? 0;
    } catch (thrown) {
      throw faultOf('records', thrown);
    }
  }
}
