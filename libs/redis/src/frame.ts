import { crc32 } from 'node:zlib';
import { Fault } from '@stadtfunk/kernel';
import type { KnownTexts, StoredUplink, Uplink } from '@stadtfunk/uplinks';

/*
 * A frame, little-endian: many uplinks of one partition in one stream entry.
 *   0 u32 magic "SFF1"     4 u32 CRC-32 of everything from 8 on
 *   8 u32 uplinks          12 f64 receivedAt of the newest one, UTC ms (scripts.ts reads these two)
 *  20 per uplink: u8 qos, f64 receivedAt, u16, u16, u32 bytes of deviceId, topic, payload; then these three
 * Sequences are not in it: the stream's id says the last one, and they have no gaps.
 */
const MAGIC = 0x31464653;
const HEADER_BYTES = 20;
const FIXED_BYTES = 17;
const MAX_TEXT_BYTES = 0xffff;

/** Above every packet limit. What is longer is refused. */
export const MAX_UPLINK_BYTES = 16 * 1024 * 1024;
/** What a frame holds at the most; a single larger uplink has a frame of its own. */
export const FRAME_UPLINKS = 2_000;
export const FRAME_BYTES = 256 * 1024;

/** More than it can need, without encoding the texts. */
export function uplinkBound({ deviceId, topic, payload }: Uplink): number {
  return FIXED_BYTES + 3 * (deviceId.length + topic.length) + payload.length;
}

/** Whether a frame can hold it. */
export function fits(uplink: Uplink): boolean {
  return uplinkBound(uplink) <= MAX_UPLINK_BYTES && textFits(uplink.deviceId) && textFits(uplink.topic);
}

function textFits(text: string): boolean {
  return text.length * 3 <= MAX_TEXT_BYTES || Buffer.byteLength(text) <= MAX_TEXT_BYTES;
}

export interface Frame {
  readonly count: number;
  readonly bytes: Buffer;
}

/** The uplinks of one partition as frames, in their order. */
export function encodeFrames(uplinks: readonly Uplink[]): Frame[] {
  const frames: Frame[] = [];
  let from = 0;
  while (from < uplinks.length) {
    let bound = 0;
    let to = from;
    while (to < uplinks.length && to - from < FRAME_UPLINKS) {
      const more = uplinkBound(uplinks[to]!);
      if (to > from && bound + more > FRAME_BYTES) break;
      bound += more;
      to += 1;
    }
    frames.push(encodeFrame(uplinks, from, to, HEADER_BYTES + bound));
    from = to;
  }
  return frames;
}

function encodeFrame(uplinks: readonly Uplink[], from: number, to: number, bound: number): Frame {
  const buffer = Buffer.allocUnsafe(bound);
  let at = HEADER_BYTES;
  let newest = -Infinity;
  for (let index = from; index < to; index++) {
    const { deviceId, topic, receivedAt, qos, payload } = uplinks[index]!;
    const deviceIdAt = at + FIXED_BYTES;
    const topicAt = writeText(buffer, deviceId, deviceIdAt);
    const payloadAt = writeText(buffer, topic, topicAt);
    buffer[at] = qos;
    buffer.writeDoubleLE(receivedAt, at + 1);
    buffer.writeUInt16LE(topicAt - deviceIdAt, at + 9);
    buffer.writeUInt16LE(payloadAt - topicAt, at + 11);
    buffer.writeUInt32LE(payload.length, at + 13);
    buffer.set(payload, payloadAt);
    at = payloadAt + payload.length;
    if (receivedAt > newest) newest = receivedAt;
  }
  const bytes = buffer.subarray(0, at);
  bytes.writeUInt32LE(MAGIC, 0);
  bytes.writeUInt32LE(to - from, 8);
  bytes.writeDoubleLE(newest, 12);
  bytes.writeUInt32LE(crc32(bytes.subarray(8)), 4);
  return { count: to - from, bytes };
}

/** Nearly every text is short ASCII, for which a loop beats a call into the runtime. */
function writeText(buffer: Buffer, text: string, at: number): number {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return at + buffer.write(text, at);
    buffer[at + index] = code;
  }
  return at + text.length;
}

/** Takes the uplinks out of one frame, bit by bit. */
export class FrameReader {
  readonly #count: number;
  /** For payloads that are plain `Uint8Array` views. */
  readonly #view: Uint8Array;
  #at = HEADER_BYTES;
  #read = 0;

  /** Fault `log.corrupt`: this is not what was written. */
  constructor(
    private readonly bytes: Buffer,
    private readonly partition: number,
    /** Sequence of the last uplink in the frame. */
    private readonly last: number,
    private readonly texts: KnownTexts,
  ) {
    if (bytes.length < HEADER_BYTES || bytes.readUInt32LE(0) !== MAGIC) throw this.#damage('is no frame');
    if (crc32(bytes.subarray(8)) !== bytes.readUInt32LE(4)) throw this.#damage('has a wrong checksum');
    this.#count = bytes.readUInt32LE(8);
    this.#view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get done(): boolean {
    return this.#read === this.#count;
  }

  /** Adds to `taken` what comes after the sequence `after`, until there are `limit`. The payloads are views. */
  take(taken: StoredUplink[], limit: number, after: number): void {
    const { bytes, partition, last, texts } = this;
    while (taken.length < limit && this.#read < this.#count) {
      const deviceIdAt = this.#at + FIXED_BYTES;
      if (deviceIdAt > bytes.length) throw this.#damage('is cut off');
      const topicAt = deviceIdAt + bytes.readUInt16LE(this.#at + 9);
      const payloadAt = topicAt + bytes.readUInt16LE(this.#at + 11);
      const end = payloadAt + bytes.readUInt32LE(this.#at + 13);
      if (end > bytes.length) throw this.#damage('is cut off');
      const sequence = last - this.#count + 1 + this.#read;
      if (sequence > after) {
        taken.push({
          deviceId: texts.read(bytes, deviceIdAt, topicAt),
          topic: texts.read(bytes, topicAt, payloadAt),
          receivedAt: bytes.readDoubleLE(this.#at + 1),
          qos: bytes[this.#at] as 0 | 1 | 2,
          payload: this.#view.subarray(payloadAt, end),
          partition,
          sequence,
        });
      }
      this.#at = end;
      this.#read += 1;
    }
  }

  #damage(what: string): Fault {
    return new Fault('log.corrupt', `the entry ${this.last}-0 of partition ${this.partition} ${what}`, false);
  }
}
