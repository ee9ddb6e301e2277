import { MemoryDataQuality } from './memory-data-quality.ts';
import { MemoryIngestRecords } from './memory-ingest-records.ts';
import { describeDataQuality } from './testing.ts';

describeDataQuality('in memory', async () => {
  const records = new MemoryIngestRecords();
  const devices: { deviceId: string; model: string; lifecycle: string; assetId: null }[] = [];
  return {
    records,
    quality: new MemoryDataQuality(records.rows, () => devices),
    register: async ({ deviceId, model, lifecycle = 'active' }) => {
      devices.push({ deviceId, model, lifecycle, assetId: null });
    },
  };
});
