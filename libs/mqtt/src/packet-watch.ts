/** What is wrong with the packet that a fixed header announces. */
export interface PacketViolation {
  readonly code: 'packet.oversized' | 'packet.malformed';
  /** MQTT control packet type, 1..14. */
  readonly type: number;
  /** Size of the whole packet as announced. */
  readonly bytes: number;
}

const MAX_LENGTH_BYTES = 4;

/**
 * Follows the packets of a byte stream by their fixed headers (MQTT 3.1.1, section 2.2) and nothing else, so that a
 * packet that is too large is known by its first bytes, before anybody buffers it.
 */
export class PacketWatch {
  violation: PacketViolation | null = null;
  /** Type of the packet that was begun last. */
  type = 0;
  #headerBytes = 0;
  #length = 0;
  /** Bytes of the present packet that are still to come. */
  #left = 0;

  constructor(public maxPacketBytes: number) {}

  /** True between two packets. */
  get isBetween(): boolean {
    return this.#left === 0 && this.#headerBytes === 0;
  }

  /** Goes from `offset` to the end of the present packet or of the bytes, whichever comes first, and says where that is. */
  advance(bytes: Uint8Array, offset: number): number {
    if (this.#left === 0) {
      offset = this.#readHeader(bytes, offset);
      if (this.violation) return offset;
    }
    const step = Math.min(this.#left, bytes.length - offset);
    this.#left -= step;
    return offset + step;
  }

  #readHeader(bytes: Uint8Array, offset: number): number {
    if (this.#headerBytes === 0 && offset < bytes.length) {
      this.type = (bytes[offset++] ?? 0) >> 4;
      this.#headerBytes = 1;
      this.#length = 0;
    }
    while (offset < bytes.length) {
      const byte = bytes[offset++] ?? 0;
      this.#length += (byte & 127) * 128 ** (this.#headerBytes - 1);
      this.#headerBytes += 1;
      const size = this.#length + this.#headerBytes;
      if (byte < 128) {
        this.#headerBytes = 0;
        this.#left = this.#length;
        if (size > this.maxPacketBytes) this.#refuse('packet.oversized', size);
        return offset;
      }
      if (this.#headerBytes > MAX_LENGTH_BYTES) {
        this.#refuse('packet.malformed', size);
        return offset;
      }
    }
    return offset;
  }

  #refuse(code: PacketViolation['code'], bytes: number): void {
    this.violation = { code, type: this.type, bytes };
  }
}
