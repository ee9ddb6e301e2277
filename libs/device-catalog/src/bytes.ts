import { fail, ok, type Result } from '@stadtfunk/kernel';

/** Longer than any binary frame of the catalogue, also as hex text. */
const MAX_BINARY_BYTES = 4096;

/** Value of an ASCII hex digit, 255 for any other byte. */
const HEX_VALUE = Uint8Array.from({ length: 256 }, (_, code) => {
  const value = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(value) ? 255 : value;
});

/**
 * The bytes of a binary payload. Firmware publishes them raw, or as ASCII hex of any case, with or without a line end;
 * which of the two is told by the bytes themselves, as no binary frame consists of hex digits only.
 */
export function binaryBody(payload: Uint8Array): Result<Uint8Array> {
  let end = payload.length;
  if (end > MAX_BINARY_BYTES) return fail('payload.tooLarge', `${end} bytes, at most ${MAX_BINARY_BYTES}`);
  if (end === 0) return fail('payload.empty', 'no bytes');
  if (HEX_VALUE[payload[0]!] === 255) {
    return isText(payload) ? fail('payload.notHex', 'text that is not hex') : ok(payload);
  }
  while (end > 0 && isPadding(payload[end - 1]!)) end--;
  for (let index = 1; index < end; index++) {
    if (HEX_VALUE[payload[index]!] !== 255) continue;
    return isText(payload) ? fail('payload.notHex', `no hex digit at ${index}`) : ok(payload);
  }
  if (end % 2 === 1) return fail('payload.notHex', `odd number of hex digits, ${end}`);
  return ok(fromHex(payload, end));
}

/** The bytes that these ASCII hex digits, known to be such, stand for. */
function fromHex(digits: Uint8Array, end: number): Uint8Array {
  const bytes = new Uint8Array(end / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = (HEX_VALUE[digits[2 * index]!]! << 4) | HEX_VALUE[digits[2 * index + 1]!]!;
  }
  return bytes;
}

/** Line end, space, and the NUL that some firmware sends along from its C string. */
function isPadding(byte: number): boolean {
  return byte === 0x0a || byte === 0x0d || byte === 0x20 || byte === 0x00;
}

function isText(bytes: Uint8Array): boolean {
  for (const byte of bytes) {
    if (byte > 0x7e || (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d)) return false;
  }
  return true;
}

export function u16be(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

export function s16be(bytes: Uint8Array, at: number): number {
  return (u16be(bytes, at) << 16) >> 16;
}

export function u16le(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}

export function s16le(bytes: Uint8Array, at: number): number {
  return (u16le(bytes, at) << 16) >> 16;
}

export function s8(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) >> 24;
}

export function u32be(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

export function s32le(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

const floatBytes = new Uint8Array(4);
const floatView = new DataView(floatBytes.buffer);

export function f32le(bytes: Uint8Array, at: number): number {
  for (let index = 0; index < 4; index++) floatBytes[index] = bytes[at + index]!;
  return floatView.getFloat32(0, true);
}

/** Lower-case hex of a part; binary-coded decimals read as their digits. */
export function hexOf(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let index = from; index < to; index++) {
    const byte = bytes[index]!;
    text += DIGITS[byte >> 4]! + DIGITS[byte & 15]!;
  }
  return text;
}

const DIGITS = '0123456789abcdef';

/** ASCII text of a part; what is not printable becomes `?`, so that it can be shown and logged. */
export function asciiOf(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let index = from; index < to; index++) {
    const byte = bytes[index]!;
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '?';
  }
  return text;
}

/** Whether a text is `length` decimal digits. */
export function isDigits(text: string, length: number): boolean {
  if (text.length !== length) return false;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code < 48 || code > 57) return false;
  }
  return true;
}
