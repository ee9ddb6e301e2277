import { Fault, type Clock } from '@stadtfunk/kernel';
import {
  HandoverRecords,
  isNotOlder,
  type ExternalReference,
  type HandedPhoto,
  type HandoverProblem,
  type ReferenceFilter,
  type ReferenceKey,
  type SeenRecord,
  type SentRecord,
} from '../handover-records.ts';
import type { JobState } from '../job.ts';

const keyOf = ({ target, jobId }: ReferenceKey) => `${target}/${jobId}`;

/** References in memory, for tests. */
export class MemoryHandoverRecords extends HandoverRecords {
  readonly #rows = new Map<string, ExternalReference>();
  readonly #leases = new Map<string, { readonly holder: string; readonly until: number }>();
  readonly #seenUntil = new Map<string, number>();
  readonly #receipts = new Map<string, number>();
  readonly #photos = new Map<string, ReadonlyMap<string, HandedPhoto>>();

  constructor(
    private readonly clock: Clock,
    private readonly departmentOf: (jobId: string) => string | undefined = () => undefined,
  ) {
    super();
  }

  override async find(key: ReferenceKey) {
    return this.#rows.get(keyOf(key));
  }

  override async findExternal(target: string, externalId: string) {
    return [...this.#rows.values()].find((row) => row.target === target && row.externalId === externalId);
  }

  override async list({ target, jobId, hasProblem, departments, limit, after }: ReferenceFilter) {
    if (after !== undefined && !this.#rows.has(after)) throw new Fault('cursor.invalid', 'no such cursor', false);
    const fits = (row: ExternalReference) =>
      (target === undefined || row.target === target) &&
      (jobId === undefined || row.jobId === jobId) &&
      (hasProblem === undefined || (row.problem !== null) === hasProblem) &&
      (departments === undefined || departments.includes(this.departmentOf(row.jobId) ?? ''));
    const rows = [...this.#rows.values()]
      .filter(fits)
      .sort((a, b) => b.changedAt - a.changedAt || (keyOf(a) < keyOf(b) ? 1 : -1));
    const start = after === undefined ? 0 : rows.findIndex((row) => keyOf(row) === after) + 1;
    const items = rows.slice(start, start + limit);
    const last = items.at(-1);
    return { items, next: last && rows.length > start + limit ? keyOf(last) : null };
  }

  override async open({ target, jobId }: ReferenceKey, at: number) {
    const key = keyOf({ target, jobId });
    const row = this.#rows.get(key) ?? {
      ...{ target, jobId, externalId: null, externalNumber: null, state: null, priority: null },
      ...{ updatedAt: null, revision: null, sentDigest: null, agreedState: null, isSettled: true, problem: null },
      ...{ createdAt: at, changedAt: at },
    };
    this.#rows.set(key, row);
    return row;
  }

  override async hold(key: ReferenceKey, holder: string, leaseMs: number) {
    const lease = this.#leases.get(keyOf(key));
    const isTaken = lease && lease.holder !== holder && lease.until > this.clock.now();
    if (!this.#rows.has(keyOf(key)) || isTaken) return false;
    this.#leases.set(keyOf(key), { holder, until: this.clock.now() + leaseMs });
    return true;
  }

  override async release(key: ReferenceKey, holder: string) {
    if (this.#leases.get(keyOf(key))?.holder === holder) this.#leases.delete(keyOf(key));
  }

  override async noteSent(key: ReferenceKey, sent: SentRecord, at: number) {
    await this.#change(key, at, sent.externalId, (row) => ({
      ...(isNotOlder(row, sent)
        ? { ...standOf(row, sent), agreedState: sent.jobState ?? row.agreedState }
        : { state: row.state ?? sent.state, priority: row.priority ?? sent.priority }),
      externalId: sent.externalId,
      externalNumber: sent.externalNumber ?? row.externalNumber,
      sentDigest: sent.digest ?? row.sentDigest,
      problem: null,
    }));
  }

  override async noteSeen(key: ReferenceKey, seen: SeenRecord, at: number) {
    const before = await this.find(key);
    if (!before || !isNotOlder(before, seen)) return undefined;
    await this.#change(key, at, seen.externalId, (row) => ({
      ...standOf(row, seen),
      externalId: seen.externalId ?? row.externalId,
      externalNumber: seen.externalNumber ?? row.externalNumber,
      isSettled: false,
    }));
    return before;
  }

  override async settle(key: ReferenceKey, jobState: JobState | null, problem: HandoverProblem | null, at: number) {
    await this.#change(key, at, null, (row) => ({
      isSettled: true,
      agreedState: jobState ?? row.agreedState,
      problem,
    }));
  }

  override async noteProblem(key: ReferenceKey, problem: HandoverProblem, at: number) {
    await this.#change(key, at, null, () => ({ problem }));
  }

  override async seenUntil(target: string) {
    return this.#seenUntil.get(target);
  }

  override async markSeen(target: string, until: number) {
    this.#seenUntil.set(target, Math.max(until, this.#seenUntil.get(target) ?? until));
  }

  override async photosOf(key: ReferenceKey) {
    return [...(this.#photos.get(keyOf(key))?.values() ?? [])];
  }

  override async notePhoto(key: ReferenceKey, photo: HandedPhoto) {
    this.#photos.set(keyOf(key), new Map([...(this.#photos.get(keyOf(key)) ?? []), [photo.photoId, photo]]));
  }

  override async forgetPhoto(key: ReferenceKey, photoId: string) {
    const others = [...(this.#photos.get(keyOf(key)) ?? [])].filter(([id]) => id !== photoId);
    this.#photos.set(keyOf(key), new Map(others));
  }

  override async hasReceipt(target: string, receipt: string) {
    return this.#receipts.has(`${target}/${receipt}`);
  }

  override async takeReceipt(target: string, receipt: string, at: number, keepMs: number) {
    for (const [key, takenAt] of this.#receipts) if (takenAt < at - keepMs) this.#receipts.delete(key);
    const isNew = !this.#receipts.has(`${target}/${receipt}`);
    if (isNew) this.#receipts.set(`${target}/${receipt}`, at);
    return isNew;
  }

  async #change(
    key: ReferenceKey,
    at: number,
    externalId: string | null,
    change: (row: ExternalReference) => Partial<ExternalReference>,
  ): Promise<void> {
    const row = this.#rows.get(keyOf(key));
    if (!row) return;
    const owner = externalId === null ? undefined : await this.findExternal(key.target, externalId);
    if (owner && owner.jobId !== key.jobId) {
      throw new Fault('handover.idTaken', 'the record belongs to another job', false);
    }
    this.#rows.set(keyOf(key), { ...row, ...change(row), changedAt: at });
  }
}

/** What is not said stays as it is known. */
function standOf(row: ExternalReference, next: SentRecord | SeenRecord): Partial<ExternalReference> {
  return {
    state: next.state ?? row.state,
    priority: next.priority ?? row.priority,
    updatedAt: next.updatedAt ?? row.updatedAt,
    revision: next.revision ?? row.revision,
  };
}
