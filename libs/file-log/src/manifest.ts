import { randomUUID } from 'node:crypto';
import { hash32, messageOf } from '@stadtfunk/kernel';
import { readWhole, replaceFile, type FileLayer } from './file-layer.ts';
import type { LogIdentity } from './recovery.ts';
import { corrupt, ordinalOf } from './segment.ts';

const FILE = 'manifest.json';
const MAX_PARTITIONS = 1024;

interface Manifest {
  readonly format: 1;
  readonly logId: string;
  readonly partitions: number;
}

/** The identity that the first start gave the log. `partitions` counts at the first start only. */
export async function openManifest(layer: FileLayer, directory: string, partitions: number): Promise<LogIdentity> {
  const bytes = await readWhole(layer, `${directory}/${FILE}`);
  const isNew = bytes === undefined;
  const manifest = bytes ? parse(bytes) : await create(layer, directory, partitions);
  const segments = (await layer.list(directory)).filter((name) => ordinalOf(name) !== undefined);
  if (isNew && segments.length > 0) throw corrupt(FILE, 0, 'there are segments, but the manifest is missing');
  const { logId } = manifest;
  return { logId, partitions: manifest.partitions, seed: hash32(logId) };
}

function parse(bytes: Buffer): Manifest {
  let manifest: Partial<Manifest>;
  try {
    manifest = JSON.parse(bytes.toString()) as Partial<Manifest>;
  } catch (thrown) {
    throw corrupt(FILE, 0, messageOf(thrown));
  }
  const { format, logId, partitions = 0 } = manifest;
  if (format !== 1) throw corrupt(FILE, 0, 'the format is not 1');
  if (typeof logId !== 'string' || !validPartitions(partitions))
    throw corrupt(FILE, 0, 'logId or partitions are wrong');
  return { format, logId, partitions };
}

async function create(layer: FileLayer, directory: string, partitions: number): Promise<Manifest> {
  if (!validPartitions(partitions)) throw new RangeError(`partitions must be 1 to ${MAX_PARTITIONS}`);
  const manifest: Manifest = { format: 1, logId: randomUUID(), partitions };
  const file = await replaceFile(layer, directory, FILE, Buffer.from(JSON.stringify(manifest)));
  await file.close();
  return manifest;
}

function validPartitions(partitions: number): boolean {
  return Number.isInteger(partitions) && partitions >= 1 && partitions <= MAX_PARTITIONS;
}
