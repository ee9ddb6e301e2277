import { randomUUID } from 'node:crypto';
import { hash32, messageOf } from '@stadtfunk/kernel';
import { readWhole, replaceFile, type FileLayer } from './file-layer.ts';
import type { LogIdentity } from './recovery.ts';
import { corrupt, ordinalOf, readHeader } from './segment.ts';

const FILE = 'manifest.json';
const MAX_PARTITIONS = 1024;

interface Manifest {
  readonly format: 1;
  readonly logId: string;
  readonly partitions: number;
}

/** The identity that the first start gave the log; a new one, not written yet, when there is none. */
export async function readManifest(
  layer: FileLayer,
  directory: string,
  partitions: number,
): Promise<{ readonly identity: LogIdentity; readonly isNew: boolean }> {
  const bytes = await readWhole(layer, `${directory}/${FILE}`);
  if (!bytes) await clearUnfinishedStart(layer, directory);
  const manifest = bytes ? parse(bytes) : { logId: randomUUID(), partitions };
  if (!validPartitions(manifest.partitions)) throw new RangeError(`partitions must be 1 to ${MAX_PARTITIONS}`);
  const { logId } = manifest;
  return { identity: { logId, partitions: manifest.partitions, seed: hash32(logId) }, isNew: !bytes };
}

/** The last step of a first start: with a manifest there has to be a segment, so that a log never begins twice. */
export async function writeManifest(layer: FileLayer, directory: string, identity: LogIdentity): Promise<void> {
  const manifest: Manifest = { format: 1, logId: identity.logId, partitions: identity.partitions };
  const file = await replaceFile(layer, directory, FILE, Buffer.from(JSON.stringify(manifest)));
  await file.close();
}

/** A first start that was cut short leaves an empty first segment at most. Anything more is a log without its manifest. */
async function clearUnfinishedStart(layer: FileLayer, directory: string): Promise<void> {
  for (const name of (await layer.list(directory)).filter((name) => ordinalOf(name) !== undefined)) {
    const { ordinal, headerBytes } = await readHeader(layer, directory, name);
    const file = await layer.open(`${directory}/${name}`, 'read');
    const size = await file.size();
    await file.close();
    if (ordinal !== 1 || size !== headerBytes)
      throw corrupt(FILE, 0, 'there are segments, but the manifest is missing');
    await layer.remove(`${directory}/${name}`);
  }
}

function parse(bytes: Buffer): Manifest {
  let manifest: Partial<Manifest>;
  try {
    manifest = (JSON.parse(bytes.toString()) as Partial<Manifest> | null) ?? {};
  } catch (thrown) {
    throw corrupt(FILE, 0, messageOf(thrown));
  }
  const { format, logId, partitions = 0 } = manifest;
  if (format !== 1) throw corrupt(FILE, 0, 'the format is not 1');
  if (typeof logId !== 'string' || !validPartitions(partitions))
    throw corrupt(FILE, 0, 'logId or partitions are wrong');
  return { format, logId, partitions };
}

function validPartitions(partitions: number): boolean {
  return Number.isInteger(partitions) && partitions >= 1 && partitions <= MAX_PARTITIONS;
}
