import { LARGEST_PHOTO_BYTES, MOST_PHOTOS, PHOTO_MEDIA_TYPES } from '@stadtfunk/maintenance';
import { z } from 'zod';
import { ACCOUNT } from '../jobs/account-header.ts';
import { operation } from '../operation.ts';
import { isoTime, pageOf, pathId } from '../schemas.ts';

const MIB = 1024 * 1024;

export const photo = z
  .strictObject({
    photoId: z.string(),
    mediaType: z.enum(PHOTO_MEDIA_TYPES),
    width: z.int().describe('as it is shown, pixels'),
    height: z.int(),
    sizeBytes: z.int(),
    addedAt: isoTime,
    addedBy: z.string(),
  })
  .meta({ id: 'Photo', description: 'A photo of a job, without what the camera wrote besides the picture' });

const params = z.strictObject({ jobId: pathId });
const photoParams = z.strictObject({ jobId: pathId, photoId: pathId });

export const listPhotos = operation({
  summary: 'Photos of a job, as they came',
  tag: 'jobs',
  params,
  answer: { status: 200, schema: pageOf(photo) },
  problems: { 404: 'no such job' },
});

export const addPhoto = operation({
  summary: 'Add a photo to a job; the same picture again is the photo that is there',
  tag: 'jobs',
  params,
  headers: { 'stadtfunk-account': ACCOUNT },
  upload: PHOTO_MEDIA_TYPES,
  answer: { status: 201, schema: photo },
  problems: {
    404: 'no such job',
    409: `the job has ${MOST_PHOTOS} photos, which is as many as are taken`,
    413: `larger than ${LARGEST_PHOTO_BYTES / MIB} MiB`,
    415: 'neither JPEG nor PNG nor WebP by its first bytes, or an animation',
    422: 'the picture is damaged, or has too many pixels',
  },
});

export const showPhoto = operation({
  summary: 'The picture',
  tag: 'jobs',
  params: photoParams,
  answer: { status: 200, schema: null, mediaType: 'image/*' },
  headers: { 'if-none-match': 'the ETag of the picture that the client has; 304 if it is still there' },
  problems: { 404: 'no such job or photo' },
});

export const removePhoto = operation({
  summary: 'Remove a photo for good',
  tag: 'jobs',
  params: photoParams,
  answer: { status: 204, schema: null },
  problems: { 404: 'no such job or photo' },
});
