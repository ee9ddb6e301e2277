import { digestIn, FRAME_KINDS, HEAD_BYTES, isSound, MARK, readHead, SIGNATURE, type FrameHead } from './frame.ts';

/** A frame as it was written. */
export interface Frame {
  readonly head: FrameHead;
  readonly body: Buffer;
}

/** Bytes that are no sound frame, up to the next one. */
export interface Skipped {
  readonly bytes: number;
  readonly reason: string;
  /** Nothing sound came after it: the end of the file. */
  readonly atEnd: boolean;
}

/** Finds the sound frames in the bytes of a file, also behind damage. Holds no more than one frame in memory. */
export class FrameScanner {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #buffer: Buffer = Buffer.alloc(0);
  #at = 0;
  #ended = false;
  #headerDigest: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The header's body, or why the file is no recording. */
  async header(): Promise<Buffer | string> {
    if (!(await this.#has(SIGNATURE.length))) return 'it is empty or ends within the first bytes';
    if (this.#buffer.compare(SIGNATURE, 0, SIGNATURE.length, 0, SIGNATURE.length) !== 0) return 'not a recording';
    this.#at = SIGNATURE.length;
    const found = await this.#frameHere();
    if (typeof found === 'string') return `the header is damaged: ${found}`;
    if (found.head.kind !== FRAME_KINDS.header) return 'the first frame is no header';
    this.#headerDigest = digestIn(this.#buffer, this.#at);
    const body = Buffer.from(found.body);
    this.#at += HEAD_BYTES + body.length;
    return body;
  }

  /** The next sound frame, or what lies before it; undefined at the end. The body is valid until the next call. */
  async next(): Promise<Frame | Skipped | undefined> {
    if (!(await this.#has(1))) return undefined;
    const found = await this.#frameHere();
    if (typeof found !== 'string') {
      this.#at += HEAD_BYTES + found.body.length;
      return found;
    }
    let bytes = 0;
    for (;;) {
      // One byte on, so that the mark of the bad frame is not found again.
      bytes += 1 + this.#skipTo(this.#at + 1);
      if (!(await this.#has(1))) return { bytes, reason: found, atEnd: true };
      if (typeof (await this.#frameHere()) !== 'string') return { bytes, reason: found, atEnd: false };
    }
  }

  /** The sound frame that begins here, or why there is none. */
  async #frameHere(): Promise<Frame | string> {
    if (!(await this.#has(HEAD_BYTES))) return 'it ends within the head of a frame';
    const head = readHead(this.#buffer, this.#at);
    if (!head) return 'no frame begins here';
    if (!(await this.#has(HEAD_BYTES + head.bodyBytes))) return 'it ends within a frame';
    if (!isSound(this.#buffer, this.#at, head, this.#headerDigest)) return 'the checksum of a frame is wrong';
    const from = this.#at + HEAD_BYTES;
    return { head, body: this.#buffer.subarray(from, from + head.bodyBytes) };
  }

  /** Moves to the next mark at or behind `from`, or as far as nothing can begin; gives the bytes passed after `from`. */
  #skipTo(from: number): number {
    const found = this.#buffer.indexOf(MARK, from);
    // A mark may begin in the last bytes and end in the next chunk.
    const behind = this.#ended ? this.#buffer.length : Math.max(from, this.#buffer.length - MARK.length + 1);
    this.#at = found < 0 ? behind : found;
    return this.#at - from;
  }

  /** Reads until so many bytes follow; false where the file ends before. */
  async #has(bytes: number): Promise<boolean> {
    while (this.#buffer.length - this.#at < bytes && !this.#ended) {
      const parts = [this.#buffer.subarray(this.#at)];
      for (let length = parts[0]!.length; length < bytes && !this.#ended;) {
        const next = await this.#chunks.next();
        if (next.done) this.#ended = true;
        else {
          parts.push(Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength));
          length += next.value.length;
        }
      }
      this.#buffer = Buffer.concat(parts);
      this.#at = 0;
    }
    return this.#buffer.length - this.#at >= bytes;
  }
}
