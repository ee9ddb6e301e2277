export {
  DeadLetterOffice,
  LETTER_STATES,
  type FiledLetter,
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
