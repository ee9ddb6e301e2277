import type { Result } from '@stadtfunk/kernel';
import { binaryBody, u32be } from './bytes.ts';
import { parseTime } from './device-time.ts';

/** Stands for the identities, places and texts in payloads. The same always gives the same, of the same length and shape. */
export interface Pseudonyms {
  /** For 15 digits, or for the last 12 of them: then it gives the last 12 of what it gives for all. */
  imei(digits: string): string;
  imsi(digits: string): string;
  /** 19 or 20 characters, digits but for the filling. */
  iccid(text: string): string;
  /** For hex digits. */
  serialNumber(digits: string): string;
  /** A latitude or longitude that many places share, degrees. */
  coordinate(degrees: number): number;
}

/** What is to be made of a payload. */
export interface PayloadEdit {
  /** By how much every time in it becomes later, ms; whole seconds, as most devices know no less. */
  readonly shiftMs: number;
  /** null: identities, places and texts stay. Else what is neither measured nor needed to read it is left out as well. */
  readonly pseudonyms: Pseudonyms | null;
}

/** Before this no NB-IoT device existed: such a time is no date, but a clock that was never set, and stays. */
const FIRST_POSSIBLE_S = Date.UTC(2016, 0, 1) / 1000;
const SECONDS_BELOW = 1e11;

/** Edits the bytes of a binary payload in place; raw stays raw, and hex digits stay hex digits of their case. */
export function rewriteBinary(payload: Uint8Array, edit: (bytes: Uint8Array) => void): Result<Uint8Array> {
  const body = binaryBody(payload);
  if (!body.ok) return body;
  // Not `slice`, which gives a view of the same bytes where they are a Buffer.
  const bytes = Uint8Array.from(body.value);
  edit(bytes);
  if (body.value === payload) return { ok: true, value: bytes };
  // What follows the digits is a line end.
  const text = Uint8Array.from(payload);
  const isUpper = payload.some((byte) => byte >= 0x41 && byte <= 0x46);
  const digits = isUpper ? '0123456789ABCDEF' : '0123456789abcdef';
  bytes.forEach((byte, index) => {
    text[2 * index] = digits.charCodeAt(byte >> 4);
    text[2 * index + 1] = digits.charCodeAt(byte & 15);
  });
  return { ok: true, value: text };
}

/** Shifts a time of Unix seconds, 32 bits, big-endian. */
export function shiftU32be(bytes: Uint8Array, at: number, { shiftMs }: PayloadEdit): void {
  const seconds = shiftedNumber(u32be(bytes, at), shiftMs);
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(at, Math.min(0xffffffff, Math.max(0, Math.round(seconds))));
}

/** A number of seconds or milliseconds, told apart by magnitude, so much later. */
export function shiftedNumber(value: number, shiftMs: number): number {
  const isSeconds = value < SECONDS_BELOW;
  if (!((isSeconds ? value : value / 1000) >= FIRST_POSSIBLE_S)) return value;
  // To the microsecond: no more is left of a binary fraction.
  return isSeconds ? Math.round((value + shiftMs / 1000) * 1e6) / 1e6 : value + shiftMs;
}

/** A time in text so much later, written as it was; undefined if it is none. */
export function shiftedText(text: string, shiftMs: number): string | undefined {
  if (parseTime(text, true) === undefined) return undefined;
  // The date and time of day move, what follows (fraction, zone) stays.
  const local = parseTime(text.slice(0, 19), true)!;
  if (local / 1000 < FIRST_POSSIBLE_S) return text;
  const later = new Date(local + shiftMs).toISOString();
  if (later.length > 24) return text;
  return later.slice(0, 10).replaceAll('-', text[4]!) + text[10]! + later.slice(11, 19) + text.slice(19);
}

/** Puts decimals into the low nibble of a byte and all nibbles that follow: an identity behind a digit that marks it. */
export function putMarkedDigits(bytes: Uint8Array, at: number, digits: string): void {
  bytes[at] = (bytes[at]! & 0xf0) | Number(digits[0]);
  putDigits(bytes, at + 1, digits.slice(1));
}

/** Puts hex digits, two a byte. */
export function putDigits(bytes: Uint8Array, at: number, digits: string): void {
  for (let index = 0; index < digits.length; index += 2) {
    bytes[at + index / 2] = Number.parseInt(digits.slice(index, index + 2), 16);
  }
}

export function putAscii(bytes: Uint8Array, at: number, text: string): void {
  for (let index = 0; index < text.length; index++) bytes[at + index] = text.charCodeAt(index);
}

const encoder = new TextEncoder();

export function jsonPayload(document: unknown): Result<Uint8Array> {
  return { ok: true, value: encoder.encode(JSON.stringify(document)) };
}
