import { forgetJobs, owner } from './local-data.ts';
import { changeEntries } from './outbox.ts';

/**
 * Before somebody signs out: nothing of theirs stays on the device. What another account has yet to send stays for that one.
 * @returns how many entries were not sent and would be lost; above 0 nothing has been removed, unless they shall be discarded
 */
export async function leaveDevice(discards: boolean): Promise<number> {
  // A browser that keeps nothing has nothing to remove.
  if (!('indexedDB' in globalThis)) return 0;
  const present = await owner.read();
  let unsent = 0;
  // One step: what is entered in another tab at the same moment is either counted, or stays.
  await changeEntries((entries) => {
    const others = entries.filter(({ accountId }) => accountId !== present?.accountId);
    unsent = discards ? 0 : entries.length - others.length;
    return unsent > 0 ? entries : others;
  });
  if (unsent === 0) await forgetJobs();
  return unsent;
}
