/** Buckets of 1/1024 of a power of two: any value is told to 0.1 %, as HDR histograms of three digits do. */
const SUB_BITS = 10;
const SUB_BUCKETS = 1 << SUB_BITS;
/** Up to 2^32 µs, over an hour. */
const OCTAVES = 32 - SUB_BITS;
const BUCKETS = SUB_BUCKETS * (OCTAVES + 1);

/** The latencies of a run, of which everyone who was late is as visible as those who were not. No allocation per value. */
export class LatencyHistogram {
  readonly #counts = new Float64Array(BUCKETS);
  count = 0;
  maxUs = 0;
  #sumUs = 0;

  /** @param us microseconds */
  add(us: number): void {
    const value = Math.max(0, Math.min(2 ** 32 - 1, Math.round(us)));
    this.#counts[bucketOf(value)]!++;
    this.count++;
    this.#sumUs += value;
    if (value > this.maxUs) this.maxUs = value;
  }

  /** The value that this share (0..1) of all did not exceed, µs; 0 where there are none. */
  quantileUs(share: number): number {
    let left = Math.max(1, Math.ceil(share * this.count));
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      left -= this.#counts[bucket]!;
      if (left <= 0) return Math.min(this.maxUs, highestIn(bucket));
    }
    return this.maxUs;
  }

  get meanUs(): number {
    return this.count === 0 ? 0 : this.#sumUs / this.count;
  }

  /** Adds what another one has counted, as another process wrote it down. */
  merge({ buckets, maxUs, sumUs }: WrittenHistogram): void {
    for (const [bucket, count] of buckets) {
      if (!(bucket >= 0 && bucket < BUCKETS)) continue;
      this.#counts[bucket]! += count;
      this.count += count;
    }
    this.maxUs = Math.max(this.maxUs, maxUs);
    this.#sumUs += sumUs;
  }

  written(): WrittenHistogram {
    const buckets: [number, number][] = [];
    this.#counts.forEach((count, bucket) => {
      if (count > 0) buckets.push([bucket, count]);
    });
    return { buckets, maxUs: this.maxUs, sumUs: this.#sumUs };
  }
}

export interface WrittenHistogram {
  readonly buckets: readonly (readonly [bucket: number, count: number])[];
  readonly maxUs: number;
  readonly sumUs: number;
}

function bucketOf(value: number): number {
  if (value < SUB_BUCKETS) return value;
  const octave = 31 - Math.clz32(value) - (SUB_BITS - 1);
  // The upper half of the sub-buckets of each octave; the lower half is the octave below.
  return octave * (SUB_BUCKETS / 2) + (value >>> octave);
}

/** The largest value that falls into a bucket. */
function highestIn(bucket: number): number {
  if (bucket < SUB_BUCKETS) return bucket;
  const octave = Math.floor(bucket / (SUB_BUCKETS / 2)) - 1;
  const mantissa = bucket - octave * (SUB_BUCKETS / 2);
  return (mantissa + 1) * 2 ** octave - 1;
}
