import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { fail, idFrom, type Result } from '@stadtfunk/kernel';
import {
  HandoverInbox,
  takeStatus,
  type InboxMessage,
  type MaintenanceStore,
  type StatusOutcome,
  type StatusParts,
} from '@stadtfunk/maintenance';
import { takePostedNote } from './notes.ts';
import type { TargetPlan } from './plan.ts';
import { readRecord, type SystemRecord } from './record-reader.ts';
import type { Secrets } from './secrets.ts';
import { wordsOf } from './status-poll.ts';

/** The time in a signature may be off so far. */
const TOLERANCE_MS = 5 * 60_000;
const REPLAYED = fail('handover.replayed', 'this message came before');
const NOBODY = fail('handover.denied', 'the message does not prove where it comes from');

export interface InboxParts extends StatusParts {
  readonly jobs: StatusParts['jobs'] & Pick<MaintenanceStore, 'jobHistory'>;
}

/** Takes what other systems post about records, from those who can prove who they are. */
export class StatusInbox extends HandoverInbox {
  readonly #targets: ReadonlyMap<string, TargetPlan>;
  readonly #secrets: Secrets;
  readonly #parts: InboxParts;

  constructor(targets: readonly TargetPlan[], secrets: Secrets, parts: InboxParts) {
    super();
    this.#targets = new Map(targets.map((target) => [target.id, target]));
    this.#secrets = secrets;
    this.#parts = parts;
  }

  override async receive(target: string, message: InboxMessage): Promise<Result<StatusOutcome>> {
    const plan = this.#targets.get(target);
    const receive = plan?.status.receive;
    if (!plan || !receive) return fail('handover.unknownTarget', `there is no target '${target}' that is listened to`);
    const secret = this.#secrets(receive.secret);
    const { records, clock } = this.#parts;
    let receipt: string | null = null;
    if (receive.by === 'token') {
      if (!isToken(message.authorization, secret)) return NOBODY;
    } else {
      const signed = readSignature(message.signature, clock.now());
      if (!signed || !isSignature(signed, message.body, secret)) return NOBODY;
      receipt = signed.digest;
      if (await records.hasReceipt(plan.id, receipt)) return REPLAYED;
    }
    const record = readRecord(parsed(message.body), receive.record);
    const saysNothing = record.state === null && record.note === null;
    if (saysNothing || (record.externalId === null && record.jobId === null)) {
      return fail('handover.unreadable', 'the message names no record with a state or a note');
    }
    const taken = await this.#take(plan, record);
    // Kept when it is done: what a crash or a fault interrupted may come again.
    const isNew =
      receipt === null || !taken.ok || (await records.takeReceipt(plan.id, receipt, clock.now(), 2 * TOLERANCE_MS));
    return isNew ? taken : REPLAYED;
  }

  async #take(plan: TargetPlan, record: SystemRecord): Promise<Result<StatusOutcome>> {
    const { records, jobs } = this.#parts;
    const { externalId, updatedAt, revision, note } = record;
    const target = plan.id;
    const known = async () =>
      (externalId === null ? undefined : await records.findExternal(target, externalId)) ??
      (record.jobId === null ? undefined : await records.find({ target, jobId: record.jobId }));
    const before = note === null ? undefined : await known();
    const seenEvents = before ? (await jobs.jobHistory(before.jobId)).length : 0;
    const taken = await takeStatus(this.#parts, { ...record, target }, wordsOf(plan));
    // Where the comments of a record are looked at, that finds it, and counts those that are alike.
    if (!taken.ok || !before || note === null || isLookedAt(plan)) return taken;
    const requestKey = idFrom('note', target, before.jobId, String(updatedAt), String(revision), note);
    await takePostedNote(this.#parts, before, { text: note, requestKey, seenEvents });
    return taken;
  }
}

/** Whether the comments of its records are read, besides what it posts. */
function isLookedAt(plan: TargetPlan): boolean {
  const hasComments = plan.kind === 'servicenow' ? plan.notes !== null : plan.comments !== null;
  return hasComments && plan.status.everyMinutes !== null;
}

interface Signature {
  readonly seconds: string;
  /** Hex. */
  readonly digest: string;
}

/** `t=<unix seconds>,v1=<hex>`, as our own webhook has it; undefined also where the time is too far off. */
function readSignature(header: string | undefined, now: number): Signature | undefined {
  const [, seconds, digest] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header ?? '') ?? [];
  if (seconds === undefined || digest === undefined) return undefined;
  return Math.abs(now - Number(seconds) * 1_000) <= TOLERANCE_MS ? { seconds, digest } : undefined;
}

function isSignature({ seconds, digest }: Signature, body: string, secret: string): boolean {
  const expected = createHmac('sha256', secret).update(`${seconds}.${body}`).digest();
  return timingSafeEqual(expected, Buffer.from(digest, 'hex'));
}

/** In constant time; the hash makes lengths equal. */
function isToken(authorization: string | undefined, secret: string): boolean {
  const token = /^Bearer +([\x21-\x7e]{1,4096})$/i.exec(authorization ?? '')?.[1] ?? '';
  return timingSafeEqual(sha256(token), sha256(secret));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
