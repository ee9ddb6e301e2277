import { IngestArchive, type IngestDataClass } from './ingest-retention.ts';
import type { IngestRows } from './memory-ingest-records.ts';

/** The archive of `MemoryIngestRecords`. */
export class MemoryIngestArchive extends IngestArchive {
  constructor(private readonly rows: IngestRows) {
    super();
  }

  /** There are no slots in memory. */
  override foldDays(): Promise<void> {
    return Promise.resolve();
  }

  override async purgeDays(before: string, limit: number): Promise<number> {
    return remove(this.rows.quality, ({ day }) => day < before, limit);
  }

  override async purge(
    dataClass: Exclude<IngestDataClass, 'qualityDay'>,
    before: number,
    limit: number,
  ): Promise<number> {
    const { letters, quarantined } = this.rows;
    if (dataClass === 'quarantined') return remove(quarantined, ({ receivedAt }) => receivedAt < before, limit);
    const ended = [...letters.values()].filter(
      ({ state, receivedAt }) => state !== 'open' && state !== 'retry' && receivedAt < before,
    );
    for (const { letterId } of ended.slice(0, limit)) letters.delete(letterId);
    return Math.min(ended.length, limit);
  }
}

function remove<Row>(rows: Row[], isOld: (row: Row) => boolean, limit: number): number {
  const old = rows.filter(isOld).slice(0, limit);
  for (const row of old) rows.splice(rows.indexOf(row), 1);
  return old.length;
}
