/** Writes fields one after the other. Big-endian unless said otherwise. */
export class ByteWriter {
  readonly #bytes: number[] = [];

  u8(value: number): this {
    this.#bytes.push(value & 0xff);
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
    const view = new DataView(new ArrayBuffer(4));
    view.setFloat32(0, value, true);
    for (let index = 0; index < 4; index++) this.u8(view.getUint8(index));
    return this;
  }

  ascii(text: string): this {
    for (const character of text) this.u8(character.charCodeAt(0));
    return this;
  }

  hex(text: string): this {
    for (let index = 0; index < text.length; index += 2) this.u8(Number.parseInt(text.slice(index, index + 2), 16));
    return this;
  }

  get length(): number {
    return this.#bytes.length;
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}
