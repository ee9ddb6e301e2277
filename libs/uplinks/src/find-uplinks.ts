import { partitionOf, type StoredUplink } from './uplink.ts';
import type { Positions, UplinkLog } from './uplink-log.ts';

export interface UplinkQuery {
  readonly deviceId: string;
  /** As many as this, the newest. */
  readonly limit: number;
  /** Only those before this sequence. */
  readonly before?: number;
  /** The search ends when it has taken so long, but not before it has looked into a first window: what goes on from it comes further. */
  readonly budgetMs: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly elapsed: () => number;
}

export interface FoundUplinks {
  /** Newest first. */
  readonly uplinks: readonly StoredUplink[];
  /** Everything of the device from this sequence on is in `uplinks`: search on with `before` at it. */
  readonly from: number;
  /** When the oldest uplink arrived that was looked at, of whatever device, UTC ms; null: none was. */
  readonly searchedTo: number | null;
  /** The log keeps nothing that is older: the search was complete. */
  readonly isComplete: boolean;
}

/** The sequences looked at first, and how many times more each next time: a window is read forward, its end is wanted. */
const FIRST_WINDOW = 500;
const GROWTH = 4;
const READ_SIZE = 2_000;

/**
 * The newest uplinks of a device that the log still has. A log is read forward only and has no index by device, so this looks
 * into windows of its partition, from the end backwards, each larger than the one after it.
 */
export async function findUplinks(log: UplinkLog, query: UplinkQuery): Promise<FoundUplinks> {
  const { deviceId, limit, budgetMs, elapsed } = query;
  const partition = partitionOf(deviceId, log.partitions);
  const begun = elapsed();
  const isLate = () => elapsed() - begun > budgetMs;
  const floor = (await log.floors())[partition] ?? 0;
  const head = (await log.heads())[partition] ?? 0;
  let low = Math.min(head, (query.before ?? Infinity) - 1);
  let uplinks: StoredUplink[] = [];
  let searchedTo: number | null = null;
  for (let size = FIRST_WINDOW; low > floor && uplinks.length < limit; size *= GROWTH) {
    const high = low;
    const mayEnd = size === FIRST_WINDOW ? () => false : isLate;
    const window = await readWindow(log, partition, Math.max(floor, high - size), high, deviceId, limit, mayEnd);
    if (!window) break;
    uplinks = [...window.uplinks, ...uplinks].slice(-limit);
    searchedTo = window.oldestAt ?? searchedTo;
    low = Math.max(floor, high - size);
    if (isLate()) break;
  }
  const isFull = uplinks.length >= limit;
  const from = isFull ? uplinks[0]!.sequence : low + 1;
  return { uplinks: uplinks.reverse(), from, searchedTo, isComplete: !isFull && low <= floor };
}

interface Window {
  /** Oldest first: the last `limit` ones. */
  readonly uplinks: StoredUplink[];
  readonly oldestAt: number | null;
}

/** What a device sent between two sequences; undefined when that took too long, because a part would leave a hole. */
async function readWindow(
  log: UplinkLog,
  partition: number,
  after: number,
  to: number,
  deviceId: string,
  limit: number,
  isLate: () => boolean,
): Promise<Window | undefined> {
  const positions: Positions = Array.from({ length: log.partitions }, (_, index) =>
    index === partition ? after : Infinity,
  );
  const cursor = log.openCursor(positions);
  const found: StoredUplink[] = [];
  let oldestAt: number | null = null;
  let reached = after;
  try {
    while (reached < to) {
      const read = await cursor.read(READ_SIZE, 0);
      if (read.length === 0) break;
      for (const uplink of read) {
        reached = uplink.sequence;
        if (reached > to) break;
        oldestAt ??= uplink.receivedAt;
        // Payloads are views of what the cursor has read: a copy lets go of the rest.
        if (uplink.deviceId === deviceId) found.push({ ...uplink, payload: uplink.payload.slice() });
      }
      if (found.length > 2 * limit) found.splice(0, found.length - limit);
      if (reached < to && isLate()) return undefined;
    }
  } finally {
    await cursor.close();
  }
  return { uplinks: found.slice(-limit), oldestAt };
}
