import { bucketOf, type Bucket } from './bucket.ts';
import type { DueRollUp } from './due-roll-ups.ts';
import { localHourOf } from './local-day.ts';
import type { Grain } from './roll-ups.ts';

const HOUR_MS = 3_600_000;
const HALF_YEAR_MS = 183 * 24 * HOUR_MS;
/** With more pieces than this, everything between the first and the last that needs readings is read from readings. */
const MOST_PIECES = 40;

/** A part of a time range, and what answers it. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly by: Grain | 'reading';
}

/** The coarsest roll-ups that fill such buckets exactly; undefined: none do. */
export function grainOf(bucket: Bucket, zone: string, now: number): Grain | undefined {
  if ('localDay' in bucket && bucket.localDay === zone) return 'day';
  if ('everyMs' in bucket && bucket.everyMs % HOUR_MS !== 0) return undefined;
  const zones = 'localDay' in bucket ? [zone, bucket.localDay] : [zone];
  return zones.every((each) => hasWholeHours(each, now)) ? 'hour' : undefined;
}

/** Whether a zone's clocks differ from UTC by whole hours, in winter and in summer. */
function hasWholeHours(zone: string, now: number): boolean {
  const hour = Math.floor(now / HOUR_MS) * HOUR_MS;
  return [hour, hour - HALF_YEAR_MS].every((time) => localHourOf(time, zone)[0] === time);
}

interface PlanInput {
  readonly from: number;
  readonly to: number;
  readonly bucket: Bucket;
  readonly grain: Grain;
  readonly due: readonly DueRollUp[];
  /** UTC ms since when readings are kept. */
  readonly readingsSince: number;
}

/**
 * What answers a range of whole and cut buckets: roll-ups where they are up to date; readings for buckets that are cut by an
 * end of the range or whose roll-ups are due; and where readings are no longer kept, the hours for these.
 */
export function planAggregate({ from, to, bucket, grain, due, readingsSince }: PlanInput): readonly Piece[] {
  const special = new Map<number, Piece>();
  let [lastStart, lastEnd] = [NaN, NaN];
  const except = (time: number) => {
    if (time < from || time >= to || (time >= lastStart && time < lastEnd)) return;
    const [start, end] = ([lastStart, lastEnd] = bucketOf(time, bucket));
    const by = start >= readingsSince ? 'reading' : 'hour';
    special.set(start, { from: Math.max(start, from), to: Math.min(end, to), by });
  };
  if (Number.isFinite(from) && bucketOf(from, bucket)[0] !== from) except(from);
  if (Number.isFinite(to) && bucketOf(to, bucket)[0] !== to) except(to - 1);
  for (const { grain: dueGrain, start } of due) {
    if (dueGrain === 'day' && grain === 'hour') continue;
    // An hour of UTC may be part of two local days; what it shares with the range counts.
    const end = dueGrain === 'hour' ? start + HOUR_MS : start + 1;
    for (const time of [start, end - 1, Math.max(start, Math.min(from, end - 1))]) except(time);
  }
  const pieces = [...special.values()].sort((a, b) => a.from - b.from);
  return joined(withGaps(pieces.length > MOST_PIECES ? hullOf(pieces) : pieces, { from, to, by: grain }));
}

/** One piece for all that need readings, those before it as they are. */
function hullOf(pieces: readonly Piece[]): readonly Piece[] {
  const first = pieces.findIndex(({ by }) => by === 'reading');
  if (first < 0) return pieces;
  return [...pieces.slice(0, first), { ...pieces[first]!, to: pieces.at(-1)!.to }];
}

function withGaps(pieces: readonly Piece[], range: Piece): readonly Piece[] {
  const all: Piece[] = [];
  let at = range.from;
  for (const piece of pieces) {
    if (piece.from > at) all.push({ ...range, from: at, to: piece.from });
    all.push(piece);
    at = Math.max(at, piece.to);
  }
  if (at < range.to) all.push({ ...range, from: at });
  return all;
}

function joined(pieces: readonly Piece[]): readonly Piece[] {
  const joint: Piece[] = [];
  for (const piece of pieces) {
    const last = joint.at(-1);
    if (last?.by === piece.by && last.to === piece.from) joint[joint.length - 1] = { ...last, to: piece.to };
    else joint.push(piece);
  }
  return joint;
}
