import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { call } from '../api/client.ts';
import { ApiError } from '../api/problem.ts';
import type { JobDetail } from '../api/types.ts';

export const PHOTO_TYPES = ['image/jpeg', 'image/png', 'image/webp'] as const;
/** As much as the server takes. */
export const MOST_PHOTO_BYTES = 8 * 1024 * 1024;
export const MOST_PHOTOS = 20;

export type Photo = JobDetail['photos'][number];

/** A photo that the server does not take, however often it is sent. */
export interface RefusedPhoto {
  readonly photo: File;
  readonly error: ApiError;
}

export function photoPath(jobId: string, photoId = ''): string {
  const photos = `/jobs/${encodeURIComponent(jobId)}/photos`;
  return photoId === '' ? photos : `${photos}/${encodeURIComponent(photoId)}`;
}

/** Whether it is the picture that the server does not take, and not the moment, the job or the person. */
export function isAboutPhoto(thrown: unknown): thrown is ApiError {
  if (!(thrown instanceof ApiError)) return false;
  return [400, 413, 415, 422].includes(thrown.status) || thrown.code === 'photo.tooMany';
}

/**
 * Sends photos one after the other, each once: what arrived before a failure is not sent again. Gives those that the server refuses;
 * rejects where none can be sent now.
 */
export function usePhotoUpload(jobId: string) {
  const client = useQueryClient();
  const [progress, setProgress] = useState<{ readonly n: number; readonly of: number } | null>(null);
  const arrived = useRef(new WeakSet<File>());
  const mutation = useMutation({
    mutationFn: async (photos: readonly File[]): Promise<readonly RefusedPhoto[]> => {
      const refused: RefusedPhoto[] = [];
      for (const [index, photo] of photos.entries()) {
        if (arrived.current.has(photo)) continue;
        setProgress({ n: index + 1, of: photos.length });
        try {
          await call<Photo>('POST', photoPath(jobId), photo);
          arrived.current.add(photo);
        } catch (thrown) {
          if (!isAboutPhoto(thrown)) throw thrown;
          refused.push({ photo, error: thrown });
        }
      }
      return refused;
    },
    onSettled: async () => {
      setProgress(null);
      await client.invalidateQueries({ queryKey: ['jobs', 'one', jobId] });
    },
  });
  return { ...mutation, progress };
}
