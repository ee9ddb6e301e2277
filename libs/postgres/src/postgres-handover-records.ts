import { Fault } from '@stadtfunk/kernel';
import {
  HandoverRecords,
  isNotOlder,
  type ExternalReference,
  type ExternalState,
  type HandedPhoto,
  type HandoverProblem,
  type JobState,
  type ReferenceFilter,
  type ReferenceKey,
  type SeenRecord,
  type SentRecord,
} from '@stadtfunk/maintenance';
import type { Page } from '@stadtfunk/readings';
import { and, desc, eq, isNotNull, isNull, lt, sql, type SQL } from 'drizzle-orm';
import type { Database } from './database.ts';
import { isJobOf } from './department-limit.ts';
import { constraintOf, sqlStateOf } from './faults.ts';
import { isStorable, isUuid, pageCursor, readPageCursor, toPage } from './page-cursor.ts';
import { query, transaction } from './query.ts';
import { externalReferences as references, handedPhotos, handoverProgress, handoverReceipts } from './schema.ts';

type Row = typeof references.$inferSelect;
type RowChange = Partial<Omit<typeof references.$inferInsert, 'target' | 'jobId'>>;

/** Records of other systems that stand for jobs, in tables. Who holds one is decided by the clock of the server. */
export class PostgresHandoverRecords extends HandoverRecords {
  readonly #database: Database;

  constructor(database: Database) {
    super();
    this.#database = database;
  }

  override async find(key: ReferenceKey): Promise<ExternalReference | undefined> {
    if (!isUuid(key.jobId)) return undefined;
    const [row] = await query(this.#database, (drizzle) => drizzle.select().from(references).where(isKey(key)));
    return row && toReference(row);
  }

  override async findExternal(target: string, externalId: string): Promise<ExternalReference | undefined> {
    if (!isStorable(externalId)) return undefined;
    const isRecord = and(eq(references.target, target), eq(references.externalId, externalId));
    const [row] = await query(this.#database, (drizzle) => drizzle.select().from(references).where(isRecord));
    return row && toReference(row);
  }

  override async list(filter: ReferenceFilter): Promise<Page<ExternalReference>> {
    const { target, jobId, hasProblem, departments, limit, after } = filter;
    const where = and(
      target === undefined ? undefined : eq(references.target, target),
      jobId === undefined ? undefined : eq(sql`${references.jobId}::text`, jobId),
      hasProblem === undefined ? undefined : hasProblem ? isNotNull(references.problem) : isNull(references.problem),
      departments && isJobOf('"external_references"."job_id"', departments),
      after === undefined ? undefined : isBehind(after),
    );
    const rows = await query(this.#database, (drizzle) =>
      drizzle
        .select()
        .from(references)
        .where(where)
        .orderBy(desc(references.changedAt), desc(references.target), desc(references.jobId))
        .limit(limit + 1),
    );
    return toPage(rows, limit, toReference, (row) =>
      pageCursor('handovers', [row.changedAt.getTime(), row.target, row.jobId]),
    );
  }

  override async open({ target, jobId }: ReferenceKey, at: number): Promise<ExternalReference> {
    const now = new Date(at);
    return transaction(this.#database, async (tx) => {
      await tx.insert(references).values({ target, jobId, createdAt: now, changedAt: now }).onConflictDoNothing();
      const [row] = await tx.select().from(references).where(isKey({ target, jobId }));
      return toReference(row!);
    });
  }

  override async hold(key: ReferenceKey, holder: string, leaseMs: number): Promise<boolean> {
    const isFree = sql`(coalesce(${references.heldUntil} <= clock_timestamp(), true) or ${references.holder} = ${holder})`;
    const heldUntil = sql`clock_timestamp() + ${leaseMs}::float8 * interval '1 millisecond'`;
    const held = await query(this.#database, (drizzle) =>
      drizzle
        .update(references)
        .set({ holder, heldUntil })
        .where(and(isKey(key), isFree))
        .returning({ target: references.target }),
    );
    return held.length > 0;
  }

  override async release(key: ReferenceKey, holder: string): Promise<void> {
    await query(this.#database, (drizzle) =>
      drizzle
        .update(references)
        .set({ holder: null, heldUntil: null })
        .where(and(isKey(key), eq(references.holder, holder))),
    );
  }

  override async noteSent(key: ReferenceKey, sent: SentRecord, at: number): Promise<void> {
    await this.#change(key, at, (row) => ({
      ...(isNotOlder(toReference(row), sent)
        ? { ...standOf(row, sent), agreedState: sent.jobState ?? row.agreedState }
        : { state: row.state ?? sent.state, priority: row.priority ?? sent.priority }),
      externalId: sent.externalId,
      externalNumber: sent.externalNumber ?? row.externalNumber,
      sentDigest: sent.digest ?? row.sentDigest,
      problem: null,
    }));
  }

  override noteSeen(key: ReferenceKey, seen: SeenRecord, at: number): Promise<ExternalReference | undefined> {
    return this.#change(key, at, (row) =>
      isNotOlder(toReference(row), seen)
        ? {
            ...standOf(row, seen),
            externalId: seen.externalId ?? row.externalId,
            externalNumber: seen.externalNumber ?? row.externalNumber,
            isSettled: false,
          }
        : undefined,
    );
  }

  override async settle(
    key: ReferenceKey,
    jobState: JobState | null,
    problem: HandoverProblem | null,
    at: number,
  ): Promise<void> {
    await this.#change(key, at, (row) => ({
      isSettled: true,
      agreedState: jobState ?? row.agreedState,
      problem,
    }));
  }

  override async noteProblem(key: ReferenceKey, problem: HandoverProblem, at: number): Promise<void> {
    await this.#change(key, at, () => ({ problem }));
  }

  override async seenUntil(target: string): Promise<number | undefined> {
    const [row] = await query(this.#database, (drizzle) =>
      drizzle.select().from(handoverProgress).where(eq(handoverProgress.target, target)),
    );
    return row?.seenUntil.getTime();
  }

  override async markSeen(target: string, until: number): Promise<void> {
    const seenUntil = new Date(until);
    await query(this.#database, (drizzle) =>
      drizzle
        .insert(handoverProgress)
        .values({ target, seenUntil })
        .onConflictDoUpdate({
          target: handoverProgress.target,
          set: { seenUntil },
          setWhere: lt(handoverProgress.seenUntil, seenUntil),
        }),
    );
  }

  override async photosOf({ target, jobId }: ReferenceKey): Promise<readonly HandedPhoto[]> {
    if (!isUuid(jobId)) return [];
    const rows = await query(this.#database, (drizzle) =>
      drizzle
        .select()
        .from(handedPhotos)
        .where(and(eq(handedPhotos.target, target), eq(handedPhotos.jobId, jobId))),
    );
    return rows.map(({ photoId, externalId, sentAt }) => ({ photoId, externalId, sentAt: sentAt?.getTime() ?? null }));
  }

  override async notePhoto(
    { target, jobId }: ReferenceKey,
    { photoId, externalId, sentAt }: HandedPhoto,
  ): Promise<void> {
    const sent = { externalId, sentAt: sentAt === null ? null : new Date(sentAt) };
    await query(this.#database, (drizzle) =>
      drizzle
        .insert(handedPhotos)
        .values({ target, jobId, photoId, ...sent })
        .onConflictDoUpdate({ target: [handedPhotos.target, handedPhotos.jobId, handedPhotos.photoId], set: sent }),
    );
  }

  override async forgetPhoto({ target, jobId }: ReferenceKey, photoId: string): Promise<void> {
    const isIt = and(eq(handedPhotos.target, target), eq(handedPhotos.jobId, jobId), eq(handedPhotos.photoId, photoId));
    await query(this.#database, (drizzle) => drizzle.delete(handedPhotos).where(isIt));
  }

  override async hasReceipt(target: string, receipt: string): Promise<boolean> {
    const isIt = and(eq(handoverReceipts.target, target), eq(handoverReceipts.receipt, receipt));
    return (await query(this.#database, (drizzle) => drizzle.$count(handoverReceipts, isIt))) > 0;
  }

  override takeReceipt(target: string, receipt: string, at: number, keepMs: number): Promise<boolean> {
    return transaction(this.#database, async (tx) => {
      await tx.delete(handoverReceipts).where(lt(handoverReceipts.takenAt, new Date(at - keepMs)));
      const taken = await tx
        .insert(handoverReceipts)
        .values({ target, receipt, takenAt: new Date(at) })
        .onConflictDoNothing()
        .returning({ receipt: handoverReceipts.receipt });
      return taken.length > 0;
    });
  }

  /** Changes a reference by what it is, and gives what it was; undefined: there is none, or nothing to change. */
  async #change(
    key: ReferenceKey,
    at: number,
    decide: (row: Row) => RowChange | undefined,
  ): Promise<ExternalReference | undefined> {
    if (!isUuid(key.jobId)) return undefined;
    try {
      return await transaction(this.#database, async (tx) => {
        const [row] = await tx.select().from(references).where(isKey(key)).for('update');
        const change = row && decide(row);
        if (!change) return undefined;
        await tx
          .update(references)
          .set({ ...change, changedAt: new Date(at) })
          .where(isKey(key));
        return toReference(row);
      });
    } catch (thrown) {
      // 23505 unique_violation.
      if (sqlStateOf(thrown) !== '23505' && !constraintOf(thrown)?.startsWith('external_references')) throw thrown;
      throw new Fault('handover.idTaken', 'the record belongs to another job', false, thrown);
    }
  }
}

function isKey({ target, jobId }: ReferenceKey): SQL | undefined {
  return and(eq(references.target, target), eq(references.jobId, jobId));
}

function isBehind(cursor: string): SQL {
  const [time, target, jobId] = readPageCursor('handovers', cursor, ['time', 'text', 'uuid']);
  const { changedAt } = references;
  return sql`(${changedAt}, ${references.target}, ${references.jobId})
    < (${new Date(Number(time)).toISOString()}::timestamptz, ${target}::text, ${jobId}::uuid)`;
}

/** What is not said stays as it is known. */
function standOf(row: Row, { state, priority, updatedAt, revision }: ExternalState): RowChange {
  return {
    state: state ?? row.state,
    priority: priority ?? row.priority,
    updatedAt: updatedAt === null ? row.updatedAt : new Date(updatedAt),
    revision: revision ?? row.revision,
  };
}

function toReference(row: Row): ExternalReference {
  return {
    target: row.target,
    jobId: row.jobId,
    externalId: row.externalId,
    externalNumber: row.externalNumber,
    state: row.state,
    priority: row.priority,
    updatedAt: row.updatedAt?.getTime() ?? null,
    revision: row.revision,
    sentDigest: row.sentDigest,
    agreedState: row.agreedState as JobState | null,
    isSettled: row.isSettled,
    problem: row.problem as HandoverProblem | null,
    createdAt: row.createdAt.getTime(),
    changedAt: row.changedAt.getTime(),
  };
}
