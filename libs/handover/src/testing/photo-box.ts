import { idFrom } from '@stadtfunk/kernel';
import type { JobPhoto } from '@stadtfunk/maintenance';

/** Photos of jobs in memory. */
export class PhotoBox {
  readonly #photos: { readonly photo: JobPhoto; readonly bytes: Uint8Array }[] = [];

  add(jobId: string, name: string, bytes: Uint8Array = Uint8Array.of(0xff, 0xd8, 0, 13, 10, name.length)): string {
    const photoId = idFrom('photo', name);
    const photo: JobPhoto = {
      ...{ photoId, jobId, mediaType: 'image/jpeg', width: 4, height: 3, sizeBytes: bytes.length },
      ...{ addedAt: 0, addedBy: 'Anna' },
    };
    this.#photos.push({ photo, bytes });
    return photoId;
  }

  remove(photoId: string): void {
    const index = this.#photos.findIndex(({ photo }) => photo.photoId === photoId);
    this.#photos.splice(index, 1);
  }

  async list(jobId: string): Promise<readonly JobPhoto[]> {
    return this.#photos.filter(({ photo }) => photo.jobId === jobId).map(({ photo }) => photo);
  }

  async find(jobId: string, photoId: string) {
    return this.#photos.find(({ photo }) => photo.jobId === jobId && photo.photoId === photoId);
  }
}
