/** So much is taken at once; what is written shares it. Little enough that one uplink which somebody keeps holds no city in memory. */
const CHUNK_BYTES = 64 * 1024;
/** With less left than this a message is begun in new memory. */
const SHORTEST_REST = 1024;

const ZERO = 48;
const MINUS = 45;
const POINT = 46;
const MOST_INT = 2 ** 31 - 1;

/** Writes fields one after the other, into memory that is taken once for many messages. Big-endian unless said otherwise. */
export class ByteWriter {
  #bytes = new Uint8Array(CHUNK_BYTES);
  #view = new DataView(this.#bytes.buffer);
  /** Where the present message begins, and where its next byte goes. */
  #start = 0;
  #at = 0;

  u8(value: number): this {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
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
    this.#reserve(4);
    this.#view.setFloat32(this.#at, value, true);
    this.#at += 4;
    return this;
  }

  ascii(text: string): this {
    this.#reserve(text.length);
    const bytes = this.#bytes;
    let at = this.#at;
    for (let index = 0; index < text.length; index++) bytes[at++] = text.charCodeAt(index);
    this.#at = at;
    return this;
  }

  /** A number as JSON has it. */
  number(value: number): this {
    const size = Math.abs(value);
    const whole = Math.floor(size);
    if (whole === size && whole <= MOST_INT) {
      this.#reserve(12);
      if (value < 0) this.#bytes[this.#at++] = MINUS;
      this.#digits(whole);
      return this;
    }
    // Nearly all others are rounded to one or two decimals.
    const hundredths = Math.round(size * 100);
    if (hundredths > MOST_INT || hundredths / 100 !== size) return this.ascii(String(value));
    this.#reserve(14);
    if (value < 0) this.#bytes[this.#at++] = MINUS;
    this.#digits(whole);
    const rest = hundredths - 100 * whole;
    const tenths = (rest / 10) | 0;
    this.#bytes[this.#at++] = POINT;
    this.#bytes[this.#at++] = ZERO + tenths;
    if (rest > 10 * tenths) this.#bytes[this.#at++] = ZERO + rest - 10 * tenths;
    return this;
  }

  /** Hexadecimal digits, two a byte. */
  hex(text: string): this {
    for (let index = 0; index < text.length; index += 2) {
      this.u8((digitOf(text.charCodeAt(index)) << 4) | digitOf(text.charCodeAt(index + 1)));
    }
    return this;
  }

  /** Each byte of these as two lower-case hexadecimal digits. */
  asHex(from: Uint8Array): this {
    this.#reserve(2 * from.length);
    const bytes = this.#bytes;
    let at = this.#at;
    for (let index = 0; index < from.length; index++) {
      const byte = from[index]!;
      bytes[at++] = HEX[byte >> 4]!;
      bytes[at++] = HEX[byte & 15]!;
    }
    this.#at = at;
    return this;
  }

  bytes(from: Uint8Array): this {
    this.#reserve(from.length);
    this.#bytes.set(from, this.#at);
    this.#at += from.length;
    return this;
  }

  get length(): number {
    return this.#at - this.#start;
  }

  /** What was written; the writer begins anew. */
  done(): Uint8Array {
    const written = new Uint8Array(this.#bytes.buffer, this.#start, this.length);
    this.#start = this.#at;
    if (this.#bytes.length - this.#at < SHORTEST_REST) this.#take(CHUNK_BYTES);
    return written;
  }

  #digits(whole: number): void {
    let length = 1;
    for (let limit = 10; whole >= limit; limit *= 10) length++;
    const bytes = this.#bytes;
    let at = (this.#at += length);
    let left = whole;
    do {
      const rest = (left / 10) | 0;
      bytes[--at] = ZERO + left - 10 * rest;
      left = rest;
    } while (left > 0);
  }

  #reserve(count: number): void {
    if (this.#at + count > this.#bytes.length) this.#take(Math.max(CHUNK_BYTES, 2 * (this.length + count)));
  }

  /** Goes on in new memory, with what has been written of the present message. */
  #take(size: number): void {
    const begun = this.#bytes.subarray(this.#start, this.#at);
    this.#bytes = new Uint8Array(size);
    this.#view = new DataView(this.#bytes.buffer);
    this.#bytes.set(begun);
    this.#at = begun.length;
    this.#start = 0;
  }
}

const HEX = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/** Of a character 0-9, a-f or A-F. */
function digitOf(code: number): number {
  return code <= 57 ? code - 48 : (code | 32) - 87;
}
