import { startOfBucket } from './bucket.ts';
import type { MutableValues, QuantityName } from './quantities.ts';
import type { Reading } from './reading.ts';
import {
  TelemetryStore,
  wantedOf,
  type AggregatedReading,
  type AggregateQuery,
  type Moment,
  type Page,
  type ReadingQuery,
  type StoredReading,
} from './telemetry-store.ts';

/** The time series in memory: the twin of the adapters, for tests and backtests. */
export class MemoryTelemetryStore extends TelemetryStore {
  readonly #readings = new Map<string, Reading>();

  override async write(readings: readonly Reading[]): Promise<void> {
    for (const reading of readings) {
      const key = keyOf(reading);
      const values = { ...this.#readings.get(key)?.values, ...reading.values };
      this.#readings.set(key, { ...reading, values });
    }
  }

  override async find(moments: readonly Moment[]): Promise<readonly StoredReading[]> {
    return [...new Set(moments.map(keyOf))].flatMap((key) => {
      const reading = this.#readings.get(key);
      return reading ? [toStored(reading)] : [];
    });
  }

  override async read({ order, limit, after, ...query }: ReadingQuery): Promise<Page<StoredReading>> {
    const sign = order === 'asc' ? 1 : -1;
    const compare = (a: string, b: string) => (a < b ? -sign : a > b ? sign : 0);
    const found = this.#find(query)
      .filter((reading) => after === undefined || compare(keyOf(reading), after) > 0)
      .sort((a, b) => compare(keyOf(a), keyOf(b)));
    const shown = found.slice(0, limit);
    return { items: shown.map(toStored), next: found.length > limit ? keyOf(shown.at(-1)!) : null };
  }

  override async aggregate({ bucket, limit, ...query }: AggregateQuery): Promise<readonly AggregatedReading[]> {
    const wanted = wantedOf(query.subject, query.quantities);
    const buckets = new Map<number, Reading[]>();
    for (const reading of this.#find(query)) {
      const start = startOfBucket(reading.observedAt, bucket);
      const members = buckets.get(start);
      if (members) members.push(reading);
      else buckets.set(start, [reading]);
    }
    return [...buckets]
      .sort(([a], [b]) => a - b)
      .slice(0, limit)
      .map(([observedAt, members]) => ({ observedAt, ...meansOf(members, wanted) }));
  }

  override async latest(assetIds: readonly string[]): Promise<ReadonlyMap<string, StoredReading>> {
    const newest = new Map<string, StoredReading>();
    for (const assetId of assetIds) {
      const query = { subject: { assetId }, from: -Infinity, to: Infinity, quantities: [] } as const;
      const { items } = await this.read({ ...query, order: 'desc', limit: 1 });
      if (items[0]) newest.set(assetId, items[0]);
    }
    return newest;
  }

  /** All readings of a time, whoever's. */
  within(from: number, to: number): readonly Reading[] {
    return [...this.#readings.values()].filter(({ observedAt }) => observedAt >= from && observedAt < to);
  }

  /** Removes the oldest readings of before a moment; gives how many. */
  purge(before: number, limit: number): number {
    const old = this.within(-Infinity, before).map(keyOf).sort().slice(0, limit);
    for (const key of old) this.#readings.delete(key);
    return old.length;
  }

  #find({ subject, from, to, quantities }: Pick<ReadingQuery, 'subject' | 'from' | 'to' | 'quantities'>): Reading[] {
    const wanted = wantedOf(subject, quantities);
    return [...this.#readings.values()].filter((reading) => {
      const isSubject =
        'assetId' in subject ? reading.assetId === subject.assetId : reading.deviceId === subject.deviceId;
      const isInRange = reading.observedAt >= from && reading.observedAt < to;
      return isSubject && isInRange && wanted.some((name) => reading.values[name] !== undefined);
    });
  }
}

/** Sorts as text like (observedAt, deviceId): moved so far that times before 1970 have no sign. */
function keyOf({ observedAt, deviceId }: Moment): string {
  return `${String(observedAt + 1e14).padStart(16, '0')} ${deviceId}`;
}

function meansOf(members: readonly Reading[], wanted: readonly QuantityName[]): Omit<AggregatedReading, 'observedAt'> {
  const means: MutableValues = {};
  let count = 0;
  for (const name of wanted) {
    const values = members.flatMap(({ values }) => values[name] ?? []);
    if (values.length > 0) means[name] = values.reduce<number>((sum, value) => sum + Number(value), 0) / values.length;
    count = Math.max(count, values.length);
  }
  return { count, values: means as AggregatedReading['values'] };
}

function toStored({ assetId: _assetId, ...stored }: Reading): StoredReading {
  return stored;
}
