import type { Config } from '@stadtfunk/config';
import { purgeIngest } from '@stadtfunk/ingest';
import type { Clock } from '@stadtfunk/kernel';
import type { Schedule, ScheduledTasks } from '@stadtfunk/maintenance';
import { PostgresIngestArchive, type Database } from '@stadtfunk/postgres';

const ROWS_AT_ONCE = 20_000;

/** What recurs for the counts of data quality, quarantined readings and dead letters. */
export function ingestSchedules(zone: string): readonly Schedule[] {
  return [{ name: 'purge-quality', recurrence: { every: 'day', hour: 3, minute: 50 }, zone }];
}

/** The tasks of `ingestSchedules`. */
export function ingestTasks(config: Config, database: Database, clock: Clock): ScheduledTasks {
  const archive = new PostgresIngestArchive(database);
  const retention = {
    qualityDay: config.KEEP_QUALITY_DAYS || null,
    quarantined: config.KEEP_QUARANTINED_DAYS || null,
    endedLetter: config.KEEP_LETTERS_DAYS || null,
  };
  const options = { archive, clock, zone: config.ZONE, retention, limit: ROWS_AT_ONCE };
  return {
    'purge-quality': async ({ signal }) => {
      while (!signal.aborted && (await purgeIngest(options)));
    },
  };
}
