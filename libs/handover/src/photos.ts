import type { Clock } from '@stadtfunk/kernel';
import type {
  ExternalReference,
  HandedPhoto,
  HandoverRecords,
  Job,
  JobPhoto,
  PhotoStore,
} from '@stadtfunk/maintenance';
import { HELD_ELSEWHERE, type Answer, type Failure } from './failure.ts';

/** A photo as it is sent. */
export interface PhotoFile {
  readonly photo: JobPhoto;
  /** The same in every attempt, and of no other photo. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The photos of records. */
export interface PhotoAlbum {
  /** What they are called there, by the names under which they were sent; null: there is no way to find out. */
  list(externalId: string): Promise<Answer<ReadonlyMap<string, string | null> | null>>;
  /** Gives what it is called there; null: that system does not say. */
  add(externalId: string, file: PhotoFile, job: Job): Promise<Answer<string | null>>;
  /** null: what was sent stays there. */
  readonly remove: ((externalId: string, photoExternalId: string) => Promise<Answer<unknown>>) | null;
}

export interface PhotoParts {
  readonly records: Pick<HandoverRecords, 'photosOf' | 'notePhoto' | 'forgetPhoto'>;
  readonly photos: Pick<PhotoStore, 'list' | 'find'>;
  readonly clock: Clock;
}

type Known = Pick<ExternalReference, 'target' | 'jobId'> & { readonly externalId: string };

/** How long the sending of one photo may take: they are large, and ways are slow. */
export const PHOTO_TIMEOUT_MS = 60_000;

export function photoName({ photoId, mediaType }: Pick<JobPhoto, 'photoId' | 'mediaType'>): string {
  return `stadtfunk-${photoId}.${mediaType.slice('image/'.length)}`;
}

/**
 * Sends the photos of a job that its record does not have, and removes there what was removed here. That one is about to be sent
 * is noted before: after a crash or a lost answer it is looked for there, and not sent twice.
 * @param hold renews the right to work on the record; false: somebody else has it by now
 */
export async function sendPhotos(
  album: PhotoAlbum,
  parts: PhotoParts,
  to: Known,
  job: Job,
  hold: () => Promise<boolean>,
): Promise<Failure | null> {
  const { records, photos, clock } = parts;
  const present = await photos.list(to.jobId);
  const handed = new Map((await records.photosOf(to)).map((photo) => [photo.photoId, photo]));
  const news = present.filter(({ photoId }) => (handed.get(photoId)?.sentAt ?? null) === null);
  const isGone = ({ photoId }: HandedPhoto) => !present.some((photo) => photo.photoId === photoId);
  const gone = album.remove ? [...handed.values()].filter(isGone) : [];
  if (news.length === 0 && gone.length === 0) return null;
  const isUnsure = [...gone, ...news].some(({ photoId }) => handed.get(photoId)?.sentAt === null);
  const there = isUnsure ? await album.list(to.externalId) : null;
  if (there && !there.ok) return there.error;
  const names = there?.value ?? null;

  for (const photo of gone) {
    const failure = await removePhoto(album, to, photo, names);
    if (failure) return failure;
    await records.forgetPhoto(to, photo.photoId);
  }
  let refused: Failure | null = null;
  for (const photo of news) {
    if (!(await hold())) return HELD_ELSEWHERE;
    const { photoId } = photo;
    const name = photoName(photo);
    let externalId = names?.get(name);
    if (externalId === undefined) {
      const found = await photos.find(to.jobId, photoId);
      // Removed meanwhile.
      if (!found) continue;
      await records.notePhoto(to, { photoId, externalId: null, sentAt: null });
      const added = await album.add(to.externalId, { photo, name, bytes: found.bytes }, job);
      if (!added.ok) {
        const failure = { ...added.error, detail: `${added.error.detail}, for a photo` };
        if (failure.retryable) return failure;
        // It will not be taken; the others may.
        refused ??= failure;
        continue;
      }
      externalId = added.value;
    }
    await records.notePhoto(to, { photoId, externalId, sentAt: clock.now() });
  }
  return refused;
}

/** One that may have arrived, and cannot be looked for, is left there. */
async function removePhoto(
  album: PhotoAlbum,
  to: Known,
  { photoId, externalId }: HandedPhoto,
  names: ReadonlyMap<string, string | null> | null,
): Promise<Failure | null> {
  const listed = [...(names ?? [])].find(([name]) => name.includes(photoId))?.[1];
  const id = externalId ?? listed ?? null;
  if (id === null || !album.remove) return null;
  const removed = await album.remove(to.externalId, id);
  return removed.ok || removed.error.code === 'handover.notFound' ? null : removed.error;
}
