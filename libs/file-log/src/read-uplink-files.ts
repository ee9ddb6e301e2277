import { Fault } from '@stadtfunk/kernel';
import { KnownTexts, type StoredUplink } from '@stadtfunk/uplinks';
import { codeOf, readFully, readWhole, type FileLayer } from './file-layer.ts';
import { readManifest } from './manifest.ts';
import { nodeFiles } from './node-files.ts';
import { checkRecord, FRAME_BYTES, readRecord, recordLength } from './record.ts';
import { linkSegments, type LogIdentity } from './recovery.ts';
import { corrupt, ordinalOf, readHeader, type Segment } from './segment.ts';

const CHUNK_BYTES = 1024 * 1024;

/**
 * Everything that the log in a directory holds now, oldest first, whether or not somebody has it open: for copies. Writes nothing and
 * holds nothing back. What is appended meanwhile may be in it; segments that retention deletes meanwhile are not. Of the
 * last records, those that are being written now may be there before they are durable.
 * Faults `log.missing`, `log.corrupt`, `log.io`. Payloads are views of chunks: copy what is kept for long.
 */
export async function* readUplinkFiles(
  directory: string,
  layer: FileLayer = nodeFiles,
): AsyncGenerator<readonly StoredUplink[]> {
  if (!(await readWhole(layer, `${directory}/manifest.json`))) {
    throw new Fault('log.missing', `there is no uplink log in ${directory}`, false);
  }
  const { identity } = await readManifest(layer, directory, 1);
  const found: Segment[] = [];
  for (const name of (await layer.list(directory)).sort()) {
    if (ordinalOf(name) === undefined) continue;
    const segment = await unlessDeleted(() => readHeader(layer, directory, name, identity.logId));
    if (segment) found.push(segment);
  }
  const chain = linkSegments(found);
  for (const [index, segment] of chain.entries()) {
    yield* recordsOf(layer, directory, segment, index === chain.length - 1, identity);
  }
}

async function* recordsOf(
  layer: FileLayer,
  directory: string,
  { name, headerBytes, length }: Segment,
  isLast: boolean,
  { seed }: LogIdentity,
): AsyncGenerator<readonly StoredUplink[]> {
  const file = await unlessDeleted(() => layer.open(`${directory}/${name}`, 'read'));
  if (!file) return;
  const texts = new KnownTexts();
  try {
    const end = isLast ? await file.size() : length;
    let chunkBytes = CHUNK_BYTES;
    for (let start = headerBytes; start < end;) {
      const chunk = Buffer.allocUnsafeSlow(Math.min(chunkBytes, end - start));
      const read = await readFully(file, chunk, start);
      const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
      const uplinks: StoredUplink[] = [];
      let at = 0;
      let size = 0;
      while ((size = checkRecord(chunk, at, read, seed)) > 0) {
        uplinks.push(readRecord(chunk, bytes, at, size, texts));
        at += size;
      }
      if (uplinks.length > 0) yield uplinks;
      start += at;
      const isCutOff = size === 0 && start + (read - at) < end;
      if (!isCutOff && start < end) {
        // The tail of the last segment is being written, or was torn and never acknowledged.
        if (isLast) return;
        throw corrupt(name, start, 'a record is damaged');
      }
      chunkBytes = isCutOff && read - at >= FRAME_BYTES ? Math.max(CHUNK_BYTES, recordLength(chunk, at)) : CHUNK_BYTES;
    }
  } finally {
    await file.close();
  }
}

async function unlessDeleted<T>(open: () => Promise<T>): Promise<T | undefined> {
  try {
    return await open();
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}
