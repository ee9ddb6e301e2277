import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { fail, type Result } from '@stadtfunk/kernel';
import {
  HandoverInbox,
  takeStatus,
  type InboxMessage,
  type StatusOutcome,
  type StatusParts,
} from '@stadtfunk/maintenance';
import type { TargetPlan } from './plan.ts';
import { readRecord } from './record-reader.ts';
import type { Secrets } from './secrets.ts';
import { wordsOf } from './status-poll.ts';

/** The time in a signature may be off so far. */
const TOLERANCE_MS = 5 * 60_000;
const NOBODY = fail('handover.denied', 'the message does not prove where it comes from');

/** Takes what other systems post about records, from those who can prove who they are. */
export class StatusInbox extends HandoverInbox {
  readonly #targets: ReadonlyMap<string, TargetPlan>;
  readonly #secrets: Secrets;
  readonly #parts: StatusParts;

  constructor(targets: readonly TargetPlan[], secrets: Secrets, parts: StatusParts) {
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
    if (receive.by === 'token') {
      if (!isToken(message.authorization, secret)) return NOBODY;
    } else {
      const signed = readSignature(message.signature, this.#parts.clock.now());
      if (!signed || !isSignature(signed, message.body, secret)) return NOBODY;
      const isNew = await this.#parts.records.takeReceipt(
        plan.id,
        signed.digest,
        this.#parts.clock.now(),
        2 * TOLERANCE_MS,
      );
      if (!isNew) return fail('handover.replayed', 'this message came before');
    }
    const record = readRecord(parsed(message.body), receive.record);
    if (record.state === null || (record.externalId === null && record.jobId === null)) {
      return fail('handover.unreadable', 'the message names no record with a state');
    }
    return takeStatus(this.#parts, { ...record, target }, wordsOf(plan));
  }
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
