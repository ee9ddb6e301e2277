import { endOfLocalDay, startOfLocalDay } from './local-day.ts';

/** A fixed width in ms, counted from 1970-01-01T00:00Z, or a local calendar day of a zone (23 to 25 hours). */
export type Bucket = { readonly everyMs: number } | { readonly localDay: string };

/** UTC ms at which the bucket of `time` starts. */
export function startOfBucket(time: number, bucket: Bucket): number {
  return 'everyMs' in bucket
    ? Math.floor(time / bucket.everyMs) * bucket.everyMs
    : startOfLocalDay(time, bucket.localDay);
}

/** The bucket of `time`, [start, end) in UTC ms. */
export function bucketOf(time: number, bucket: Bucket): readonly [start: number, end: number] {
  const start = startOfBucket(time, bucket);
  return [start, 'everyMs' in bucket ? start + bucket.everyMs : endOfLocalDay(time, bucket.localDay)];
}
