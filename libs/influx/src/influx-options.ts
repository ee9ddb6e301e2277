import { checkRetention, KEEP_FOR_EVER, type DataClass, type Retention } from '@stadtfunk/readings';

export interface InfluxLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface InfluxOptions {
  /** `http://host:8086`; a path in front of the API may follow. */
  readonly url: string;
  /** `user:password` for 1.x with authentication, a token for 2.x and 3.x. */
  readonly token?: string;
  /** 2.x only. */
  readonly org?: string;
  /** The bucket of 2.x, the database of 1.x and 3.x. Created when missing. Hours and days go to `_hour` and `_day` of it. */
  readonly bucket: string;
  /** How long each class of data is kept, set when its bucket is created. Absent: for ever. */
  readonly retention?: Retention;
  readonly log?: InfluxLog;
  readonly limits?: Partial<InfluxLimits>;
}

/** One bucket, for one class of data. */
export interface BucketOptions extends Omit<InfluxOptions, 'retention'> {
  /** null: for ever. */
  readonly keptDays: number | null;
  /** How much time one file of the engine spans; absent: as the server thinks. */
  readonly shardDays?: number;
}

/** Roll-ups are few: with the server's week per shard, ten years of days would be 500 of them. */
const SHARD_DAYS: { readonly [dataClass in DataClass]?: number } = { hour: 28, day: 364 };

/** Faults: `retention.invalid`. */
export function bucketFor(
  { retention = KEEP_FOR_EVER, ...options }: InfluxOptions,
  dataClass: DataClass,
): BucketOptions {
  checkRetention(retention);
  const keptDays = retention[dataClass];
  const shardDays = SHARD_DAYS[dataClass];
  const bucket = dataClass === 'reading' ? options.bucket : `${options.bucket}_${dataClass}`;
  return { ...options, bucket, keptDays, ...(shardDays && { shardDays: Math.min(shardDays, keptDays ?? Infinity) }) };
}

/** Each protects from what stands behind it. */
export interface InfluxLimits {
  /** Time for one request, so that a server that hangs counts as away. */
  readonly requestTimeoutMs: number;
  /** Time for the next part of a long answer: a server opens 100,000 series for minutes before it sends the first row. */
  readonly partTimeoutMs: number;
  /** Time that `write` tries for before it reports `telemetry.unavailable`, so that an outage becomes visible. */
  readonly giveUpAfterMs: number;
  /** First pause after a failure, doubled up to the longest, so that a server that comes back is not trampled on. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** What a server may ask for with Retry-After, at most: a wrong header must not stop history for a day. */
  readonly longestRetryAfterMs: number;
  /** Lines and bytes in one request: servers refuse bodies from 10 MB (3.x) or 25 MB (1.x) on. */
  readonly linesPerWrite: number;
  readonly bytesPerWrite: number;
  /** Bodies above this are compressed. It costs 2 us of CPU per reading, which a loopback connection never pays back. */
  readonly gzipAboveBytes: number;
  /** Rows in one answer, which bounds the memory of a query. */
  readonly rowsPerQuery: number;
}

const DEFAULTS: InfluxLimits = {
  requestTimeoutMs: 30_000,
  partTimeoutMs: 300_000,
  giveUpAfterMs: 60_000,
  firstPauseMs: 100,
  longestPauseMs: 2_000,
  longestRetryAfterMs: 300_000,
  linesPerWrite: 5_000,
  bytesPerWrite: 2_000_000,
  gzipAboveBytes: 2_000,
  rowsPerQuery: 5_000,
};

export function limitsOf({ url, limits }: Pick<InfluxOptions, 'url' | 'limits'>): InfluxLimits {
  const isLoopback = /^https?:\/\/(?:localhost|127(?:\.\d+){3}|\[::1\])(?:[:/]|$)/.test(url);
  return { ...DEFAULTS, ...(isLoopback && { gzipAboveBytes: Infinity }), ...limits };
}
