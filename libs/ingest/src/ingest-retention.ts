import { type Clock, DAY_MS, Fault } from '@stadtfunk/kernel';
import { startOfLocalDay } from '@stadtfunk/readings';
import { localDate } from './local-days.ts';

/** What ingest keeps beside readings, each class for a time of its own. Dead letters that are open are kept until somebody ends them. */
export const INGEST_DATA_CLASSES = ['qualityDay', 'quarantined', 'endedLetter'] as const;
export type IngestDataClass = (typeof INGEST_DATA_CLASSES)[number];

/** For how many days; null: for ever. */
export type IngestRetention = { readonly [dataClass in IngestDataClass]: number | null };

/** Lets go of what is no longer kept. */
export abstract class IngestArchive {
  /** Puts the slots of the days before this one together, which nobody adds to any more but retries. */
  abstract foldDays(before: string): Promise<void>;
  /** Counts of days before this one. Gives how many rows are gone, at most `limit`. */
  abstract purgeDays(before: string, limit: number): Promise<number>;
  /** What arrived before this moment, UTC ms. The same. */
  abstract purge(dataClass: Exclude<IngestDataClass, 'qualityDay'>, before: number, limit: number): Promise<number>;
}

export interface IngestPurgeOptions {
  readonly archive: IngestArchive;
  readonly clock: Clock;
  readonly zone: string;
  readonly retention: IngestRetention;
  /** Rows of each class removed in one call, so that nobody waits for long. */
  readonly limit: number;
}

/** Removes what is no longer kept, in whole local days. Gives whether there may be more: then it is to be called again. */
export async function purgeIngest({ archive, clock, zone, retention, limit }: IngestPurgeOptions): Promise<boolean> {
  const now = clock.now();
  // Yesterday may still be counted where a consumer is behind.
  await archive.foldDays(localDate(now - 2 * DAY_MS, zone));
  let isMore = false;
  for (const dataClass of INGEST_DATA_CLASSES) {
    const days = retention[dataClass];
    if (days === null) continue;
    if (days < 1) throw new Fault('retention.invalid', `${dataClass} is kept for a day or more`, false);
    const since = now - days * DAY_MS;
    const removed =
      dataClass === 'qualityDay'
        ? await archive.purgeDays(localDate(since, zone), limit)
        : await archive.purge(dataClass, startOfLocalDay(since, zone), limit);
    isMore ||= removed >= limit;
  }
  return isMore;
}
