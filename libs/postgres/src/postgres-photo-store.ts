import {
  ACTIVE_JOB_STATES,
  MOST_PHOTOS,
  PhotoStore,
  type JobEvent,
  type JobPhoto,
  type NewPhoto,
  type PhotoMediaType,
  type PhotoRefusal,
  type PhotoRemoval,
} from '@stadtfunk/maintenance';
import { and, asc, eq, getTableColumns, inArray, lt, notInArray, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { jobColumns, toJob } from './job-columns.ts';
import { writeHistory } from './job-steps.ts';
import { isUuid } from './page-cursor.ts';
import { query, transaction, type Transaction } from './query.ts';
import { jobPhotos, jobs } from './schema.ts';
import { tell } from './tell.ts';

const { content: _content, digest: _digest, ...photoColumns } = getTableColumns(jobPhotos);

/** Photos in a table of their own, so that every process of the API has them. */
export class PostgresPhotoStore extends PhotoStore {
  readonly #database: Database;

  constructor(database: Database) {
    super();
    this.#database = database;
  }

  override async add({ jobId, actor, at, image }: NewPhoto): Promise<JobPhoto | PhotoRefusal> {
    const unknown: PhotoRefusal = { code: 'job.unknown', detail: `there is no job ${jobId}` };
    if (!isUuid(jobId)) return unknown;
    return transaction(this.#database, async (tx) => {
      const job = await lockedJob(tx, jobId);
      if (!job) return unknown;
      const content = Buffer.from(image.bytes.buffer, image.bytes.byteOffset, image.bytes.byteLength);
      const digest = sql`sha256(${content}::bytea)`;
      const present = await tx.select(photoColumns).from(jobPhotos).where(eq(jobPhotos.jobId, jobId));
      const [same] = await tx
        .select(photoColumns)
        .from(jobPhotos)
        .where(and(eq(jobPhotos.jobId, jobId), eq(jobPhotos.digest, digest)));
      if (same) return toPhoto(same);
      if (present.length >= MOST_PHOTOS) {
        return { code: 'photo.tooMany', detail: `a job has up to ${MOST_PHOTOS} photos` };
      }
      const { mediaType, width, height } = image;
      const [row] = await tx
        .insert(jobPhotos)
        .values({
          jobId,
          ...{ mediaType, width, height, sizeBytes: content.length },
          ...{ digest: digest as never, content, addedAt: new Date(at), addedBy: actor },
        })
        .returning(photoColumns);
      const photo = toPhoto(row!);
      await note(tx, job, { at, actor, action: 'addPhoto', changes: { photoId: photo.photoId } });
      return photo;
    });
  }

  override async list(jobId: string): Promise<readonly JobPhoto[]> {
    if (!isUuid(jobId)) return [];
    const rows = await query(this.#database, (drizzle) =>
      drizzle
        .select(photoColumns)
        .from(jobPhotos)
        .where(eq(jobPhotos.jobId, jobId))
        .orderBy(asc(jobPhotos.addedAt), asc(jobPhotos.photoId)),
    );
    return rows.map(toPhoto);
  }

  override async find(jobId: string, photoId: string) {
    if (!isUuid(jobId) || !isUuid(photoId)) return undefined;
    const [row] = await query(this.#database, (drizzle) =>
      drizzle.select().from(jobPhotos).where(isPhoto(jobId, photoId)),
    );
    return row && { photo: toPhoto(row), bytes: row.content };
  }

  override async remove({ jobId, photoId, actor, at }: PhotoRemoval): Promise<boolean> {
    if (!isUuid(jobId) || !isUuid(photoId)) return false;
    return transaction(this.#database, async (tx) => {
      const job = await lockedJob(tx, jobId);
      if (!job) return false;
      const removed = await tx.delete(jobPhotos).where(isPhoto(jobId, photoId)).returning({ id: jobPhotos.photoId });
      if (removed.length === 0) return false;
      await note(tx, job, { at, actor, action: 'removePhoto', changes: { photoId } });
      return true;
    });
  }

  override purge(endedBefore: number, { actor, at }: Pick<PhotoRemoval, 'actor' | 'at'>, limit: number) {
    return transaction(this.#database, async (tx) => {
      const old = await tx
        .select({ ...jobColumns, photoId: jobPhotos.photoId })
        .from(jobPhotos)
        .innerJoin(jobs, eq(jobs.jobId, jobPhotos.jobId))
        .where(and(notInArray(jobs.state, [...ACTIVE_JOB_STATES]), lt(jobs.closedAt, new Date(endedBefore))))
        .orderBy(asc(jobs.closedAt), asc(jobPhotos.photoId))
        .limit(limit)
        // A job that somebody reopens just now is for the next time.
        .for('update', { of: jobs, skipLocked: true });
      if (old.length === 0) return 0;
      const photoIds = old.map(({ photoId }) => photoId);
      await tx.delete(jobPhotos).where(inArray(jobPhotos.photoId, photoIds));
      for (const { photoId, ...row } of old) {
        await note(tx, toJob(row), { at, actor, action: 'removePhoto', changes: { photoId } });
      }
      return old.length;
    });
  }
}

type PhotoRow = Omit<typeof jobPhotos.$inferSelect, 'content' | 'digest'>;

function toPhoto({ addedAt, mediaType, photoId, jobId, width, height, sizeBytes, addedBy }: PhotoRow): JobPhoto {
  const type = mediaType as PhotoMediaType;
  return { photoId, jobId, mediaType: type, width, height, sizeBytes, addedAt: addedAt.getTime(), addedBy };
}

const isPhoto = (jobId: string, photoId: string) => and(eq(jobPhotos.jobId, jobId), eq(jobPhotos.photoId, photoId));

/** Locked, so that photos are counted, and the history has them at the state in which they came. */
async function lockedJob(tx: Transaction, jobId: string) {
  const [row] = await tx.select(jobColumns).from(jobs).where(eq(jobs.jobId, jobId)).for('update', { of: jobs });
  return row && toJob(row);
}

async function note(
  tx: Transaction,
  job: ReturnType<typeof toJob>,
  event: Pick<JobEvent, 'at' | 'actor' | 'action' | 'changes'>,
): Promise<void> {
  await writeHistory(tx, [[job.jobId, { ...event, from: job.state, to: job.state, note: null }]]);
  await tell(tx, [{ type: 'job.changed', data: job }], new Date(event.at));
}
