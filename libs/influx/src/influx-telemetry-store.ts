import {
  momentKey,
  ReadingsRefused,
  TelemetryStore,
  wantedOf,
  type AggregatedReading,
  type AggregateQuery,
  type Moment,
  type Page,
  type Reading,
  type ReadingQuery,
  type StoredReading,
} from '@stadtfunk/readings';
import { BucketMeans } from './bucket-means.ts';
import { InfluxConnection } from './influx-connection.ts';
import { bucketFor, type InfluxOptions } from './influx-options.ts';
import { isWithin } from './influx-ql.ts';
import { askFor, type Ask } from './influx-query.ts';
import { InfluxWriter } from './influx-writer.ts';
import { Lines } from './line-protocol.ts';
import { spansOf, type MomentSpan } from './moment-spans.ts';
import { pageCursor, readPageCursor } from './page-cursor.ts';
import { ALL_COLUMNS, isOfAsset, latestQuery, scanReadings } from './reading-scan.ts';
import { compare, readingsOf } from './stored-rows.ts';
import { idOfTagText } from './tag-value.ts';

const ASSETS_PER_QUERY = 100;
const QUERIES_AT_ONCE = 8;
/** Most assets have reported lately; looking there first leaves the older shards closed. */
const LATELY = 'time >= now() - 7d';

/**
 * Time series in InfluxDB 1.x, 2.x or 3.x: line protocol in, InfluxQL out. The schema is in docs/adr/0020-influxdb-schema.md.
 * Nothing is buffered: `write` resolves when the server has confirmed, and whoever reads from the log waits.
 */
export class InfluxTelemetryStore extends TelemetryStore {
  readonly #connection: InfluxConnection;
  readonly #writer: InfluxWriter;
  readonly #ask: Ask;

  constructor(options: InfluxOptions) {
    super();
    this.#connection = new InfluxConnection(options);
    this.#writer = new InfluxWriter(this.#connection, bucketFor(options, 'reading'));
    this.#ask = askFor(this.#connection, options.bucket);
  }

  /**
   * Finds out the server's version and creates the bucket. Optional: the first write does the same. Faults:
   * `telemetry.unavailable` (retryable) once it has been away for `giveUpAfterMs`, `telemetry.failed`.
   */
  async start(): Promise<void> {
    await this.#writer.start();
  }

  /** Breaks off what is under way, with `telemetry.unavailable`: stop the consumers first. */
  stop(): void {
    this.#connection.close();
  }

  override async write(readings: readonly Reading[]): Promise<void> {
    if (readings.length === 0) return;
    const refused = await this.#writer.write(Lines.ofReadings(readings));
    if (refused.length === 0) return;
    throw new ReadingsRefused(
      refused.map(({ index, detail }) => ({ reading: readings[index]!, detail })),
      readings.length,
    );
  }

  override async find(moments: readonly Moment[]): Promise<readonly StoredReading[]> {
    const wanted = new Set(moments.map(momentKey));
    const spans = spansOf(moments);
    const found: StoredReading[] = [];
    for (let start = 0; start < spans.length; start += QUERIES_AT_ONCE) {
      const some = await Promise.all(spans.slice(start, start + QUERIES_AT_ONCE).map((span) => this.#within(span)));
      for (const reading of some.flat()) if (wanted.has(momentKey(reading))) found.push(reading);
    }
    return found;
  }

  async #within({ deviceId, from, to }: MomentSpan): Promise<readonly StoredReading[]> {
    const { rowsPerQuery } = this.#connection.limits;
    const scan = { subject: { deviceId }, from, to, quantities: [], order: 'asc', columns: ALL_COLUMNS } as const;
    const readings: StoredReading[] = [];
    for await (const part of scanReadings(this.#ask, { ...scan, firstRows: rowsPerQuery, mostRows: rowsPerQuery })) {
      for (const reading of part) readings.push(reading);
    }
    return readings;
  }

  override async read(query: ReadingQuery): Promise<Page<StoredReading>> {
    const { limit, order } = query;
    const after = query.after === undefined ? undefined : readPageCursor(query.after);
    const sign = order === 'asc' ? 1 : -1;
    const range = { from: query.from, to: query.to };
    if (after && order === 'asc') range.from = Math.max(range.from, after.observedAt);
    if (after && order === 'desc') range.to = Math.min(range.to, after.observedAt + 1);

    const items: StoredReading[] = [];
    const { rowsPerQuery: mostRows } = this.#connection.limits;
    // One more than the limit tells whether there is a next page, one is the moment at the cursor, and some are left out.
    const firstRows = Math.min(limit + 10, mostRows);
    const scan = { ...query, ...range, columns: ALL_COLUMNS, firstRows, mostRows };
    for await (const part of scanReadings(this.#ask, scan)) {
      for (const reading of part) if (!after || sign * compare(reading, after) > 0) items.push(reading);
      if (items.length > limit) break;
    }
    const shown = items.slice(0, limit);
    const last = shown.at(-1);
    return { items: shown, next: last && items.length > limit ? pageCursor(last) : null };
  }

  override async aggregate({ bucket, limit, ...query }: AggregateQuery): Promise<readonly AggregatedReading[]> {
    const wanted = wantedOf(query.subject, query.quantities);
    const means = new BucketMeans(bucket, wanted, limit);
    const columns = ['deviceId', 'receivedAt', ...wanted];
    const { rowsPerQuery } = this.#connection.limits;
    const scan = { ...query, order: 'asc', columns, firstRows: rowsPerQuery, mostRows: rowsPerQuery } as const;
    for await (const part of scanReadings(this.#ask, scan)) {
      if (!part.every((reading) => means.add(reading))) break;
    }
    return means.toReadings();
  }

  override async latest(assetIds: readonly string[]): Promise<ReadonlyMap<string, StoredReading>> {
    const newest = new Map<string, StoredReading>();
    const asked = [...new Set(assetIds)];
    for (let start = 0; start < asked.length; start += ASSETS_PER_QUERY) {
      const some = asked.slice(start, start + ASSETS_PER_QUERY);
      await this.#addNewest(newest, some, LATELY);
      const silent = some.filter((assetId) => !newest.has(assetId));
      if (silent.length > 0) await this.#addNewest(newest, silent, isWithin(-Infinity, Infinity));
    }
    // Where the newest only describes the sensor: comparing all quantities in InfluxQL takes seconds, reading backwards does not.
    for (const [assetId, reading] of newest) {
      if (isOfAsset(reading)) continue;
      const range = { from: -Infinity, to: reading.observedAt + 1, quantities: [] };
      const { items } = await this.read({ subject: { assetId }, ...range, order: 'desc', limit: 1 });
      if (items[0]) newest.set(assetId, items[0]);
      else newest.delete(assetId);
    }
    return newest;
  }

  async #addNewest(newest: Map<string, StoredReading>, assetIds: readonly string[], since: string): Promise<void> {
    for (const series of await this.#ask(latestQuery(assetIds, since))) {
      const assetId = idOfTagText(series.tags?.['assetId'] ?? '');
      for (const reading of readingsOf(series)) {
        const known = newest.get(assetId);
        if (!known || compare(reading, known) > 0) newest.set(assetId, reading);
      }
    }
  }
}
