import type { Result } from '@stadtfunk/kernel';
import type { StatusOutcome } from './handover-status.ts';

/** What another system posts, as it came. */
export interface InboxMessage {
  /** The body to the letter: signatures are over it. */
  readonly body: string;
  readonly authorization?: string;
  /** `t=<unix seconds>,v1=<hex of HMAC-SHA256>`. */
  readonly signature?: string;
}

/** Where other systems tell what was done to records that stand for jobs. */
export abstract class HandoverInbox {
  /**
   * Fails with `handover.unknownTarget`, `handover.denied`, `handover.replayed`, `handover.unreadable` and
   * `handover.unknownReference`.
   */
  abstract receive(target: string, message: InboxMessage): Promise<Result<StatusOutcome>>;
}
