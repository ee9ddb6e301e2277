export { DeviceMemory } from './device-memory.ts';
export {
  DeadLetterOffice,
  LETTER_STATES,
  MOST_MOVED,
  type FiledLetter,
  type LetterChoice,
  type LetterFilter,
  type LetterState,
} from './dead-letter-office.ts';
export {
  IngestRecords,
  type DeadLetter,
  type DeviceProgress,
  type IngestCommit,
  type LedgerCounts,
  type RetriedLetter,
  type RetryOutcome,
  type Tally,
} from './ingest-records.ts';
export { Ledger, type LedgerReport } from './ledger.ts';
export { CLOCK_LIMITS, judgeTime, type ClockLimits, type JudgedTime } from './clock-verdict.ts';
export { interpret, type Interpretation, type JudgedSample } from './interpret.ts';
export {
  INGEST_DATA_CLASSES,
  IngestArchive,
  purgeIngest,
  type IngestDataClass,
  type IngestPurgeOptions,
  type IngestRetention,
} from './ingest-retention.ts';
export { localDate } from './local-days.ts';
export { MemoryIngestArchive } from './memory-ingest-archive.ts';
export { LogSources, type LogSource } from './log-sources.ts';
export { LogLedger } from './log-ledger.ts';
export { StoreConsumer, type StoreConsumerOptions } from './store-consumer.ts';
export { MemoryIngestRecords, type IngestRows } from './memory-ingest-records.ts';
export {
  DataQuality,
  type DeviceQuality,
  type LetterCount,
  type ModelQuality,
  type SilentDevice,
} from './data-quality.ts';
export { LATE_AFTER_MS, type DeviceSigns } from './device-signs.ts';
export { QUALITY_MEASURES, type QualityCount, type QualityMeasure } from './quality-counts.ts';
export { explainUplink, type ExplainedSample, type ExplainedUplink } from './explain-uplink.ts';
export { MemoryDataQuality, type QualityDevices } from './memory-data-quality.ts';
