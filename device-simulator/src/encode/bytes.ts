const HEX = '0123456789abcdef';

/** Writes fields one after the other, into memory that is taken once. Big-endian unless said otherwise. */
export class ByteWriter {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  u8(value: number): this {
    if (this.#length === this.#bytes.length) this.#grow();
    this.#bytes[this.#length++] = value;
    return this;
  }

  u16(value: number): this {
    return this.u8(value >> 8).u8(value);
  }

  u32(value: number): this {
    return this.u16(value >>> 16).u16(value & 0xffff);
  }

  u16le(value: number): this {
    return this.u8(value).u8(value >> 8);
  }

  f32le(value: number): this {
    const at = this.#length;
    this.u8(0).u8(0).u8(0).u8(0);
    this.#view.setFloat32(at, value, true);
    return this;
  }

  ascii(text: string): this {
    for (let index = 0; index < text.length; index++) this.u8(text.charCodeAt(index));
    return this;
  }

  /** Hexadecimal digits, two a byte. */
  hex(text: string): this {
    for (let index = 0; index < text.length; index += 2) {
      this.u8((digitOf(text.charCodeAt(index)) << 4) | digitOf(text.charCodeAt(index + 1)));
    }
    return this;
  }

  bytes(bytes: Uint8Array): this {
    for (let index = 0; index < bytes.length; index++) this.u8(bytes[index]!);
    return this;
  }

  get length(): number {
    return this.#length;
  }

  /** What was written; the writer begins anew. */
  done(): Uint8Array {
    const written = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return written;
  }

  /** The same as the text of its bytes in hexadecimal digits. */
  doneAsHex(): Uint8Array {
    const text = new Uint8Array(2 * this.#length);
    for (let index = 0; index < this.#length; index++) {
      const byte = this.#bytes[index]!;
      text[2 * index] = HEX.charCodeAt(byte >> 4);
      text[2 * index + 1] = HEX.charCodeAt(byte & 15);
    }
    this.#length = 0;
    return text;
  }

  #grow(): void {
    const larger = new Uint8Array(2 * this.#bytes.length);
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

/** Of a character 0-9, a-f or A-F. */
function digitOf(code: number): number {
  return code <= 57 ? code - 48 : (code | 32) - 87;
}
