import { createHash } from 'node:crypto';

/*
 * A recording is a signature of 8 bytes, then frames: a header, blocks, a trailer. A frame, little-endian:
 *   0 u32 mark `SFRB`        4 u8 kind: 1 header, 2 block, 3 trailer     5 u8 compression: 0 none, 1 Brotli     6 u16 zero
 *   8 u32 number: header 0, blocks from 1 on, then the trailer           12 u32 items in it
 *  16 u32 bytes of the content                                           20 u32 bytes of the body, which is the content compressed
 *  24 SHA-256 over the header frame's own SHA-256 (nothing in the header itself), bytes 0 to 23 of this frame, and the body
 *  56 body
 * The header's digest in every other one keeps frames of another recording from passing for its own.
 */
export const SIGNATURE = Buffer.from([0x89, 0x53, 0x46, 0x52, 0x0d, 0x0a, 0x1a, 0x0a]);
export const MARK = Buffer.from('SFRB');
export const HEAD_BYTES = 56;
const DIGEST_AT = 24;

/** What is longer can only be damage, or is meant to fill the memory. */
export const MAX_BODY_BYTES = 64 * 1024 * 1024;

export const FRAME_KINDS = { header: 1, block: 2, trailer: 3 } as const;
export const COMPRESSIONS = { none: 0, brotli: 1 } as const;

export interface FrameHead {
  readonly kind: number;
  readonly compression: number;
  readonly number: number;
  readonly items: number;
  readonly contentBytes: number;
  readonly bodyBytes: number;
}

export function encodeFrame(head: Omit<FrameHead, 'bodyBytes'>, body: Uint8Array, headerDigest: Uint8Array): Buffer {
  const frame = Buffer.alloc(HEAD_BYTES + body.length);
  MARK.copy(frame);
  frame[4] = head.kind;
  frame[5] = head.compression;
  frame.writeUInt32LE(head.number, 8);
  frame.writeUInt32LE(head.items, 12);
  frame.writeUInt32LE(head.contentBytes, 16);
  frame.writeUInt32LE(body.length, 20);
  frame.set(body, HEAD_BYTES);
  digestOf(frame, 0, frame.length, headerDigest).copy(frame, DIGEST_AT);
  return frame;
}

/** The head of a frame at `at`, or undefined if none can begin there. */
export function readHead(buffer: Buffer, at: number): FrameHead | undefined {
  if (buffer.compare(MARK, 0, MARK.length, at, at + MARK.length) !== 0) return undefined;
  const head: FrameHead = {
    kind: buffer[at + 4]!,
    compression: buffer[at + 5]!,
    number: buffer.readUInt32LE(at + 8),
    items: buffer.readUInt32LE(at + 12),
    contentBytes: buffer.readUInt32LE(at + 16),
    bodyBytes: buffer.readUInt32LE(at + 20),
  };
  const isPossible =
    buffer.readUInt16LE(at + 6) === 0 &&
    head.kind >= FRAME_KINDS.header &&
    head.kind <= FRAME_KINDS.trailer &&
    head.compression <= COMPRESSIONS.brotli &&
    head.contentBytes <= MAX_BODY_BYTES &&
    head.bodyBytes <= MAX_BODY_BYTES;
  return isPossible ? head : undefined;
}

/** Whether the whole frame at `at` is as it was written. */
export function isSound(buffer: Buffer, at: number, head: FrameHead, headerDigest: Uint8Array): boolean {
  const digest = digestOf(buffer, at, at + HEAD_BYTES + head.bodyBytes, headerDigest);
  return buffer.compare(digest, 0, digest.length, at + DIGEST_AT, at + HEAD_BYTES) === 0;
}

/** The digest that stands in the frame at `at`. */
export function digestIn(buffer: Buffer, at: number): Buffer {
  return Buffer.from(buffer.subarray(at + DIGEST_AT, at + HEAD_BYTES));
}

function digestOf(buffer: Buffer, at: number, end: number, headerDigest: Uint8Array): Buffer {
  return createHash('sha256')
    .update(headerDigest)
    .update(buffer.subarray(at, at + DIGEST_AT))
    .update(buffer.subarray(at + HEAD_BYTES, end))
    .digest();
}
