import { setTimeout as pause } from 'node:timers/promises';
import type { Asset } from '@stadtfunk/devices';
import type { Clock } from '@stadtfunk/kernel';
import {
  isActive,
  NotificationChannel,
  type ExternalReference,
  type HandoverRecords,
  type Job,
  type JobState,
  type MaintenanceStore,
  type NotificationResult,
  type OutboxEvent,
  type PhotoStore,
  type ReferenceKey,
} from '@stadtfunk/maintenance';
import { RateLimit } from '@stadtfunk/outbound';
import { bodyOf, digestOf, joined, priorityBody, stateBody, type Body } from './body.ts';
import { factsOf, type Facts } from './facts.ts';
import { HELD_ELSEWHERE, type Answer, type Failure } from './failure.ts';
import { sendNotes } from './notes.ts';
import { PHOTO_TIMEOUT_MS, sendPhotos } from './photos.ts';
import type { TargetPlan } from './plan.ts';
import type { SystemRecord } from './record-reader.ts';
import type { KnownRecord, TicketSystem } from './ticket-system.ts';

export interface HandoverChannelParts {
  readonly plan: TargetPlan;
  readonly system: TicketSystem;
  readonly records: HandoverRecords;
  readonly jobs: Pick<MaintenanceStore, 'findJob' | 'jobHistory'>;
  readonly photos: Pick<PhotoStore, 'list' | 'find'>;
  readonly findAsset: (assetId: string) => Promise<Asset | undefined>;
  readonly clock: Clock;
  /** Who holds references: another name in every process. */
  readonly holder: string;
  /** Where people find the console; null: nowhere that others reach. */
  readonly link: string | null;
}

/** Longer than the requests of one hand-over take together, so that nobody else begins meanwhile. */
const LEASE_FOR_REQUESTS = 6;
const BUSY_EVERY_MS = 100;
const BUSY_MOST_MS = 5_000;

/** Keeps a record of another system as its job is. */
export class HandoverChannel extends NotificationChannel {
  override readonly channel: string;
  readonly #parts: HandoverChannelParts;
  readonly #rate: RateLimit;
  #turn = 0;

  constructor(parts: HandoverChannelParts) {
    super();
    this.#parts = parts;
    this.channel = `handover-${parts.plan.id}`;
    this.#rate = new RateLimit({ count: parts.plan.perMinute, withinMs: 60_000 });
  }

  override postponeMs({ data }: OutboxEvent): number {
    if (!isJob(data)) return 0;
    const { system, clock, plan } = this.#parts;
    const pauseMs = system.pauseMs();
    if (pauseMs > 0) return pauseMs;
    // What is not selected may have been handed over before. It costs a question to the records, and no request.
    return isSelected(plan, data) ? this.#rate.waitMs(clock.now()) : 0;
  }

  override async deliver({ data }: OutboxEvent): Promise<NotificationResult> {
    if (!isJob(data)) return { ok: true };
    const { plan, records, jobs, clock } = this.#parts;
    const key = { target: plan.id, jobId: data.jobId };
    const known = await records.find(key);
    // Events may come late and out of order: what counts is how the job is now.
    const seen = (await jobs.findJob(data.jobId)) ?? data;
    const isWanted =
      (known && known.externalId !== null) || (isSelected(plan, seen) && (known !== undefined || isActive(seen.state)));
    if (!isWanted) return { ok: true };
    if (!known) await records.open(key, clock.now());

    const holder = `${this.#parts.holder}/${++this.#turn}`;
    const isHeld = await this.#hold(key, holder);
    if (!isHeld) {
      const { code, detail, retryable } = HELD_ELSEWHERE;
      return { ok: false, error: { code, detail }, retryable };
    }
    try {
      const reference = await records.find(key);
      const job = (await jobs.findJob(data.jobId)) ?? data;
      const failure = reference
        ? ((await this.#handOver(reference, job)) ??
          (await this.#note(key, holder)) ??
          (await this.#sendPhotos(key, job, holder)))
        : null;
      if (!failure) return { ok: true };
      if (!failure.retryable)
        await records.noteProblem(key, { code: failure.code, detail: failure.detail }, clock.now());
      const { code, detail, retryable, pauseMs } = failure;
      return { ok: false, error: { code, detail }, retryable, ...(pauseMs !== null && { postponedMs: pauseMs }) };
    } finally {
      await records.release(key, holder);
    }
  }

  /** Whoever has it is done soon: a create and an update of the same job often come together. */
  async #hold(key: ReferenceKey, holder: string): Promise<boolean> {
    const { records, plan } = this.#parts;
    const startedAt = performance.now();
    while (!(await records.hold(key, holder, plan.timeoutMs * LEASE_FOR_REQUESTS))) {
      if (performance.now() - startedAt > BUSY_MOST_MS) return false;
      await pause(BUSY_EVERY_MS);
    }
    return true;
  }

  /** The comments, once there is a record to write them to. Each renews the lease: there may be many. */
  async #note(key: ReferenceKey, holder: string): Promise<Failure | null> {
    const { system, plan, records, jobs } = this.#parts;
    if (!system.notes) return null;
    const externalId = (await records.find(key))?.externalId ?? null;
    const hold = () => records.hold(key, holder, plan.timeoutMs * LEASE_FOR_REQUESTS);
    return externalId === null ? null : sendNotes(system.notes, jobs, { ...key, externalId }, hold);
  }

  /** The photos, in the same way. */
  async #sendPhotos(key: ReferenceKey, job: Job, holder: string): Promise<Failure | null> {
    const { system, plan, records } = this.#parts;
    if (!system.photos) return null;
    const externalId = (await records.find(key))?.externalId ?? null;
    const leaseMs = PHOTO_TIMEOUT_MS + plan.timeoutMs * LEASE_FOR_REQUESTS;
    const hold = () => records.hold(key, holder, leaseMs);
    return externalId === null ? null : sendPhotos(system.photos, this.#parts, { ...key, externalId }, job, hold);
  }

  async #handOver(reference: ExternalReference, job: Job): Promise<Failure | null> {
    const { plan, findAsset, link } = this.#parts;
    const asset = job.assetId === null ? undefined : await findAsset(job.assetId);
    const facts = factsOf(job, asset, link);
    const fields = bodyOf(plan.fields, facts);
    if (reference.externalId !== null) {
      return this.#update({ ...reference, externalId: reference.externalId }, job, fields, facts);
    }
    return this.#make(reference, job, fields, facts);
  }

  async #make(reference: ExternalReference, job: Job, fields: Body, facts: Facts): Promise<Failure | null> {
    const { plan, system, records, clock } = this.#parts;
    // An attempt before may have made it and died, or never have heard the answer.
    const found = await system.find(job.jobId);
    if (!found.ok) return found.error;
    const [oldest, ...more] = found.value ?? [];
    if (oldest) {
      const failure = await this.#adopt(reference, oldest, job, fields, facts);
      const detail = 'more than one record of that system names this job; the oldest is kept';
      if (more.length > 0) await records.noteProblem(reference, { code: 'handover.doubled', detail }, clock.now());
      return failure;
    }
    // It was over before anybody there heard of it.
    if (!isActive(job.state)) return null;
    const words = joined(stateBody(plan, job.state, facts), priorityBody(plan, job.priority));
    const body = joined(bodyOf(plan.create, facts), fields, words);
    const made = await system.create(job.jobId, body);
    if (!made.ok) return made.error;
    const { externalId } = made.value;
    const said = { state: stateWord(plan, job.state), priority: priorityWord(plan, job) };
    const sent = { ...standOf(made.value, said), externalId, digest: digestOf(fields), jobState: job.state };
    await records.noteSent(reference, sent, clock.now());
    return null;
  }

  /**
   * A record that is there already is ours from now on; what differs is put right at once. A job begins as open: if it was moved
   * since, that is said; what was done there meanwhile comes back as a status.
   */
  async #adopt(
    reference: ExternalReference,
    record: KnownRecord,
    job: Job,
    fields: Body,
    facts: Facts,
  ): Promise<Failure | null> {
    const { plan, records, clock } = this.#parts;
    const isNew = reference.state === null;
    const said = { state: isNew ? stateWord(plan, 'open') : null, priority: record.priority };
    const sent = { ...standOf(record, said), externalId: record.externalId, digest: null };
    await records.noteSent(reference, { ...sent, jobState: isNew ? 'open' : null }, clock.now());
    const adopted = await records.find(reference);
    return adopted ? this.#update({ ...adopted, externalId: record.externalId }, job, fields, facts) : null;
  }

  async #update(
    reference: ExternalReference & { readonly externalId: string },
    job: Job,
    fields: Body,
    facts: Facts,
  ): Promise<Failure | null> {
    const { plan, system, records, clock } = this.#parts;
    const digest = digestOf(fields);
    const saysState = this.#saysState(reference, job);
    const saysPriority = this.#saysPriority(reference, job);
    const saysFields = digest !== reference.sentDigest;
    if (!saysState && !saysPriority && !saysFields) return null;
    const whole = system.wantsWhole;
    const keepsState = !saysState && reference.state !== null;
    const body = joined(
      saysFields || whole ? fields : {},
      saysState || (whole && !keepsState) ? stateBody(plan, job.state, facts) : {},
      saysPriority || whole ? priorityBody(plan, job.priority) : {},
    );
    const changed: Answer<SystemRecord> = await system.update(reference.externalId, body);
    if (!changed.ok) return changed.error;
    const said = {
      state: saysState ? stateWord(plan, job.state) : null,
      priority: saysPriority ? priorityWord(plan, job) : null,
    };
    const sent = { ...standOf(changed.value, said), externalId: reference.externalId, digest };
    await records.noteSent(reference, { ...sent, jobState: saysState ? job.state : null }, clock.now());
    return null;
  }

  /**
   * The state goes out where it was moved here since both sides agreed, and the other side does not call it so already. What came
   * from there is not sent back in other words, and where both disagree nobody writes over the other again and again.
   */
  #saysState({ agreedState, isSettled, state }: ExternalReference, job: Job): boolean {
    const { out, in: back } = this.#parts.plan.state;
    if (!isSettled || job.state === agreedState) return false;
    const word = stateWord(this.#parts.plan, job.state);
    if (state === null) return true;
    const meaning = Object.hasOwn(back, state) ? back[state] : undefined;
    const isDone = job.state === 'verified' && meaning === 'done' && word === String(out.done.value);
    return word !== state && meaning !== job.state && !isDone;
  }

  #saysPriority({ isSettled, priority }: ExternalReference, job: Job): boolean {
    const { priority: plan } = this.#parts.plan;
    if (!plan || !isSettled) return false;
    const word = String(plan.out[job.priority]);
    const meaning = priority !== null && Object.hasOwn(plan.in, priority) ? plan.in[priority] : undefined;
    return word !== priority && meaning !== job.priority;
  }
}

function priorityWord({ priority }: TargetPlan, job: Job): string | null {
  return priority && String(priority.out[job.priority]);
}

function stateWord({ state }: TargetPlan, jobState: JobState): string {
  return String(state.out[jobState].value);
}

/** How a record stands by what was said to it. What it says of itself is news, and comes back as a status. */
function standOf(
  { externalNumber, updatedAt, revision }: SystemRecord,
  said: { readonly state: string | null; readonly priority: string | null },
) {
  return { externalNumber, updatedAt, revision, ...said };
}

/** Events of later versions may be of other things. */
function isJob(data: OutboxEvent['data']): data is Job {
  return 'jobId' in data && 'state' in data && !('alertId' in data);
}

function isSelected({ select }: TargetPlan, job: Job): boolean {
  const fits = (names: readonly string[] | null, name: string) => names === null || names.includes(name);
  return fits(select.department, job.department) && fits(select.kind, job.kind) && fits(select.priority, job.priority);
}
