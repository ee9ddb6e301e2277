import {
  bucketOf,
  type AggregatedReading,
  type Bucket,
  type MutableValues,
  type QuantityName,
  type StoredReading,
} from '@stadtfunk/readings';

interface OpenBucket {
  readonly observedAt: number;
  readonly sums: Map<QuantityName, { sum: number; count: number }>;
}

/** Means over buckets, of readings that come oldest first. */
export class BucketMeans {
  readonly #bucket: Bucket;
  readonly #wanted: readonly QuantityName[];
  readonly #limit: number;
  readonly #open: OpenBucket[] = [];
  #end = -Infinity;

  constructor(bucket: Bucket, wanted: readonly QuantityName[], limit: number) {
    this.#bucket = bucket;
    this.#wanted = wanted;
    this.#limit = limit;
  }

  /** False once as many buckets as were asked for are complete. */
  add({ observedAt, values }: StoredReading): boolean {
    if (observedAt >= this.#end) {
      if (this.#open.length >= this.#limit) return false;
      const [start, end] = bucketOf(observedAt, this.#bucket);
      this.#end = end;
      this.#open.push({ observedAt: start, sums: new Map() });
    }
    const open = this.#open.at(-1)!;
    for (const name of this.#wanted) {
      const value = values[name];
      if (value === undefined) continue;
      const total = open.sums.get(name);
      if (total) {
        total.sum += Number(value);
        total.count++;
      } else {
        open.sums.set(name, { sum: Number(value), count: 1 });
      }
    }
    return true;
  }

  toReadings(): readonly AggregatedReading[] {
    return this.#open.map(({ observedAt, sums }) => {
      const values: MutableValues = {};
      let count = 0;
      for (const [name, total] of sums) {
        values[name] = total.sum / total.count;
        count = Math.max(count, total.count);
      }
      return { observedAt, count, values: values as AggregatedReading['values'] };
    });
  }
}
