import type { Answer } from './failure.ts';
import type { Body } from './body.ts';
import type { NoteJournal } from './notes.ts';
import type { PhotoAlbum } from './photos.ts';
import type { SystemRecord } from './record-reader.ts';

/** A record that has an id. */
export type KnownRecord = SystemRecord & { readonly externalId: string };

/** From where changes are read on. */
export interface ChangesFrom {
  /** UTC ms, by the clock of the other system. */
  readonly since: number;
  readonly offset: number;
  /** The URL of the page, where the other system gave it. */
  readonly url: string | null;
}

export interface ChangesPage {
  readonly records: readonly SystemRecord[];
  /** null: that was the last page. */
  readonly next: ChangesFrom | null;
  /** What the clock of the other system shows, UTC ms; null: it does not say. */
  readonly systemTime: number | null;
}

/** Where jobs are handed over to. */
export interface TicketSystem {
  /** Whether a change must say all of the record, and not only what is different. */
  readonly wantsWhole: boolean;
  /** null: nothing is written to records, or nobody wants it. */
  readonly notes: NoteJournal | null;
  /** null: photos stay here. */
  readonly photos: PhotoAlbum | null;
  /** How long it asked to be left alone, ms. */
  pauseMs(): number;
  /** The records that stand for a job, oldest first; null: there is no way to find out. */
  find(jobId: string): Promise<Answer<readonly KnownRecord[] | null>>;
  create(jobId: string, body: Body): Promise<Answer<KnownRecord>>;
  update(externalId: string, body: Body): Promise<Answer<SystemRecord>>;
  changes(from: ChangesFrom): Promise<Answer<ChangesPage>>;
}

export function isKnown(record: SystemRecord): record is KnownRecord {
  return record.externalId !== null;
}
