/** An uplink that is too large to be taken: what is known of it without keeping it. */
export interface OversizedPublish {
  readonly topic: string;
  readonly qos: 0 | 1 | 2;
  readonly messageId: number;
  readonly bytes: number;
}

export interface FrameHandlers {
  /** One whole packet. */
  onFrame(frame: Buffer): void;
  onOversized(publish: OversizedPublish): void;
}

const PUBLISH = 3;
const MAX_LENGTH_BYTES = 4;
const NOTHING = Buffer.alloc(0);

/**
 * Cuts a byte stream into packets by their fixed headers (MQTT 3.1.1, section 2.2). Of a PUBLISH above the limit only topic
 * and packet id are read, and the rest is passed over, so that it can be acknowledged without being held in memory.
 */
export class FrameReader {
  #parts: Buffer[] = [];
  #held = 0;
  /** Bytes that must be there before it is worth looking again. */
  #needed = 0;
  /** Bytes of an oversized packet that are still to come. */
  #skip = 0;

  constructor(
    private readonly maxPacketBytes: number,
    private readonly handlers: FrameHandlers,
  ) {}

  /** Takes what a socket read brought. Gives what is wrong with it, after which the stream cannot be followed any more. */
  push(chunk: Buffer): string | null {
    this.#parts.push(chunk);
    this.#held += chunk.length;
    if (this.#held < this.#needed && this.#skip === 0) return null;
    let bytes = this.#parts.length === 1 ? chunk : Buffer.concat(this.#parts, this.#held);
    this.#needed = 0;
    let problem: string | null = null;
    while (this.#needed === 0 && bytes.length > 0 && problem === null) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, bytes.length);
        this.#skip -= step;
        bytes = bytes.subarray(step);
      } else {
        const header = readHeader(bytes);
        if (header === 'malformed') problem = 'a packet has a malformed length';
        else if (header === null) this.#needed = bytes.length + 1;
        else if (header.headerBytes + header.length > this.maxPacketBytes) problem = this.#passOver(bytes, header);
        else bytes = this.#take(bytes, header.headerBytes + header.length);
      }
    }
    this.#parts = bytes.length > 0 ? [bytes] : [];
    this.#held = bytes.length;
    return problem;
  }

  #take(bytes: Buffer, size: number): Buffer {
    if (bytes.length < size) {
      this.#needed = size;
      return bytes;
    }
    this.handlers.onFrame(bytes.subarray(0, size));
    return bytes.length === size ? NOTHING : bytes.subarray(size);
  }

  #passOver(bytes: Buffer, { headerBytes, length }: Header): string | null {
    const first = bytes[0] ?? 0;
    if (first >> 4 !== PUBLISH) return 'a packet that is no PUBLISH is too large';
    const qos = ((first >> 1) & 3) as OversizedPublish['qos'];
    const topicAt = headerBytes + 2;
    if (bytes.length < topicAt) {
      this.#needed = topicAt;
      return null;
    }
    const topicEnd = topicAt + bytes.readUInt16BE(headerBytes);
    const end = qos > 0 ? topicEnd + 2 : topicEnd;
    if (end > headerBytes + length) return 'a PUBLISH is shorter than its topic';
    if (bytes.length < end) {
      this.#needed = end;
      return null;
    }
    this.#skip = headerBytes + length;
    this.handlers.onOversized({
      topic: bytes.toString('utf8', topicAt, topicEnd),
      qos,
      messageId: qos > 0 ? bytes.readUInt16BE(topicEnd) : 0,
      bytes: headerBytes + length,
    });
    return null;
  }
}

interface Header {
  readonly headerBytes: number;
  readonly length: number;
}

function readHeader(bytes: Buffer): Header | 'malformed' | null {
  let length = 0;
  for (let index = 1; index <= MAX_LENGTH_BYTES; index++) {
    const byte = bytes[index];
    if (byte === undefined) return null;
    length += (byte & 127) * 128 ** (index - 1);
    if (byte < 128) return { headerBytes: index + 1, length };
  }
  return 'malformed';
}
