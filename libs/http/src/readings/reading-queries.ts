import { durationMs } from '@stadtfunk/kernel';
import type {
  AggregatedReading,
  AggregateQuery,
  Bucket,
  ReadingQuery,
  StoredReading,
  Subject,
} from '@stadtfunk/readings';
import { Problem } from '../problem.ts';
import { isoOf } from '../schemas.ts';
import type { ReadingQueryInput } from './reading.schema.ts';

const DAY_MS = 86_400_000;
/** Beyond every reading; devices whose clock is ahead are repaired. */
const FAR_AHEAD_MS = 366 * DAY_MS;

export function toReadingQuery(subject: Subject, input: ReadingQueryInput, now: number): ReadingQuery {
  return {
    subject,
    from: input.from ?? 0,
    to: input.to ?? now + FAR_AHEAD_MS,
    quantities: input.quantity ?? [],
    order: input.order,
    limit: input.limit,
    ...(input.after === undefined ? {} : { after: input.after }),
  };
}

export function toBucket(every: string, zone: string): Bucket {
  const everyMs = durationMs(every);
  if (every === 'P1D') return { localDay: zone };
  if (everyMs !== undefined && everyMs >= 60_000 && everyMs < DAY_MS) return { everyMs };
  throw badQuery('every', 'must be a day (1d), or a minute or more and less than a day');
}

/** One bucket more than asked for tells whether there is a next page; a following page begins with the bucket before it. */
export function toAggregateQuery(
  subject: Subject,
  input: ReadingQueryInput,
  bucket: Bucket,
  now: number,
): AggregateQuery {
  if (input.order === 'desc') throw badQuery('order', 'buckets come oldest first');
  const to = input.to ?? now + DAY_MS;
  const back = ('everyMs' in bucket ? bucket.everyMs : DAY_MS) * input.limit;
  const from = input.from ?? (input.to ?? now) - back;
  const done = input.after === undefined ? undefined : readCursor(input.after);
  return {
    subject,
    from: Math.max(from, done ?? from),
    to,
    quantities: input.quantity ?? [],
    bucket,
    limit: input.limit + (done === undefined ? 1 : 2),
  };
}

/** The page out of what `toAggregateQuery` asked for. */
export function toBucketPage(buckets: readonly AggregatedReading[], { limit, after }: ReadingQueryInput) {
  const done = after === undefined ? -Infinity : readCursor(after);
  const fresh = buckets.filter(({ observedAt }) => observedAt > done);
  const shown = fresh.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(toBucketItem),
    next: last && fresh.length > limit ? last.observedAt.toString(36) : null,
  };
}

function readCursor(cursor: string): number {
  const start = /^-?[0-9a-z]{1,10}$/.test(cursor) ? parseInt(cursor, 36) : NaN;
  if (Number.isNaN(start)) throw new Problem(400, 'cursor.invalid', `'after' is not a cursor that this list gave`);
  return start;
}

function badQuery(name: string, message: string): Problem {
  const path = `query.${name}`;
  return new Problem(400, 'request.invalid', `${path}: ${message}`, { errors: [{ path, message }] });
}

export function toReadingItem({ deviceId, observedAt, receivedAt, clock, quality, values }: StoredReading) {
  return { observedAt: isoOf(observedAt), receivedAt: isoOf(receivedAt), values, clock, quality, deviceId };
}

function toBucketItem({ observedAt, count, values }: AggregatedReading) {
  return { observedAt: isoOf(observedAt), receivedAt: null, values, clock: null, quality: null, count };
}
