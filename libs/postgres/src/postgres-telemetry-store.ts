import { Fault } from '@stadtfunk/kernel';
import {
  TelemetryStore,
  type AggregatedReading,
  type AggregateQuery,
  type Moment,
  type Page,
  type Reading,
  type ReadingQuery,
  type StoredReading,
} from '@stadtfunk/readings';
import { bulkRows, moment } from './bulk-rows.ts';
import type { Database } from './database.ts';
import { faultOf } from './faults.ts';
import { pageCursor, readPageCursor, toPage } from './page-cursor.ts';
import { mergeRepeats } from './reading-merge.ts';
import { aggregateSql, findSql, latestSql, readingsSql, storedReadingOf, type ReadingRow } from './reading-queries.ts';

const PAIRS_REMEMBERED = 100_000;

/** Time series in a table: one row for what one device measured at one moment. */
export class PostgresTelemetryStore extends TelemetryStore {
  readonly #database: Database;
  /** Pairs of asset and device that are known to stand in `reading_sources`. */
  readonly #sources = new Set<string>();

  constructor(database: Database) {
    super();
    this.#database = database;
  }

  override async write(readings: readonly Reading[]): Promise<void> {
    if (readings.length === 0) return;
    await this.#noteSources(readings);
    await this.#query(
      `insert into readings as r (device_id, observed_at, asset_id, received_at, clock, quality, "values")
       select d, ${moment('o')}, a, ${moment('t')}, c, q, v
       from json_to_recordset($1::json) as b(d text, o float8, a text, t float8, c text, q int, v jsonb)
       on conflict (device_id, observed_at) do update set asset_id = excluded.asset_id,
         received_at = excluded.received_at, clock = excluded.clock, quality = excluded.quality,
         "values" = r."values" || excluded."values"`,
      [
        bulkRows(
          mergeRepeats(readings).map((reading) => ({
            d: reading.deviceId,
            o: reading.observedAt,
            a: reading.assetId,
            t: reading.receivedAt,
            c: reading.clock,
            q: reading.quality,
            v: reading.values,
          })),
        ),
      ],
    );
  }

  override async find(moments: readonly Moment[]): Promise<readonly StoredReading[]> {
    if (moments.length === 0) return [];
    return (await this.#query<ReadingRow>(...findSql(moments))).map(storedReadingOf);
  }

  override async read(query: ReadingQuery): Promise<Page<StoredReading>> {
    const after = query.after === undefined ? undefined : readPageCursor('readings', query.after, ['time', 'text']);
    const rows = await this.#query<ReadingRow>(...readingsSql(query, after));
    return toPage(rows, query.limit, storedReadingOf, (row) => pageCursor('readings', [row.at, row.device_id]));
  }

  override async aggregate(query: AggregateQuery): Promise<readonly AggregatedReading[]> {
    const rows = await this.#query<{ at: number; count: number; values: AggregatedReading['values'] }>(
      ...aggregateSql(query),
    );
    return rows.map((row) => ({ observedAt: row.at, count: row.count, values: row.values }));
  }

  override async latest(assetIds: readonly string[]): Promise<ReadonlyMap<string, StoredReading>> {
    const rows = await this.#query<ReadingRow & { asset_id: string }>(...latestSql(assetIds));
    return new Map(rows.map((row) => [row.asset_id, storedReadingOf(row)]));
  }

  /** Which devices measured an asset: with it, one index of the large table serves both kinds of question. */
  async #noteSources(readings: readonly Reading[]): Promise<void> {
    const fresh = new Map<string, { a: string; d: string }>();
    for (const { assetId, deviceId } of readings) {
      if (assetId === null) continue;
      const pair = JSON.stringify([assetId, deviceId]);
      if (!this.#sources.has(pair)) fresh.set(pair, { a: assetId, d: deviceId });
    }
    if (fresh.size === 0) return;
    await this.#query(
      `insert into reading_sources (asset_id, device_id)
       select a, d from json_to_recordset($1::json) as p(a text, d text) on conflict do nothing`,
      [bulkRows([...fresh.values()])],
    );
    if (this.#sources.size + fresh.size > PAIRS_REMEMBERED) this.#sources.clear();
    for (const pair of fresh.keys()) this.#sources.add(pair);
  }

  async #query<R extends object>(text: string, values: unknown[]): Promise<R[]> {
    try {
      const { rows } = await this.#database.pool.query<R>(text, values);
      return rows;
    } catch (thrown) {
      const fault = faultOf('telemetry', thrown);
      // What was going on elsewhere at the same time is as good as the database being away: try again.
      throw fault.code === 'telemetry.conflict'
        ? new Fault('telemetry.unavailable', fault.message, true, thrown)
        : fault;
    }
  }
}
