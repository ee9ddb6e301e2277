import { MemoryDataQuality } from './memory-data-quality.ts';
import { MemoryIngestArchive } from './memory-ingest-archive.ts';
import { MemoryIngestRecords } from './memory-ingest-records.ts';
import { describeDataQuality } from './testing.ts';

describeDataQuality('in memory', async () => {
  const records = new MemoryIngestRecords();
  const devices: { deviceId: string; model: string; lifecycle: string; assetId: null }[] = [];
  return {
    records,
    archive: new MemoryIngestArchive(records.rows),
    endLetters: async () => {
      const { letters } = records.rows;
      for (const letter of letters.values()) letters.set(letter.letterId, { ...letter, state: 'resolved' });
    },
    quality: new MemoryDataQuality(records.rows, () => devices),
    register: async ({ deviceId, model, lifecycle = 'active' }) => {
      devices.push({ deviceId, model, lifecycle, assetId: null });
    },
  };
});
