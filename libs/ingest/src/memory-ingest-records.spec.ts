import { MemoryIngestRecords } from './memory-ingest-records.ts';
import { describeIngestRecords } from './testing.ts';

describeIngestRecords('in memory', async () => {
  const records = new MemoryIngestRecords();
  return {
    records,
    another: async () => new MemoryIngestRecords(records.rows),
    askForRetry: async () => records.askForRetry(),
  };
});
