import { ManualClock } from '@stadtfunk/kernel/testing';
import { describe, expect, it } from 'vitest';
import { IngestArchive, purgeIngest, type IngestRetention } from './ingest-retention.ts';

class NotingArchive extends IngestArchive {
  readonly asked: unknown[] = [];
  rows = 0;

  override foldDays(before: string): Promise<void> {
    this.asked.push(['fold', before]);
    return Promise.resolve();
  }
  override purgeDays(before: string, limit: number): Promise<number> {
    this.asked.push(['qualityDay', before]);
    return Promise.resolve(Math.min(limit, this.rows));
  }
  override purge(dataClass: string, before: number): Promise<number> {
    this.asked.push([dataClass, new Date(before).toISOString()]);
    return Promise.resolve(0);
  }
}

describe('purgeIngest', () => {
  const purge = (archive: IngestArchive, retention: IngestRetention) => {
    const clock = new ManualClock(Date.parse('2026-11-21T22:30:00Z'));
    return purgeIngest({ archive, clock, zone: 'Europe/Berlin', retention, limit: 10 });
  };

  it('keeps each class as long as it is to be kept, in whole days of the city', async () => {
    const archive = new NotingArchive();
    // Back then the clocks were an hour ahead of where they are now.
    expect(await purge(archive, { qualityDay: 2, quarantined: 30, endedLetter: null })).toBe(false);
    expect(archive.asked).toEqual([
      ['fold', '2026-11-19'],
      ['qualityDay', '2026-11-19'],
      ['quarantined', '2026-10-22T22:00:00.000Z'],
    ]);
  });

  it('says that there may be more as long as a whole round of rows went', async () => {
    const archive = new NotingArchive();
    const retention = { qualityDay: 2, quarantined: null, endedLetter: null };
    archive.rows = 10;
    expect(await purge(archive, retention)).toBe(true);
    archive.rows = 9;
    expect(await purge(archive, retention)).toBe(false);
    await expect(purge(archive, { ...retention, qualityDay: 0 })).rejects.toMatchObject({ code: 'retention.invalid' });
  });
});
