import type { Page } from '@stadtfunk/readings';
import type { JobState } from './job.ts';

/** How a record of another system stands, in its own words. */
export interface ExternalState {
  readonly state: string | null;
  readonly priority: string | null;
  /** When it was changed there last, by the clock of that system, UTC ms; null: it does not say. */
  readonly updatedAt: number | null;
  /** Counts the changes of that record; null: it does not say. */
  readonly revision: number | null;
}

/** A job and its record in another system. */
export interface ExternalReference extends ExternalState {
  /** Which of the systems that are configured. */
  readonly target: string;
  readonly jobId: string;
  /** null: the record is about to be made. */
  readonly externalId: string | null;
  /** What people there call it. */
  readonly externalNumber: string | null;
  /** Of what was sent last besides state and priority; null: nothing yet. */
  readonly sentDigest: string | null;
  /** The state of the job that both sides last agreed on; null: none yet. */
  readonly agreedState: JobState | null;
  /** Whether what was seen last has been done to the job. */
  readonly isSettled: boolean;
  /** What somebody should look at; null: nothing. */
  readonly problem: HandoverProblem | null;
  /** By our clock. */
  readonly createdAt: number;
  readonly changedAt: number;
}

export interface HandoverProblem {
  readonly code: string;
  readonly detail: string;
}

export type ReferenceKey = Pick<ExternalReference, 'target' | 'jobId'>;

/** What became of a record by our own hand. */
export interface SentRecord extends ExternalState {
  readonly externalId: string;
  readonly externalNumber: string | null;
  readonly digest: string | null;
  /** null: the state was not part of it, and what was agreed on stays. */
  readonly jobState: JobState | null;
}

/** What another system says of a record. */
export interface SeenRecord extends ExternalState {
  readonly externalId: string | null;
  readonly externalNumber: string | null;
}

export interface ReferenceFilter {
  readonly target?: string;
  readonly jobId?: string;
  readonly hasProblem?: boolean;
  /** Of jobs of any of these: what somebody may see. */
  readonly departments?: readonly string[];
  readonly limit: number;
  readonly after?: string;
}

/** A photo of a job on its way to a record, or there. */
export interface HandedPhoto {
  readonly photoId: string;
  /** What it is called there; null: it is not there yet, or that system does not say. */
  readonly externalId: string | null;
  /** null: it is about to be sent, and may have arrived. */
  readonly sentAt: number | null;
}

/** Which records of other systems belong to which jobs, and how both sides last stood. */
export abstract class HandoverRecords {
  abstract find(key: ReferenceKey): Promise<ExternalReference | undefined>;
  abstract findExternal(target: string, externalId: string): Promise<ExternalReference | undefined>;
  /** Those that changed last first. Faults: `cursor.invalid`. */
  abstract list(filter: ReferenceFilter): Promise<Page<ExternalReference>>;

  /** Notes that a job is about to be handed over, once; gives how it stands. */
  abstract open(key: ReferenceKey, at: number): Promise<ExternalReference>;
  /**
   * One at a time works on a reference: whoever holds it, for a time by the clock of the records. False: somebody else does. A
   * reference that was not opened cannot be held.
   */
  abstract hold(key: ReferenceKey, holder: string, leaseMs: number): Promise<boolean>;
  abstract release(key: ReferenceKey, holder: string): Promise<void>;

  /**
   * Notes what was sent, and takes the problem away. What is known to be newer of state and priority stays. Faults:
   * `handover.idTaken`, when the record belongs to another job.
   */
  abstract noteSent(key: ReferenceKey, sent: SentRecord, at: number): Promise<void>;
  /**
   * Notes what was seen, as something that is yet to be done to the job, and gives how it stood before; undefined: it is older
   * than what is known, and nothing was noted. Faults: `handover.idTaken`.
   */
  abstract noteSeen(key: ReferenceKey, seen: SeenRecord, at: number): Promise<ExternalReference | undefined>;
  /** Notes that what was seen last has been done to the job, which is in `jobState` now, or why it could not be. */
  abstract settle(
    key: ReferenceKey,
    jobState: JobState | null,
    problem: HandoverProblem | null,
    at: number,
  ): Promise<void>;
  abstract noteProblem(key: ReferenceKey, problem: HandoverProblem, at: number): Promise<void>;

  /** Up to when changes in a system have been seen, by its clock, UTC ms. */
  abstract seenUntil(target: string): Promise<number | undefined>;
  /** Never moves back. */
  abstract markSeen(target: string, until: number): Promise<void>;

  /** The photos of a job that were sent, or are about to be, also when the job has them no longer. */
  abstract photosOf(key: ReferenceKey): Promise<readonly HandedPhoto[]>;
  abstract notePhoto(key: ReferenceKey, photo: HandedPhoto): Promise<void>;
  abstract forgetPhoto(key: ReferenceKey, photoId: string): Promise<void>;

  /** Whether a message was taken before. */
  abstract hasReceipt(target: string, receipt: string): Promise<boolean>;
  /** Remembers a message for `keepMs`. False: it came before. */
  abstract takeReceipt(target: string, receipt: string, at: number, keepMs: number): Promise<boolean>;
}

/** Whether `next` cannot be older than `known`: by the count of changes where both have one, else by the time of the change. */
export function isNotOlder(known: ExternalState, next: ExternalState): boolean {
  if (known.revision !== null && next.revision !== null) return next.revision >= known.revision;
  if (known.updatedAt !== null && next.updatedAt !== null) return next.updatedAt >= known.updatedAt;
  return true;
}
