import { wipe } from './local-data.ts';
import { readEntries } from './outbox.ts';

/**
 * Before somebody signs out: nothing of theirs stays on the device.
 * @returns how many entries were not sent and would be lost; above 0 nothing has been removed, unless they shall be discarded
 */
export async function leaveDevice(discards: boolean): Promise<number> {
  // A browser that keeps nothing has nothing to remove.
  if (!('indexedDB' in globalThis)) return 0;
  const unsent = discards ? 0 : (await readEntries()).length;
  if (unsent === 0) await wipe();
  return unsent;
}
