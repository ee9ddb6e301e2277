import type { KnownTexts, StoredUplink, Uplink } from '@stadtfunk/uplinks';
import { crc32c } from './crc32c.ts';

/*
 * A record, little-endian:
 *   0 u32 length of the body     4 u32 CRC-32C of the body, seeded per log
 *   8 u8 version (1)             9 u8 qos              10 u16 partition
 *  12 u32 offset in the segment at which its commit begins
 *  16 f64 receivedAt, UTC ms    24 u48 sequence        30 u16, 32 u16 bytes of deviceId, topic
 *  34 deviceId (UTF-8), topic (UTF-8), payload
 * The seed keeps a payload that looks like a record from passing for one, and so old blocks of another log.
 */
const VERSION = 1;
export const FRAME_BYTES = 8;
const FIXED_BYTES = 34;
const MAX_TEXT_BYTES = 0xffff;
/** Far above every packet limit; a longer length can only be damage. */
export const MAX_RECORD_BYTES = 16 * 1024 * 1024;

/** More than the record can need, without encoding the texts. */
export function recordBound({ deviceId, topic, payload }: Uplink): number {
  return FIXED_BYTES + 3 * (deviceId.length + topic.length) + payload.length;
}

/** Whether a record can hold it. */
export function fits(uplink: Uplink): boolean {
  return recordBound(uplink) <= MAX_RECORD_BYTES && textFits(uplink.deviceId) && textFits(uplink.topic);
}

function textFits(text: string): boolean {
  return text.length * 3 <= MAX_TEXT_BYTES || Buffer.byteLength(text) <= MAX_TEXT_BYTES;
}

/** Writes a record at `at` and gives the offset behind it. */
export function writeRecord(
  buffer: Buffer,
  at: number,
  uplink: Uplink,
  place: { readonly partition: number; readonly sequence: number; readonly commitOffset: number },
  seed: number,
): number {
  const deviceIdAt = at + FIXED_BYTES;
  const topicAt = writeText(buffer, uplink.deviceId, deviceIdAt);
  const payloadAt = writeText(buffer, uplink.topic, topicAt);
  buffer.set(uplink.payload, payloadAt);
  const end = payloadAt + uplink.payload.length;
  buffer.writeUInt32LE(end - at - FRAME_BYTES, at);
  buffer[at + 8] = VERSION;
  buffer[at + 9] = uplink.qos;
  buffer.writeUInt16LE(place.partition, at + 10);
  buffer.writeUInt32LE(place.commitOffset, at + 12);
  buffer.writeDoubleLE(uplink.receivedAt, at + 16);
  buffer.writeUIntLE(place.sequence, at + 24, 6);
  buffer.writeUInt16LE(topicAt - deviceIdAt, at + 30);
  buffer.writeUInt16LE(payloadAt - topicAt, at + 32);
  buffer.writeUInt32LE(crc32c(buffer, at + FRAME_BYTES, end, seed), at + 4);
  return end;
}

/** Nearly every text is short ASCII, for which this loop beats a call into the runtime. */
function writeText(buffer: Buffer, text: string, at: number): number {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return at + buffer.write(text, at);
    buffer[at + index] = code;
  }
  return at + text.length;
}

/**
 * The bytes that the record at `at` takes when it is whole and sound, 0 when `end` cuts it off, -1 when it is damaged.
 */
export function checkRecord(buffer: Buffer, at: number, end: number, seed: number): number {
  const length = passRecord(buffer, at, end);
  if (length <= 0) return length;
  if (crc32c(buffer, at + FRAME_BYTES, at + length, seed) !== buffer.readUInt32LE(at + 4)) return -1;
  return FIXED_BYTES + buffer.readUInt16LE(at + 30) + buffer.readUInt16LE(at + 32) <= length ? length : -1;
}

/** The same of a record that nobody wants: only its frame is looked at. */
export function passRecord(buffer: Buffer, at: number, end: number): number {
  if (at + FRAME_BYTES > end) return 0;
  const length = buffer.readUInt32LE(at) + FRAME_BYTES;
  if (length < FIXED_BYTES || length > MAX_RECORD_BYTES) return -1;
  if (at + length > end) return 0;
  return buffer[at + 8] === VERSION ? length : -1;
}

/** What a record that is not damaged may need in all: to read on when a chunk ends within it. */
export function recordLength(buffer: Buffer, at: number): number {
  return buffer.readUInt32LE(at) + FRAME_BYTES;
}

export const partitionAt = (buffer: Buffer, at: number): number => buffer.readUInt16LE(at + 10);
export const commitOffsetAt = (buffer: Buffer, at: number): number => buffer.readUInt32LE(at + 12);
export const receivedAtOf = (buffer: Buffer, at: number): number => buffer.readDoubleLE(at + 16);
export const sequenceAt = (buffer: Buffer, at: number): number => buffer.readUIntLE(at + 24, 6);

/** The uplink of a checked record. Its payload is a view of `buffer`. */
export function readRecord(
  buffer: Buffer,
  bytes: Uint8Array,
  at: number,
  length: number,
  texts: KnownTexts,
): StoredUplink {
  const topicAt = at + FIXED_BYTES + buffer.readUInt16LE(at + 30);
  const payloadAt = topicAt + buffer.readUInt16LE(at + 32);
  return {
    deviceId: texts.read(buffer, at + FIXED_BYTES, topicAt),
    topic: texts.read(buffer, topicAt, payloadAt),
    receivedAt: receivedAtOf(buffer, at),
    qos: buffer[at + 9] as 0 | 1 | 2,
    payload: bytes.subarray(payloadAt, at + length),
    partition: partitionAt(buffer, at),
    sequence: sequenceAt(buffer, at),
  };
}
