import type { MemoryTelemetryStore } from './memory-telemetry-store.ts';
import type { QuantityName } from './quantities.ts';
import type { DataClass } from './retention.ts';
import { RollUps, type Grain, type RollUp, type RollUpQuery, type Total, type Totals } from './roll-ups.ts';
import { SeriesTotals } from './series-totals.ts';
import { wantedOf } from './telemetry-store.ts';

const HOUR_MS = 3_600_000;

/** By series: a pair of asset and device. */
type Rows = ReadonlyMap<string, Totals>;

/** Roll-ups in memory, of readings in memory: the twin of the adapters. */
export class MemoryRollUps extends RollUps {
  readonly #readings: MemoryTelemetryStore;
  readonly #rows: { readonly [grain in Grain]: Map<number, Rows> } = { hour: new Map(), day: new Map() };

  constructor(readings: MemoryTelemetryStore) {
    super();
    this.#readings = readings;
  }

  override async rollUpHour(start: number, end: number): Promise<number> {
    const totals = new SeriesTotals();
    for (const { assetId, deviceId, values } of this.#readings.within(start, end)) {
      const series = JSON.stringify([assetId, deviceId]);
      for (const [name, value] of Object.entries(values)) totals.add(series, name as QuantityName, Number(value));
    }
    return this.#put('hour', start, totals);
  }

  override async rollUpDay(start: number, end: number): Promise<number> {
    const totals = new SeriesTotals();
    for (const [hour, rows] of this.#rows.hour) {
      if (hour < start || hour >= end) continue;
      for (const [series, row] of rows) mergeAll(totals, series, row);
    }
    return this.#put('day', start, totals);
  }

  override async read({ subject, grain, from, to, quantities, limit }: RollUpQuery): Promise<readonly RollUp[]> {
    const wanted = wantedOf(subject, quantities);
    const found: RollUp[] = [];
    for (const [start, rows] of [...this.#rows[grain]].sort(([a], [b]) => a - b)) {
      if (start < from || start >= to) continue;
      const merged = new SeriesTotals();
      for (const [series, row] of rows) {
        const [assetId, deviceId] = JSON.parse(series) as [string | null, string];
        const isSubject = 'assetId' in subject ? assetId === subject.assetId : deviceId === subject.deviceId;
        if (isSubject) mergeAll(merged, '', row, wanted);
      }
      for (const [, totals] of merged) found.push({ start, totals });
    }
    return found.slice(0, limit);
  }

  override async has(grain: Grain, from: number, to: number): Promise<boolean> {
    return [...this.#rows[grain].keys()].some((start) => start >= from && start < to);
  }

  override async hoursWithReadings(): Promise<readonly number[]> {
    const all = this.#readings.within(-Infinity, Infinity);
    return [...new Set(all.map(({ observedAt }) => Math.floor(observedAt / HOUR_MS) * HOUR_MS))].sort((a, b) => a - b);
  }

  override async purge(dataClass: DataClass, before: number, limit: number): Promise<number> {
    if (dataClass === 'reading') return this.#readings.purge(before, limit);
    let removed = 0;
    for (const [start, rows] of this.#rows[dataClass]) {
      if (start >= before || removed >= limit) continue;
      this.#rows[dataClass].delete(start);
      removed += rows.size;
    }
    return removed;
  }

  #put(grain: Grain, start: number, totals: SeriesTotals): number {
    if (totals.size > 0) this.#rows[grain].set(start, new Map(totals));
    else this.#rows[grain].delete(start);
    return totals.size;
  }
}

function mergeAll(into: SeriesTotals, series: string, totals: Totals, only?: readonly QuantityName[]): void {
  for (const [name, total] of Object.entries(totals) as [QuantityName, Total][]) {
    if (only?.includes(name) ?? true) into.merge(series, name, total);
  }
}
