import type { JobPhoto } from '@stadtfunk/maintenance';
import { isoOf } from '../schemas.ts';

export function toPhotoBody({ photoId, mediaType, width, height, sizeBytes, addedAt, addedBy }: JobPhoto) {
  return { photoId, mediaType, width, height, sizeBytes, addedAt: isoOf(addedAt), addedBy };
}
