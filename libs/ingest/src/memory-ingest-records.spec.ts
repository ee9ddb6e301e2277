import { MemoryIngestRecords } from './memory-ingest-records.ts';
import { describeIngestRecords } from './testing.ts';

describeIngestRecords('in memory', async () => {
  const records = new MemoryIngestRecords();
  return {
    records,
    due: records.rows.due,
    another: async () => new MemoryIngestRecords(records.rows),
    askForRetry: async () => records.askForRetry(),
  };
});
