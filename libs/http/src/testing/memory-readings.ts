import { MemoryTelemetryStore, type AggregatedReading, type AggregateQuery } from '@stadtfunk/readings';

/** Readings in memory. Remembers the last query, for tests of what is asked. */
export class MemoryReadings extends MemoryTelemetryStore {
  lastAggregate: AggregateQuery | undefined;

  override aggregate(query: AggregateQuery): Promise<readonly AggregatedReading[]> {
    this.lastAggregate = query;
    return super.aggregate(query);
  }
}
