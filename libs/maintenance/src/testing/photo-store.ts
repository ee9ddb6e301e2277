import { idFrom } from '@stadtfunk/kernel';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { MaintenanceStore } from '../maintenance-store.ts';
import { MOST_PHOTOS, type JobPhoto, type PhotoStore } from '../photo/photo-store.ts';

export interface PhotoStoreHarness {
  fresh(): Promise<{ readonly photos: PhotoStore; readonly maintenance: MaintenanceStore }>;
  /** Opens a job; gives its id. */
  openJob(name: string): Promise<string>;
  close(): Promise<void>;
}

const NOON = Date.UTC(2026, 10, 21, 12);

/** What every store of photos does. */
export function describePhotoStore(name: string, make: () => Promise<PhotoStoreHarness>): void {
  describe(`${name} as a store of photos`, () => {
    let harness: PhotoStoreHarness | undefined;
    let photos: PhotoStore;
    let maintenance: MaintenanceStore;
    let jobId: string;

    beforeEach(async () => {
      harness ??= await make();
      ({ photos, maintenance } = await harness.fresh());
      jobId = await harness.openJob('lamp');
    });
    afterAll(() => harness?.close());

    const picture = (...bytes: number[]) => ({
      mediaType: 'image/jpeg' as const,
      ...{ width: 400, height: 300, bytes: Uint8Array.from([0xff, 0xd8, ...bytes]) },
    });
    const add = (image = picture(1), at = NOON) => photos.add({ jobId, actor: 'Anna Weber', at, image });
    const added = async (image = picture(1), at = NOON) => (await add(image, at)) as JobPhoto;
    const eventTypes = async () => (await maintenance.events(null, 100)).map(({ type }) => type);

    it('gives a photo back as it came', async () => {
      const photo = await added(picture(0, 1, 2, 0xff, 0));

      expect(photo).toEqual({
        photoId: expect.any(String) as string,
        jobId,
        ...{ mediaType: 'image/jpeg', width: 400, height: 300, sizeBytes: 7 },
        ...{ addedAt: NOON, addedBy: 'Anna Weber' },
      });
      expect(await photos.list(jobId)).toEqual([photo]);
      const found = await photos.find(jobId, photo.photoId);
      expect(found?.photo).toEqual(photo);
      expect([...found!.bytes]).toEqual([0xff, 0xd8, 0, 1, 2, 0xff, 0]);
    });

    it('writes who came with a photo and who took it away into the history, and tells it, at the same version', async () => {
      const before = await eventTypes();
      const { photoId } = await added();
      expect(await photos.remove({ jobId, photoId, actor: 'Bernd Kraus', at: NOON + 1 })).toBe(true);

      const [first, second] = (await maintenance.jobHistory(jobId)).slice(-2);
      expect(first).toMatchObject({ at: NOON, actor: 'Anna Weber', action: 'addPhoto', changes: { photoId } });
      expect(second).toMatchObject({ at: NOON + 1, actor: 'Bernd Kraus', action: 'removePhoto', changes: { photoId } });
      expect(first).toMatchObject({ from: 'open', to: 'open' });
      expect((await eventTypes()).slice(before.length)).toEqual(['job.changed', 'job.changed']);
      expect((await maintenance.findJob(jobId))?.version).toBe(1);
      expect(await photos.list(jobId)).toEqual([]);
      expect(await photos.find(jobId, photoId)).toBeUndefined();
      expect(await photos.remove({ jobId, photoId, actor: 'Bernd Kraus', at: NOON + 2 })).toBe(false);
    });

    it('takes the same picture of a job once, and of another job again', async () => {
      const first = await added(picture(1));
      const again = await Promise.all([add(picture(1), NOON + 1), add(picture(1), NOON + 2)]);
      await added(picture(2), NOON + 3);
      const other = await harness!.openJob('bin');
      await photos.add({ jobId: other, actor: 'Anna Weber', at: NOON, image: picture(1) });

      expect(again).toEqual([first, first]);
      expect((await photos.list(jobId)).map(({ addedAt }) => addedAt)).toEqual([NOON, NOON + 3]);
      expect(await photos.list(other)).toHaveLength(1);
      expect((await maintenance.jobHistory(jobId)).filter(({ action }) => action === 'addPhoto')).toHaveLength(2);
    });

    it('bounds the photos of a job, however many come at once', async () => {
      const outcomes = await Promise.all(Array.from({ length: MOST_PHOTOS + 4 }, (_, index) => add(picture(index))));

      expect(outcomes.filter((outcome) => 'code' in outcome && outcome.code === 'photo.tooMany')).toHaveLength(4);
      expect(await photos.list(jobId)).toHaveLength(MOST_PHOTOS);
    });

    it('knows no photos of jobs that there are not, nor one under another job', async () => {
      const { photoId } = await added();
      const other = await harness!.openJob('bin');

      for (const strange of [idFrom('another'), "' or true"]) {
        expect(await photos.add({ jobId: strange, actor: 'x', at: NOON, image: picture(1) })).toMatchObject({
          code: 'job.unknown',
        });
        expect(await photos.list(strange)).toEqual([]);
        expect(await photos.find(jobId, strange)).toBeUndefined();
      }
      expect(await photos.find(other, photoId)).toBeUndefined();
      expect(await photos.remove({ jobId: other, photoId, actor: 'x', at: NOON })).toBe(false);
      expect(await photos.list(jobId)).toHaveLength(1);
    });

    it('removes what has been kept long enough after the end of the job, and says so in its history', async () => {
      const { photoId } = await added(picture(1));
      await added(picture(2));
      const other = await harness!.openJob('bin');
      await photos.add({ jobId: other, actor: 'Anna Weber', at: NOON, image: picture(1) });
      const purge = (endedBefore: number) =>
        photos.purge(endedBefore, { actor: 'schedule:purge-photos', at: NOON + 99 }, 10);
      const move = { actor: 'Anna Weber', at: NOON + 10 };
      expect(await purge(NOON + 50)).toBe(0);

      for (const id of [jobId, other]) await maintenance.moveJob({ ...move, jobId: id, action: 'done' });
      await maintenance.moveJob({ ...move, jobId: other, action: 'reopen' });

      expect(await purge(NOON + 10)).toBe(0);
      expect(await photos.purge(NOON + 11, { actor: 'schedule:purge-photos', at: NOON + 99 }, 1)).toBe(1);
      expect([await purge(NOON + 11), await purge(NOON + 11)]).toEqual([1, 0]);
      expect(await photos.list(jobId)).toEqual([]);
      expect(await photos.find(jobId, photoId)).toBeUndefined();
      expect(await photos.list(other)).toHaveLength(1);
      const last = (await maintenance.jobHistory(jobId)).slice(-2);
      expect(last.map(({ at, actor, action, to }) => [at, actor, action, to])).toEqual(
        Array.from({ length: 2 }, () => [NOON + 99, 'schedule:purge-photos', 'removePhoto', 'done']),
      );
      expect(last.map(({ changes }) => changes?.photoId)).toContain(photoId);
    });

    it('holds a photo of eight megabytes', async () => {
      const large = picture(...new Uint8Array(10));
      const bytes = new Uint8Array(8 * 1024 * 1024).map((_, index) => (index * 31) ^ (index >> 8));
      const { photoId } = await added({ ...large, bytes });

      const found = await photos.find(jobId, photoId);

      expect(found?.photo.sizeBytes).toBe(bytes.length);
      expect(found?.bytes.every((byte, index) => byte === bytes[index])).toBe(true);
    });
  });
}
