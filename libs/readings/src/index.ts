export { bucketOf, startOfBucket, type Bucket } from './bucket.ts';
export { DueRollUps, type DueRollUp } from './due-roll-ups.ts';
export { endOfLocalDay, localHourOf, startOfLocalDay } from './local-day.ts';
export { MemoryDueRollUps } from './memory-due-roll-ups.ts';
export { MemoryRollUps } from './memory-roll-ups.ts';
export { MemoryTelemetryStore } from './memory-telemetry-store.ts';
export { purgeExpired, type PurgeOptions } from './purge-expired.ts';
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
export { checkRetention, DATA_CLASSES, KEEP_FOR_EVER, keptSince, type DataClass, type Retention } from './retention.ts';
export { rollUpDue, type RollUpDueOptions, type RollUpProgress } from './roll-up-due.ts';
export {
  RollUps,
  type Grain,
  type MutableTotals,
  type RollUp,
  type RollUpQuery,
  type Total,
  type Totals,
} from './roll-ups.ts';
export { RolledUpTelemetryStore, type RolledUpOptions } from './rolled-up-telemetry-store.ts';
export { SeriesTotals } from './series-totals.ts';
export {
  momentKey,
  TelemetryStore,
  wantedOf,
  type AggregatedReading,
  type AggregateQuery,
  type Moment,
  type Page,
  type ReadingQuery,
  type StoredReading,
  type Subject,
} from './telemetry-store.ts';
