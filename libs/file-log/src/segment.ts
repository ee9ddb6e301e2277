import { Fault } from '@stadtfunk/kernel';
import type { Positions } from '@stadtfunk/uplinks';
import { crc32c } from './crc32c.ts';
import type { FileLayer } from './file-layer.ts';
import { codeOf, readFully } from './file-layer.ts';
import { FRAME_BYTES } from './record.ts';

/** What is known of a segment without reading its records. */
export interface SegmentSummary {
  readonly ordinal: number;
  /** Bytes that are durable and count; whatever the file has behind them was never acknowledged. */
  readonly length: number;
  readonly records: number;
  /** UTC ms, null while there are no records. */
  readonly oldestReceivedAt: number | null;
  readonly newestReceivedAt: number | null;
}

/**
 * The beginning of a segment file, durable before its first record. It says how the predecessor ended, so that a sealed
 * segment needs no index file: its last sequences are the `base` of its successor.
 */
export interface SegmentHeader {
  readonly format: 1;
  readonly logId: string;
  readonly ordinal: number;
  /** Per partition the last sequence before this segment. */
  readonly base: Positions;
  readonly previous: SegmentSummary | null;
}

/** A segment in memory. What a commit changes is replaced as a whole, in one turn. */
export interface Segment extends SegmentSummary {
  readonly name: string;
  readonly header: SegmentHeader;
  readonly headerBytes: number;
  /** Per partition the last sequence within or before this segment. */
  readonly last: Positions;
}

const MAX_HEADER_BYTES = 64 * 1024;
const NAME = /^(\d{12})\.segment$/;

export const segmentName = (ordinal: number): string => `${String(ordinal).padStart(12, '0')}.segment`;

/** The ordinal in a segment's file name, or undefined for other files. */
export function ordinalOf(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export function corrupt(name: string, offset: number, reason: string): Fault {
  return new Fault('log.corrupt', `${name}, offset ${offset}: ${reason}`, false);
}

/** A fault of the operating system, `log.full` where it is about space. */
export function ioFault(doing: string, thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  const code = codeOf(thrown);
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return new Fault(full ? 'log.full' : 'log.io', `${doing} failed (${code || 'no code'})`, true, thrown);
}

export function encodeHeader(header: SegmentHeader): Buffer {
  const body = Buffer.from(JSON.stringify(header));
  const frame = Buffer.alloc(FRAME_BYTES);
  frame.writeUInt32LE(body.length, 0);
  frame.writeUInt32LE(crc32c(body), 4);
  return Buffer.concat([frame, body]);
}

/** A segment that has only its header. */
export function emptySegment(header: SegmentHeader, headerBytes: number): Segment {
  const { ordinal, base } = header;
  const none = { records: 0, oldestReceivedAt: null, newestReceivedAt: null };
  return { ordinal, name: segmentName(ordinal), header, headerBytes, length: headerBytes, last: base, ...none };
}

/** Reads and checks a header. A header is renamed into place only when it is durable, so a bad one is damage. Without `logId` any log's. */
export async function readHeader(layer: FileLayer, directory: string, name: string, logId?: string): Promise<Segment> {
  const file = await layer.open(`${directory}/${name}`, 'read');
  try {
    const bytes = Buffer.alloc(Math.min(await file.size(), MAX_HEADER_BYTES));
    const read = await readFully(file, bytes, 0);
    const end = read < FRAME_BYTES ? Infinity : FRAME_BYTES + bytes.readUInt32LE(0);
    if (end > read || crc32c(bytes, FRAME_BYTES, end) !== bytes.readUInt32LE(4)) {
      throw corrupt(name, 0, 'the segment header is damaged');
    }
    const header = JSON.parse(bytes.toString('utf8', FRAME_BYTES, end)) as SegmentHeader;
    if (header.format !== 1 || (logId ?? header.logId) !== header.logId || segmentName(header.ordinal) !== name) {
      throw corrupt(name, 0, 'the segment belongs to another log or format');
    }
    return emptySegment(header, end);
  } finally {
    await file.close();
  }
}
