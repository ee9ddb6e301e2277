import { fail, ok, type Result } from '@stadtfunk/kernel';
import { HandoverInbox, type InboxMessage, type StatusOutcome } from '@stadtfunk/maintenance';

/** Keeps what is posted, and answers what a test wants. Who says `Bearer good` is known. */
export class MemoryHandoverInbox extends HandoverInbox {
  readonly messages: InboxMessage[] = [];
  answer: Result<StatusOutcome> = ok('changed');

  override async receive(target: string, message: InboxMessage): Promise<Result<StatusOutcome>> {
    this.messages.push(message);
    if (target !== 'desk') return fail('handover.unknownTarget', 'no such target');
    if (message.authorization !== 'Bearer good' && message.signature === undefined) {
      return fail('handover.denied', 'who are you');
    }
    return this.answer;
  }
}
