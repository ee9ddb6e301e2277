import {
  type AggregatedReading,
  type AggregateQuery,
  type QuantityName,
  type Reading,
  type ReadingQuery,
  type StoredReading,
  type Subject,
  TelemetryStore,
} from '@stadtfunk/readings';
import { pageOf } from './page-of.ts';

/** Readings in memory. Remembers the last query, for tests of what is asked. */
export class MemoryReadings extends TelemetryStore {
  readonly #readings: Reading[] = [];
  lastAggregate: AggregateQuery | undefined;

  override async write(readings: readonly Reading[]): Promise<void> {
    this.#readings.push(...readings);
  }

  override async read({ subject, from, to, quantities, order, ...page }: ReadingQuery) {
    const readings = this.#of(subject)
      .filter(({ observedAt }) => observedAt >= from && observedAt < to)
      .filter(({ values }) => quantities.length === 0 || quantities.some((name) => name in values))
      .sort((a, b) => (order === 'asc' ? a.observedAt - b.observedAt : b.observedAt - a.observedAt));
    return pageOf(readings, ({ deviceId, observedAt }) => `${deviceId}/${observedAt}`, page);
  }

  /** Buckets of fixed width only, and of filling levels only. */
  override async aggregate(query: AggregateQuery): Promise<readonly AggregatedReading[]> {
    this.lastAggregate = query;
    const { subject, from, to, bucket, limit } = query;
    const everyMs = 'everyMs' in bucket ? bucket.everyMs : 86_400_000;
    const name: QuantityName = 'fillingLevel';
    const buckets = new Map<number, number[]>();
    for (const { observedAt, values } of this.#of(subject)) {
      const value = values[name];
      if (observedAt < from || observedAt >= to || typeof value !== 'number') continue;
      const start = Math.floor(observedAt / everyMs) * everyMs;
      buckets.set(start, [...(buckets.get(start) ?? []), value]);
    }
    return [...buckets]
      .sort(([a], [b]) => a - b)
      .slice(0, limit)
      .map(([observedAt, numbers]) => ({
        observedAt,
        count: numbers.length,
        values: { [name]: numbers.reduce((sum, number) => sum + number, 0) / numbers.length },
      }));
  }

  override async latest(assetIds: readonly string[]): Promise<ReadonlyMap<string, StoredReading>> {
    const latest = new Map<string, StoredReading>();
    for (const assetId of assetIds) {
      const newest = this.#of({ assetId }).sort((a, b) => b.observedAt - a.observedAt)[0];
      if (newest) latest.set(assetId, newest);
    }
    return latest;
  }

  #of(subject: Subject): Reading[] {
    return this.#readings.filter((reading) =>
      'assetId' in subject ? reading.assetId === subject.assetId : reading.deviceId === subject.deviceId,
    );
  }
}
