export { startOfLocalDay } from './local-day.ts';
export { MemoryTelemetryStore } from './memory-telemetry-store.ts';
export {
  isPossible,
  isQuantityName,
  QUANTITIES,
  QUANTITY_NAMES,
  type MutableValues,
  type Quantity,
  type QuantityName,
  type Values,
} from './quantities.ts';
export { CLOCK_VERDICTS, type ClockVerdict, type QuarantinedReading, type Quality, type Reading } from './reading.ts';
export { ReadingsRefused, type RefusedReading } from './readings-refused.ts';
export {
  TelemetryStore,
  type AggregatedReading,
  type AggregateQuery,
  type Bucket,
  type Page,
  type ReadingQuery,
  type StoredReading,
  type Subject,
} from './telemetry-store.ts';
