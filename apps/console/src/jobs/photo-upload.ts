import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../api/client.ts';
import type { JobDetail } from '../api/types.ts';

export const PHOTO_TYPES = ['image/jpeg', 'image/png', 'image/webp'] as const;
/** As much as the server takes. */
export const MOST_PHOTO_BYTES = 8 * 1024 * 1024;
export const MOST_PHOTOS = 20;

export type Photo = JobDetail['photos'][number];

export function photoPath(jobId: string, photoId = ''): string {
  const photos = `/jobs/${encodeURIComponent(jobId)}/photos`;
  return photoId === '' ? photos : `${photos}/${encodeURIComponent(photoId)}`;
}

/** Sends photos one after the other. What arrived before a failure is there; sending it again changes nothing. */
export function usePhotoUpload(jobId: string) {
  const client = useQueryClient();
  const [progress, setProgress] = useState<{ readonly n: number; readonly of: number } | null>(null);
  const mutation = useMutation({
    mutationFn: async (photos: readonly Blob[]) => {
      for (const [index, photo] of photos.entries()) {
        setProgress({ n: index + 1, of: photos.length });
        await call<Photo>('POST', photoPath(jobId), photo);
      }
    },
    onSettled: async () => {
      setProgress(null);
      await client.invalidateQueries({ queryKey: ['jobs', 'one', jobId] });
    },
  });
  return { ...mutation, progress };
}
