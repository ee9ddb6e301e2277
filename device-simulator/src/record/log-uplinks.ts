import type { StoredUplink, Uplink, UplinkCursor, UplinkLog } from '@stadtfunk/uplinks';

/** Uplinks of a partition that are in memory at the most. */
const BATCH_SIZE = 500;
/** A log that says that there is more and gives none for so long has lost it. */
const WAIT_MS = 5_000;

interface Partition {
  readonly cursor: UplinkCursor;
  readonly head: number;
  batch: readonly StoredUplink[];
  next: number;
  reached: number;
}

/**
 * Everything that a log holds now, in the order of reception: its partitions merged. Reads beside all consumer groups and commits
 * nothing, so it holds nothing back; what retention deletes meanwhile is not in it.
 */
export async function* readUplinkLog(log: UplinkLog): AsyncGenerator<readonly Uplink[]> {
  const [heads, floors] = await Promise.all([log.heads(), log.floors()]);
  const partitions: Partition[] = heads.flatMap((head, partition): Partition[] => {
    const floor = floors[partition] ?? 0;
    if (head <= floor) return [];
    const after = heads.map((_, other) => (other === partition ? floor : Infinity));
    return [{ cursor: log.openCursor(after), head, batch: [], next: 0, reached: floor }];
  });
  try {
    for (let open: readonly Partition[] = partitions; ;) {
      for (const partition of open) {
        if (partition.next < partition.batch.length || partition.reached >= partition.head) continue;
        // The bytes are views of what a cursor holds until it is read again, and longer than that here.
        partition.batch = (await partition.cursor.read(BATCH_SIZE, WAIT_MS)).map((uplink) => ({
          ...uplink,
          payload: Uint8Array.from(uplink.payload),
        }));
        partition.next = 0;
        partition.reached = partition.batch.at(-1)?.sequence ?? partition.head;
      }
      open = open.filter(({ next, batch }) => next < batch.length);
      if (open.length === 0) return;
      yield take(open);
    }
  } finally {
    for (const { cursor } of partitions) await cursor.close();
  }
}

/** What is surely next of all: up to where one of the partitions has to be read again. */
function take(open: readonly Partition[]): Uplink[] {
  const taken: Uplink[] = [];
  for (;;) {
    let first: Partition | undefined;
    let earliest = Infinity;
    for (const partition of open) {
      const { receivedAt } = partition.batch[partition.next]!;
      if (receivedAt >= earliest) continue;
      first = partition;
      earliest = receivedAt;
    }
    if (!first) return taken;
    const uplink = first.batch[first.next++]!;
    if (uplink.sequence <= first.head) taken.push(uplink);
    if (first.next === first.batch.length) return taken;
  }
}
