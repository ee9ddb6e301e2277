import type { QuarantinedReading } from '@stadtfunk/readings';
import type { DeviceSigns } from './device-signs.ts';
import type { DeadLetter, Tally } from './ingest-records.ts';

/** What is counted by day, beside the reasons: `rejected:<code>` of uplinks, `quarantined:<code>` of readings. */
export const QUALITY_MEASURES = [
  'processed',
  'rejected',
  'decoded',
  'stored',
  'duplicate',
  'quarantined',
  'late',
  'clockRepaired',
  'clockUnknown',
] as const;
export type QualityMeasure = (typeof QUALITY_MEASURES)[number];

/** How often something came on a day, of the devices of a model with a firmware. */
export interface QualityCount {
  /** Start of the UTC day on which the uplinks arrived, UTC ms. */
  readonly day: number;
  /** As the devices are registered; empty: not registered. */
  readonly model: string;
  /** As their payloads name it; empty: they do not. */
  readonly firmware: string;
  /** One of `QUALITY_MEASURES`, or a reason. */
  readonly measure: string;
  readonly count: number;
}

export const DAY_MS = 86_400_000;

export interface CountedDevice {
  readonly model: string;
  readonly add: Tally;
  readonly signs: DeviceSigns;
  readonly lastReceivedAt: number;
}

type Counts = Map<string, number>;

/**
 * What a batch adds to the days: a few rows, however many uplinks it has. A retry that succeeds counts as processed on the day of
 * the retry; that it was rejected stays with the day on which it arrived.
 */
export class QualityCounts {
  readonly #groups = new Map<number, Map<string, Map<string, Counts>>>();

  addDevice({ model, add, signs, lastReceivedAt }: CountedDevice): void {
    const counts = this.#counts(lastReceivedAt, model, signs.firmware ?? '');
    for (const measure of QUALITY_MEASURES) {
      const count = measure in add ? add[measure as keyof Tally] : signs[measure as 'late'];
      if (count > 0) plus(counts, measure, count);
    }
  }

  addRejected({ receivedAt, code }: Pick<DeadLetter, 'receivedAt' | 'code'>, model: string): void {
    plus(this.#counts(receivedAt, model, ''), `rejected:${code}`, 1);
  }

  addQuarantined({ receivedAt, code }: QuarantinedReading, model: string, firmware: string | null): void {
    plus(this.#counts(receivedAt, model, firmware ?? ''), `quarantined:${code}`, 1);
  }

  get rows(): readonly QualityCount[] {
    const rows: QualityCount[] = [];
    for (const [day, models] of this.#groups) {
      for (const [model, firmwares] of models) {
        for (const [firmware, counts] of firmwares) {
          for (const [measure, count] of counts) rows.push({ day, model, firmware, measure, count });
        }
      }
    }
    return rows;
  }

  #counts(receivedAt: number, model: string, firmware: string): Counts {
    const day = receivedAt - (receivedAt % DAY_MS);
    const models = of(this.#groups, day, () => new Map<string, Map<string, Counts>>());
    const firmwares = of(models, model, () => new Map<string, Counts>());
    return of(firmwares, firmware, () => new Map<string, number>());
  }
}

function plus(counts: Counts, measure: string, count: number): void {
  counts.set(measure, (counts.get(measure) ?? 0) + count);
}

function of<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
