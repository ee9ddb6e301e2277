export { aLetter, describeDeadLetterOffice, type DeadLetterOfficeHarness } from './testing/dead-letter-office.ts';
export { commitOf, describeIngestRecords, type IngestRecordsHarness } from './testing/ingest-records.ts';
export { describeDataQuality, type DataQualityHarness } from './testing/data-quality.ts';
