import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Latencies } from './load-generator.ts';

/** What the broker's log needs for an uplink with one reading. */
const UPLINK_BYTES = 210;

/**
 * Appends to a file and calls `fdatasync`, again and again, each time with everything that has arrived meanwhile at a fixed
 * rate, and does nothing else: what is durable before it is acknowledged cannot be acknowledged sooner on this disk.
 * @param perSecond uplinks a second
 * @returns from the arrival of an uplink until it is durable
 */
export async function bareDisk(folder: string, perSecond: number, seconds: number): Promise<Latencies> {
  const file = await open(join(folder, 'disk'), 'wx');
  const latencies = new Latencies();
  const began = performance.now();
  const arrivalMs = 1_000 / perSecond;
  const total = perSecond * seconds;
  try {
    for (let durable = 0; durable < total;) {
      const arrived = Math.min(total, 1 + Math.floor((performance.now() - began) / arrivalMs));
      if (arrived === durable) {
        await pause(1);
        continue;
      }
      await file.appendFile(Buffer.alloc(UPLINK_BYTES * (arrived - durable), 1));
      await file.datasync();
      const doneAt = performance.now() - began;
      for (; durable < arrived; durable++) latencies.add(doneAt - durable * arrivalMs);
    }
  } finally {
    await file.close();
  }
  return latencies;
}
