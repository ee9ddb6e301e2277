import { Controller, Delete, Get, Headers, Inject, Post, Req, Res } from '@nestjs/common';
import { Clock } from '@stadtfunk/kernel';
import { cleanImage, LARGEST_PHOTO_BYTES, MaintenanceStore, PhotoStore } from '@stadtfunk/maintenance';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Actor, Departments } from '../access/caller.ts';
import { Needs } from '../access/needs.ts';
import { type Change, ChangeBy, ownJob } from '../jobs/job-access.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { found, Problem } from '../problem.ts';
import { readUpload } from '../upload.ts';
import { toPhotoBody } from './photo-mapping.ts';
import { addPhoto, listPhotos, removePhoto, showPhoto } from './photo.schema.ts';

@Controller('api/v1/jobs/:jobId/photos')
export class PhotosController {
  constructor(
    @Inject(PhotoStore) private readonly photos: PhotoStore,
    @Inject(MaintenanceStore) private readonly maintenance: MaintenanceStore,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Get()
  @Needs('jobs.read')
  @Operation(listPhotos)
  async list(
    @Input() { params: { jobId } }: InputOf<typeof listPhotos>,
    @Departments() departments: readonly string[] | null,
  ): Promise<AnswerOf<typeof listPhotos>> {
    await ownJob(this.maintenance, jobId, departments);
    return { items: (await this.photos.list(jobId)).map(toPhotoBody), next: null };
  }

  @Post()
  @Needs('jobs.work')
  @Operation(addPhoto)
  async add(
    @Input() { params: { jobId } }: InputOf<typeof addPhoto>,
    @ChangeBy() { actor, departments }: Change,
    @Req() request: FastifyRequest,
  ): Promise<AnswerOf<typeof addPhoto>> {
    await ownJob(this.maintenance, jobId, departments);
    const image = cleanImage(await readUpload(request, LARGEST_PHOTO_BYTES));
    if (!image.ok) {
      const { code, detail } = image.error;
      throw new Problem(code === 'photo.unsupported' ? 415 : 422, code, detail);
    }
    const added = await this.photos.add({ jobId, actor, at: this.clock.now(), image: image.value });
    if (!('code' in added)) return toPhotoBody(added);
    throw new Problem(added.code === 'job.unknown' ? 404 : 409, added.code, added.detail);
  }

  @Get(':photoId')
  @Needs('jobs.read')
  @Operation(showPhoto)
  async show(
    @Input() { params: { jobId, photoId } }: InputOf<typeof showPhoto>,
    @Headers('if-none-match') seen: string | undefined,
    @Departments() departments: readonly string[] | null,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (departments !== null) await ownJob(this.maintenance, jobId, departments);
    const { photo, bytes } = found(await this.photos.find(jobId, photoId), 'photo', photoId);
    const etag = `"${photo.photoId}"`;
    // Asked again each time, so that a photo that was removed is gone from the browsers that showed it.
    reply.header('cache-control', 'private, no-cache').header('etag', etag);
    if (seen?.includes(etag)) {
      await reply.code(304).send();
      return;
    }
    const name = `${photo.photoId}.${photo.mediaType.slice('image/'.length)}`;
    await reply
      .header('content-security-policy', "default-src 'none'; sandbox; frame-ancestors 'none'")
      .header('content-disposition', `inline; filename="${name}"`)
      .type(photo.mediaType)
      .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }

  @Delete(':photoId')
  @Needs('jobs.work')
  @Operation(removePhoto)
  async remove(
    @Input() { params: { jobId, photoId } }: InputOf<typeof removePhoto>,
    @Actor() actor: string,
    @Departments() departments: readonly string[] | null,
  ): Promise<void> {
    if (departments !== null) await ownJob(this.maintenance, jobId, departments);
    const isRemoved = await this.photos.remove({ jobId, photoId, actor, at: this.clock.now() });
    if (!isRemoved) throw new Problem(404, 'photo.unknown', `there is no photo '${photoId}' of this job`);
  }
}
