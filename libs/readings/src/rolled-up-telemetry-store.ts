import type { Clock } from '@stadtfunk/kernel';
import { grainOf, planAggregate, type Piece } from './aggregate-plan.ts';
import { startOfBucket } from './bucket.ts';
import type { DueRollUps } from './due-roll-ups.ts';
import { localHourOf } from './local-day.ts';
import type { QuantityName } from './quantities.ts';
import type { Reading } from './reading.ts';
import { KEEP_FOR_EVER, keptSince, type Retention } from './retention.ts';
import type { RollUps, Total } from './roll-ups.ts';
import {
  TelemetryStore,
  type AggregatedReading,
  type AggregateQuery,
  type Moment,
  type Page,
  type ReadingQuery,
  type StoredReading,
} from './telemetry-store.ts';

const DAY_MS = 86_400_000;
const ROLL_UPS_AT_ONCE = 1_000;
/** Beyond these nothing was measured, and calendars get strange. */
const EARLIEST_MS = Date.UTC(1900, 0, 1);
const LATEST_MS = Date.UTC(9999, 0, 1);

export interface RolledUpOptions {
  readonly telemetry: TelemetryStore;
  readonly rollUps: RollUps;
  readonly due: DueRollUps;
  readonly clock: Clock;
  /** The zone that days are rolled up in. */
  readonly zone: string;
  /** Absent: everything is kept for ever. */
  readonly retention?: Retention;
}

/**
 * A telemetry store that aggregates from hours and days where they are up to date, and from readings where not: the same
 * answer, from fewer rows. Where readings are no longer kept, roll-ups answer alone, and an hour or a day that an end of the
 * range cuts is left out.
 */
export class RolledUpTelemetryStore extends TelemetryStore {
  readonly #options: RolledUpOptions;
  #hasRollUps = false;

  constructor(options: RolledUpOptions) {
    super();
    this.#options = options;
  }

  override write(readings: readonly Reading[]): Promise<void> {
    return this.#options.telemetry.write(readings);
  }

  override find(moments: readonly Moment[]): Promise<readonly StoredReading[]> {
    return this.#options.telemetry.find(moments);
  }

  override read(query: ReadingQuery): Promise<Page<StoredReading>> {
    return this.#options.telemetry.read(query);
  }

  override latest(assetIds: readonly string[]): Promise<ReadonlyMap<string, StoredReading>> {
    return this.#options.telemetry.latest(assetIds);
  }

  override async aggregate(asked: AggregateQuery): Promise<readonly AggregatedReading[]> {
    const { telemetry, due, clock, zone, retention = KEEP_FOR_EVER } = this.#options;
    const { bucket, limit } = asked;
    const from = asked.from < EARLIEST_MS ? -Infinity : asked.from;
    const to = asked.to > LATEST_MS ? Infinity : asked.to;
    const now = clock.now();
    const grain = grainOf(bucket, zone, now);
    if (!grain || from >= to || !(await this.#isInUse())) return telemetry.aggregate(asked);

    const dirty = await due.within(from - DAY_MS, to);
    const readingsSince = keptSince(retention, 'reading', now);
    const found: AggregatedReading[] = [];
    for (const piece of planAggregate({ from, to, bucket, grain, due: dirty, readingsSince })) {
      const rest = { ...asked, from: piece.from, to: piece.to, limit: limit - found.length };
      if (rest.limit <= 0) break;
      found.push(...(piece.by === 'reading' ? await telemetry.aggregate(rest) : await this.#fromRollUps(rest, piece)));
    }
    return found;
  }

  /** Before the first roll-up nothing is known of what is not rolled up yet. */
  async #isInUse(): Promise<boolean> {
    const { rollUps } = this.#options;
    this.#hasRollUps ||= await rollUps.has('hour', -Infinity, Infinity);
    this.#hasRollUps ||= await rollUps.has('day', -Infinity, Infinity);
    return this.#hasRollUps;
  }

  async #fromRollUps(query: AggregateQuery, piece: Piece): Promise<readonly AggregatedReading[]> {
    const { rollUps, zone } = this.#options;
    const { subject, quantities, bucket, limit } = query;
    const grain = piece.by === 'day' ? 'day' : 'hour';
    const to = grain === 'hour' && Number.isFinite(piece.to) ? localHourOf(piece.to, zone)[0] : piece.to;
    const buckets: OpenBucket[] = [];
    for (let from = piece.from; ;) {
      const page = await rollUps.read({ subject, grain, from, to, quantities, limit: ROLL_UPS_AT_ONCE });
      for (const { start, totals } of page) {
        const observedAt = grain === 'day' ? start : startOfBucket(start, bucket);
        if (buckets.at(-1)?.observedAt !== observedAt) {
          if (buckets.length >= limit) return buckets.map(meansOf);
          buckets.push({ observedAt, totals: new Map() });
        }
        addTo(buckets.at(-1)!.totals, Object.entries(totals) as [QuantityName, Total][]);
      }
      if (page.length < ROLL_UPS_AT_ONCE) return buckets.map(meansOf);
      from = page.at(-1)!.start + 1;
    }
  }
}

interface OpenBucket {
  readonly observedAt: number;
  readonly totals: Map<QuantityName, { readonly count: number; readonly sum: number }>;
}

function addTo(open: OpenBucket['totals'], totals: readonly (readonly [QuantityName, Total])[]): void {
  for (const [name, { count, sum }] of totals) {
    const before = open.get(name);
    open.set(name, { count: count + (before?.count ?? 0), sum: sum + (before?.sum ?? 0) });
  }
}

function meansOf({ observedAt, totals }: OpenBucket): AggregatedReading {
  const means = [...totals].map(([name, { count, sum }]) => [name, sum / count] as const);
  const count = Math.max(...[...totals.values()].map((total) => total.count));
  return { observedAt, count, values: Object.fromEntries(means) };
}
