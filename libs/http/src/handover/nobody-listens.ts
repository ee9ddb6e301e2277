import { fail } from '@stadtfunk/kernel';
import { HandoverInbox } from '@stadtfunk/maintenance';

/** Where nothing is handed over, nobody is listened to. */
export class NobodyListens extends HandoverInbox {
  override async receive(target: string) {
    return fail('handover.unknownTarget', `there is no target '${target}' that is listened to`);
  }
}
