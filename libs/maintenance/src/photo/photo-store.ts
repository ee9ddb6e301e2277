import type { CleanImage, PhotoMediaType } from './image.ts';

/** Of one job: what a repair needs, and not what fills a disk. */
export const MOST_PHOTOS = 20;
/** A photo as it is sent, of a telephone of today. */
export const LARGEST_PHOTO_BYTES = 8 * 1024 * 1024;

/** A photo of a job, without its content. */
export interface JobPhoto {
  readonly photoId: string;
  readonly jobId: string;
  readonly mediaType: PhotoMediaType;
  readonly width: number;
  readonly height: number;
  readonly sizeBytes: number;
  readonly addedAt: number;
  readonly addedBy: string;
}

export interface NewPhoto {
  readonly jobId: string;
  readonly actor: string;
  readonly at: number;
  readonly image: CleanImage;
}

export interface PhotoRemoval {
  readonly jobId: string;
  readonly photoId: string;
  readonly actor: string;
  readonly at: number;
}

export interface PhotoRefusal {
  readonly code: 'job.unknown' | 'photo.tooMany';
  readonly detail: string;
}

/** Photos of jobs. Adding and removing write the job's history and its event in the same transaction; its version stays. */
export abstract class PhotoStore {
  /** The same picture again, as a telephone sends it that heard no answer, is the photo that is there already. */
  abstract add(photo: NewPhoto): Promise<JobPhoto | PhotoRefusal>;
  /** In the order in which they came. */
  abstract list(jobId: string): Promise<readonly JobPhoto[]>;
  abstract find(
    jobId: string,
    photoId: string,
  ): Promise<{ readonly photo: JobPhoto; readonly bytes: Uint8Array } | undefined>;
  /** Removes its content for good. False: there is none. */
  abstract remove(removal: PhotoRemoval): Promise<boolean>;
  /** Removes in the same way up to `limit` photos of jobs that ended before `endedBefore` (UTC ms); gives how many. */
  abstract purge(endedBefore: number, removal: Pick<PhotoRemoval, 'actor' | 'at'>, limit: number): Promise<number>;
}
