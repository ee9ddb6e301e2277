import type { FileLayer, LogFile } from './file-layer.ts';
import { readFully } from './file-layer.ts';
import {
  checkRecord,
  commitOffsetAt,
  FRAME_BYTES,
  MAX_RECORD_BYTES,
  partitionAt,
  receivedAtOf,
  recordLength,
  sequenceAt,
} from './record.ts';
import { corrupt, ordinalOf, readHeader, segmentName, type Segment } from './segment.ts';

export interface LogIdentity {
  readonly logId: string;
  readonly partitions: number;
  /** Seed of the records' CRC. */
  readonly seed: number;
}

export interface Recovered {
  /** Oldest first. The last one is open for writing, unless there is none at all. */
  readonly segments: Segment[];
  readonly file: LogFile | undefined;
  /** What the last segment lost behind its last sound record. */
  readonly truncatedBytes: number;
}

const CHUNK_BYTES = 1024 * 1024;

/** Reads what a stop of any kind has left behind, and makes all of it durable before anybody sees it. */
export async function recover(layer: FileLayer, directory: string, identity: LogIdentity): Promise<Recovered> {
  const names = (await layer.list(directory)).sort();
  for (const name of names) if (name.endsWith('.segment.tmp')) await layer.remove(`${directory}/${name}`);
  const found: Segment[] = [];
  for (const name of names) {
    if (ordinalOf(name) !== undefined) found.push(await readHeader(layer, directory, name, identity.logId));
  }
  const chain = linkSegments(found);
  for (const { name } of found.filter((segment) => !chain.some(({ ordinal }) => ordinal === segment.ordinal))) {
    await layer.remove(`${directory}/${name}`);
  }
  const newest = chain.at(-1);
  if (!newest) return { segments: [], file: undefined, truncatedBytes: 0 };
  for (const sealed of chain.slice(0, -1)) await checkLength(layer, directory, sealed);

  const file = await layer.open(`${directory}/${newest.name}`, 'write');
  try {
    const size = await file.size();
    const active = await scan(file, newest, size, identity);
    if (active.length < size) await file.truncate(active.length);
    // Also without a torn tail: after kill -9 the last records may be in the page cache only.
    await file.sync();
    await layer.syncDirectory(directory);
    return { segments: [...chain.slice(0, -1), active], file, truncatedBytes: size - active.length };
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
}

/**
 * Follows the headers back from the newest segment. A file between two links was given up before any record in it was
 * acknowledged. A link that is missing while older files exist is damage: retention deletes from the old end only.
 */
export function linkSegments(found: readonly Segment[]): Segment[] {
  const chain: Segment[] = [];
  for (const segment of [...found].reverse()) {
    const successor = chain[0];
    if (!successor) {
      chain.unshift(segment);
      continue;
    }
    const { previous, base } = successor.header;
    if (previous === null || segment.ordinal > previous.ordinal) continue;
    if (segment.ordinal < previous.ordinal) throw corrupt(segmentName(previous.ordinal), 0, 'the segment is missing');
    chain.unshift({ ...segment, ...previous, last: base });
  }
  return chain;
}

async function checkLength(layer: FileLayer, directory: string, { name, length }: Segment): Promise<void> {
  const file = await layer.open(`${directory}/${name}`, 'read');
  try {
    const size = await file.size();
    if (size < length) throw corrupt(name, size, `the sealed segment had ${length} bytes`);
  } finally {
    await file.close();
  }
}

/**
 * Reads the records of the last segment up to the first bad one. What follows is cut off even if it holds sound records:
 * commits reach the disk one after the other, so an unsynced tail can be torn anywhere but has nothing acknowledged
 * behind the first hole. Unless a later *commit* is found there: that one began only after the damaged bytes were
 * synced and acknowledged, so it is damage and not a torn tail, and cutting would lose what was promised.
 */
async function scan(file: LogFile, segment: Segment, size: number, identity: LogIdentity): Promise<Segment> {
  const { name, headerBytes } = segment;
  const last = [...segment.last];
  let { records, oldestReceivedAt, newestReceivedAt } = segment;
  let length = headerBytes;
  let chunkBytes = CHUNK_BYTES;
  while (length < size) {
    const chunk = Buffer.allocUnsafeSlow(Math.min(chunkBytes, size - length));
    if ((await readFully(file, chunk, length)) < chunk.length) throw corrupt(name, length, 'the file became shorter');
    let at = 0;
    let bytes = 0;
    while ((bytes = checkRecord(chunk, at, chunk.length, identity.seed)) > 0) {
      const partition = partitionAt(chunk, at);
      if (partition >= identity.partitions || sequenceAt(chunk, at) !== (last[partition] ?? 0) + 1) {
        bytes = -1;
        break;
      }
      last[partition] = (last[partition] ?? 0) + 1;
      const receivedAt = receivedAtOf(chunk, at);
      oldestReceivedAt = Math.min(oldestReceivedAt ?? receivedAt, receivedAt);
      newestReceivedAt = Math.max(newestReceivedAt ?? receivedAt, receivedAt);
      records += 1;
      at += bytes;
    }
    length += at;
    const cutOff = bytes === 0 && length + chunk.length - at < size;
    if (!cutOff && length < size) {
      await refuseDamage(file, name, length, size, identity);
      break;
    }
    chunkBytes =
      cutOff && chunk.length - at >= FRAME_BYTES ? Math.max(CHUNK_BYTES, recordLength(chunk, at)) : CHUNK_BYTES;
  }
  return { ...segment, length, last, records, oldestReceivedAt, newestReceivedAt };
}

async function refuseDamage(
  file: LogFile,
  name: string,
  bad: number,
  size: number,
  identity: LogIdentity,
): Promise<void> {
  const window = Buffer.allocUnsafeSlow(Math.min(size - bad, 2 * MAX_RECORD_BYTES));
  for (let start = bad; start < size; start += MAX_RECORD_BYTES) {
    const end = await readFully(file, window.subarray(0, size - start), start);
    for (let at = 0; at + 16 <= end && at < MAX_RECORD_BYTES; at++) {
      // Cheap tests first; the CRC decides.
      const commitOffset = commitOffsetAt(window, at);
      if (commitOffset <= bad || commitOffset > start + at) continue;
      if (checkRecord(window, at, end, identity.seed) <= 0) continue;
      throw corrupt(name, bad, 'a record is damaged that was durable before later ones were written');
    }
  }
}
