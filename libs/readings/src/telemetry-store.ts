import type { Bucket } from './bucket.ts';
import { QUANTITIES, QUANTITY_NAMES, type QuantityName, type Values } from './quantities.ts';
import type { ClockVerdict, Quality, Reading } from './reading.ts';

/** Whose readings: what the city owns, or what sends. */
export type Subject = { readonly assetId: string } | { readonly deviceId: string };

const ASSET_QUANTITIES = QUANTITY_NAMES.filter((name) => QUANTITIES[name].of === 'asset');

/** The quantities asked for; if none, of an asset its own, without what only describes its sensor, of a device all. */
export function wantedOf(subject: Subject, asked: readonly QuantityName[]): readonly QuantityName[] {
  if (asked.length > 0) return asked;
  return 'assetId' in subject ? ASSET_QUANTITIES : QUANTITY_NAMES;
}

export interface ReadingQuery {
  readonly subject: Subject;
  /** UTC ms, inclusive. */
  readonly from: number;
  /** UTC ms, exclusive. */
  readonly to: number;
  /** Only these; readings without any of them are left out. Empty: those of the subject's kind. */
  readonly quantities: readonly QuantityName[];
  /** Oldest first, or newest first. */
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  /** Go on behind this one: the `next` of the page before. */
  readonly after?: string;
}

export interface StoredReading {
  readonly deviceId: string;
  readonly observedAt: number;
  readonly receivedAt: number;
  readonly clock: ClockVerdict;
  readonly quality: Quality;
  readonly values: Values;
}

/** What tells a stored reading: what one device measured at one moment. */
export type Moment = Pick<StoredReading, 'deviceId' | 'observedAt'>;

/** The same as text, to find it among others. */
export function momentKey({ deviceId, observedAt }: Moment): string {
  return `${observedAt} ${deviceId}`;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export interface AggregateQuery {
  readonly subject: Subject;
  readonly from: number;
  readonly to: number;
  readonly quantities: readonly QuantityName[];
  readonly bucket: Bucket;
  readonly limit: number;
}

/** The mean of numbers, the share of true for flags (0..1), over the readings of a bucket. */
export interface AggregatedReading {
  /** Start of the bucket, UTC ms. */
  readonly observedAt: number;
  /** How many readings stand behind the quantity that most of them have. */
  readonly count: number;
  readonly values: { readonly [name in QuantityName]?: number };
}

/**
 * Time series of readings. A point is told by (device, observedAt, quantity): writing it again overwrites it, and
 * quantities of one moment that arrive apart are joined. Faults: `telemetry.unavailable` (retryable), and of `write`
 * `telemetry.refused` (a `ReadingsRefused`).
 */
export abstract class TelemetryStore {
  /** Resolves when all are on stable storage. Not atomic: after a fault, write the same batch again. */
  abstract write(readings: readonly Reading[]): Promise<void>;
  /** What is stored of these moments, each once, in any order. */
  abstract find(moments: readonly Moment[]): Promise<readonly StoredReading[]>;
  abstract read(query: ReadingQuery): Promise<Page<StoredReading>>;
  abstract aggregate(query: AggregateQuery): Promise<readonly AggregatedReading[]>;
  /** The newest reading of each of these assets that has one. */
  abstract latest(assetIds: readonly string[]): Promise<ReadonlyMap<string, StoredReading>>;
}
