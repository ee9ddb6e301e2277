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
  /** The day of the city on which the uplinks arrived: `2026-11-21`. */
  readonly day: string;
  /** As the devices are registered; empty: not registered. */
  readonly model: string;
  /** As their payloads name it; empty: they do not. */
  readonly firmware: string;
  /** One of `QUALITY_MEASURES`, or a reason. */
  readonly measure: string;
  readonly count: number;
}

/** What became of uplinks of one device that arrived on one day. */
export type DayCounts = { -readonly [name in keyof (Tally & Omit<DeviceSigns, 'firmware'>)]: number };

export function noCounts(): DayCounts {
  return {
    ...{ processed: 0, rejected: 0, decoded: 0, stored: 0, duplicate: 0, quarantined: 0 },
    ...{ late: 0, clockRepaired: 0, clockUnknown: 0 },
  };
}

/** Those of several days together. */
export function totalOf(days: Iterable<DayCounts>): DayCounts {
  const total = noCounts();
  for (const day of days) for (const measure of QUALITY_MEASURES) total[measure] += day[measure];
  return total;
}

type Counts = Map<string, number>;

/**
 * What a batch adds to the days: a few rows, however many uplinks it has. A retry that succeeds counts as processed on the day of
 * the arrival, which also keeps that it was rejected.
 */
export class QualityCounts {
  readonly #groups = new Map<string, Map<string, Map<string, Counts>>>();

  constructor(private readonly dayOf: (time: number) => string) {}

  addDevice(day: string, model: string, firmware: string | null, added: DayCounts): void {
    const counts = this.#counts(day, model, firmware);
    for (const measure of QUALITY_MEASURES) if (added[measure] > 0) plus(counts, measure, added[measure]);
  }

  addRejected({ receivedAt, code }: Pick<DeadLetter, 'receivedAt' | 'code'>, model: string): void {
    plus(this.#counts(this.dayOf(receivedAt), model, null), `rejected:${code}`, 1);
  }

  addQuarantined({ receivedAt, code }: QuarantinedReading, model: string, firmware: string | null): void {
    plus(this.#counts(this.dayOf(receivedAt), model, firmware), `quarantined:${code}`, 1);
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

  #counts(day: string, model: string, firmware: string | null): Counts {
    const models = of(this.#groups, day, () => new Map<string, Map<string, Counts>>());
    const firmwares = of(models, model, () => new Map<string, Counts>());
    return of(firmwares, firmware ?? '', () => new Map<string, number>());
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
