import {
  isActive,
  type JobPhoto,
  MOST_PHOTOS,
  type NewPhoto,
  type PhotoRefusal,
  type PhotoRemoval,
  PhotoStore,
} from '@stadtfunk/maintenance';
import type { MemoryMaintenanceStore } from './memory-maintenance-store.ts';

/** Photos in memory, of the jobs of a store in memory. */
export class MemoryPhotoStore extends PhotoStore {
  readonly #maintenance: MemoryMaintenanceStore;
  readonly #photos: { readonly photo: JobPhoto; readonly bytes: Uint8Array }[] = [];
  #count = 0;

  constructor(maintenance: MemoryMaintenanceStore) {
    super();
    this.#maintenance = maintenance;
  }

  override async add({ jobId, actor, at, image }: NewPhoto): Promise<JobPhoto | PhotoRefusal> {
    const job = await this.#maintenance.findJob(jobId);
    if (!job) return { code: 'job.unknown', detail: `no job ${jobId}` };
    const { bytes, ...about } = image;
    const same = this.#of(jobId).find((each) => String(each.bytes) === String(bytes));
    if (same) return same.photo;
    if (this.#of(jobId).length >= MOST_PHOTOS) return { code: 'photo.tooMany', detail: `up to ${MOST_PHOTOS}` };
    const photoId = `photo-${++this.#count}`;
    const photo = { photoId, jobId, ...about, sizeBytes: bytes.length, addedAt: at, addedBy: actor };
    this.#photos.push({ photo, bytes });
    const note = { from: job.state, to: job.state, note: null, changes: { photoId } };
    this.#maintenance.putJob(job, { at, actor, action: 'addPhoto', ...note });
    return photo;
  }

  override async list(jobId: string) {
    return this.#of(jobId).map(({ photo }) => photo);
  }

  override async find(jobId: string, photoId: string) {
    return this.#of(jobId).find(({ photo }) => photo.photoId === photoId);
  }

  override async remove({ jobId, photoId, actor, at }: PhotoRemoval): Promise<boolean> {
    const job = await this.#maintenance.findJob(jobId);
    const index = this.#photos.findIndex(({ photo }) => photo.jobId === jobId && photo.photoId === photoId);
    if (!job || index < 0) return false;
    this.#photos.splice(index, 1);
    const note = { from: job.state, to: job.state, note: null, changes: { photoId } };
    this.#maintenance.putJob(job, { at, actor, action: 'removePhoto', ...note });
    return true;
  }

  override async purge(endedBefore: number, by: Pick<PhotoRemoval, 'actor' | 'at'>, limit: number): Promise<number> {
    let removed = 0;
    for (const { photo } of [...this.#photos]) {
      const job = await this.#maintenance.findJob(photo.jobId);
      const isOld = job && !isActive(job.state) && job.closedAt !== null && job.closedAt < endedBefore;
      if (isOld && removed < limit && (await this.remove({ ...photo, ...by }))) removed++;
    }
    return removed;
  }

  #of(jobId: string) {
    return this.#photos.filter(({ photo }) => photo.jobId === jobId);
  }
}
