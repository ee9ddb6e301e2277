import type { Result } from '@stadtfunk/kernel';
import { hexOf } from '../../bytes.ts';
import { own, parseJson, textBody, type JsonObject } from '../../json.ts';
import {
  jsonPayload,
  putDigits,
  putMarkedDigits,
  rewriteBinary,
  shiftedText,
  shiftU32be,
  type PayloadEdit,
} from '../../rewrite.ts';
import { decodeDragino } from './decode.ts';
import { MAX_ROWS, ROW_BYTES, V1_HEAD_BYTES, V2_HEAD_BYTES, V0_2_BYTES } from './frame.ts';
import { INPUTS, MEASUREMENTS } from './json-mode.ts';
import { repairJson } from './tolerant-json.ts';

export function rewriteDragino(payload: Uint8Array, edit: PayloadEdit): Result<Uint8Array> {
  const decoded = decodeDragino(payload);
  if (!decoded.ok) return decoded;
  if (decoded.value.mode === 'hex') return rewriteBinary(payload, (bytes) => editFrame(bytes, edit));
  const text = textBody(payload);
  if (!text.ok) return text;
  const parsed = parseJson(text.value);
  const body = parsed.ok ? parsed : parseJson(repairJson(text.value));
  if (!body.ok) return body;
  return jsonPayload(
    edit.pseudonyms ? anonymous(body.value as JsonObject, edit) : shifted(body.value as JsonObject, edit),
  );
}

function editFrame(bytes: Uint8Array, edit: PayloadEdit): void {
  const { pseudonyms } = edit;
  if (bytes[0]! >> 4 !== 0xf) {
    if (pseudonyms) putDigits(bytes, 0, pseudonyms.imei(hexOf(bytes, 0, 6)));
    if (bytes.length === V0_2_BYTES) shiftU32be(bytes, 15, edit);
    return;
  }
  const hasImsi = bytes[8]! >> 4 === 0xf;
  if (pseudonyms) putMarkedDigits(bytes, 0, pseudonyms.imei(hexOf(bytes, 0, 8).slice(1)));
  if (pseudonyms && hasImsi) putMarkedDigits(bytes, 8, pseudonyms.imsi(hexOf(bytes, 8, 16).slice(1)));
  const head = hasImsi ? V2_HEAD_BYTES : V1_HEAD_BYTES;
  shiftU32be(bytes, head - 4, edit);
  const tail = bytes.length - head;
  // Rows that are shifted somewhere are not read, and could be anything.
  if (tail % ROW_BYTES !== 0) {
    if (pseudonyms) bytes.fill(0, head);
    return;
  }
  for (let at = head; at < bytes.length; at += ROW_BYTES) shiftU32be(bytes, at + 2, edit);
}

/** The body with later times, and all else as it was. */
function shifted(body: JsonObject, { shiftMs }: PayloadEdit): object {
  const later: Record<string, unknown> = { ...body };
  const move = (value: unknown): unknown =>
    typeof value === 'string' ? (shiftedText(value, shiftMs) ?? value) : value;
  for (const key of ['time', 'gps_time']) {
    if (Object.hasOwn(body, key)) later[key] = move(body[key]);
  }
  for (let slot = 1; slot <= MAX_ROWS; slot++) {
    const row = own(body, String(slot));
    if (Array.isArray(row)) later[slot] = row.map(move);
  }
  return later;
}

/** What is read of a body, and nothing else. The model is left out: it may be the name that an OEM gave a customer's series. */
function anonymous(body: JsonObject, { shiftMs, pseudonyms }: PayloadEdit): object {
  const kept: Record<string, unknown> = {};
  const identity = (key: 'IMEI' | 'IMSI', digits: (original: string) => string) => {
    const value = own(body, key);
    if (typeof value !== 'string' && typeof value !== 'number') return;
    const pseudonym = /^\d{6,15}$/.test(String(value)) ? digits(String(value)) : '';
    if (pseudonym !== '') kept[key] = pseudonym;
  };
  identity('IMEI', (original) => pseudonyms!.imei(original));
  identity('IMSI', (original) => pseudonyms!.imsi(original));
  for (const key of [...MEASUREMENTS, ...INPUTS, 'battery', 'signal']) {
    const value = own(body, key);
    if (typeof value !== 'number') continue;
    kept[key] = key === 'latitude' || key === 'longitude' ? pseudonyms!.coordinate(value) : value;
  }
  for (const key of ['time', 'gps_time']) {
    const value = own(body, key);
    const later = typeof value === 'string' ? shiftedText(value, shiftMs) : undefined;
    if (later !== undefined) kept[key] = later;
  }
  const isDistance = typeof kept['distance'] === 'number';
  const isClimate = typeof kept['temperature'] === 'number' && typeof kept['humidity'] === 'number';
  for (let slot = 1; slot <= MAX_ROWS; slot++) {
    const row = own(body, String(slot));
    if (!Array.isArray(row)) continue;
    const cells: readonly unknown[] = row;
    const time = cells.at(-1);
    const later = typeof time === 'string' ? shiftedText(time, shiftMs) : undefined;
    const values = cells.slice(0, -1);
    // Other columns than these two could be a position.
    const isKnown = (isDistance && values.length === 1) || (isClimate && (values.length === 2 || values.length === 4));
    if (later !== undefined && isKnown && values.every((value) => typeof value === 'number'))
      kept[slot] = [...values, later];
  }
  return kept;
}
