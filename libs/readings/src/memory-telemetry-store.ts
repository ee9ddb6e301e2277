import { startOfLocalDay } from './local-day.ts';
import { QUANTITIES, QUANTITY_NAMES, type MutableValues, type QuantityName } from './quantities.ts';
import type { Reading } from './reading.ts';
import {
  TelemetryStore,
  type AggregatedReading,
  type AggregateQuery,
  type Bucket,
  type Page,
  type ReadingQuery,
  type StoredReading,
  type Subject,
} from './telemetry-store.ts';

const ASSET_QUANTITIES = QUANTITY_NAMES.filter((name) => QUANTITIES[name].of === 'asset');

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
      const start = startOf(reading.observedAt, bucket);
      const members = buckets.get(start);
      if (members) members.push(reading);
      else buckets.set(start, [reading]);
    }
    return [...buckets]
      .sort(([a], [b]) => a - b)
      .slice(0, limit)
      .map(([observedAt, members]) => ({ observedAt, count: members.length, values: meansOf(members, wanted) }));
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

function wantedOf(subject: Subject, asked: readonly QuantityName[]): readonly QuantityName[] {
  if (asked.length > 0) return asked;
  return 'assetId' in subject ? ASSET_QUANTITIES : QUANTITY_NAMES;
}

/** Sorts as text like (observedAt, deviceId): moved so far that times before 1970 have no sign. */
function keyOf({ observedAt, deviceId }: Reading): string {
  return `${String(observedAt + 1e14).padStart(16, '0')} ${deviceId}`;
}

function startOf(time: number, bucket: Bucket): number {
  return 'everyMs' in bucket
    ? Math.floor(time / bucket.everyMs) * bucket.everyMs
    : startOfLocalDay(time, bucket.localDay);
}

function meansOf(members: readonly Reading[], wanted: readonly QuantityName[]): AggregatedReading['values'] {
  const means: MutableValues = {};
  for (const name of wanted) {
    const values = members.flatMap(({ values }) => values[name] ?? []);
    if (values.length > 0) means[name] = values.reduce<number>((sum, value) => sum + Number(value), 0) / values.length;
  }
  return means as AggregatedReading['values'];
}

function toStored({ assetId: _assetId, ...stored }: Reading): StoredReading {
  return stored;
}
