import { owner, wipe } from './local-data.ts';
import { changeEntries, readEntries } from './outbox.ts';

/**
 * Before somebody signs out: nothing of theirs stays on the device. What another account has yet to send stays for that one.
 * @returns how many entries were not sent and would be lost; above 0 nothing has been removed, unless they shall be discarded
 */
export async function leaveDevice(discards: boolean): Promise<number> {
  // A browser that keeps nothing has nothing to remove.
  if (!('indexedDB' in globalThis)) return 0;
  const present = await owner.read();
  const entries = await readEntries();
  const others = entries.filter(({ accountId }) => accountId !== present?.accountId);
  const unsent = discards ? 0 : entries.length - others.length;
  if (unsent > 0) return unsent;
  await wipe();
  if (others.length > 0) await changeEntries(() => others);
  return 0;
}
