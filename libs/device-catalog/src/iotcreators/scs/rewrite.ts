import type { Result } from '@stadtfunk/kernel';
import { isDigits } from '../../bytes.ts';
import { rewriteDragino } from '../../dragino/nb/rewrite.ts';
import { isJsonObject, own, parseJson, textBody, type JsonObject } from '../../json.ts';
import { jsonPayload, shiftedNumber, type PayloadEdit } from '../../rewrite.ts';
import { decodeScs } from './decode.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function rewriteScs(payload: Uint8Array, edit: PayloadEdit): Result<Uint8Array> {
  const decoded = decodeScs(payload);
  if (!decoded.ok) return decoded;
  const text = textBody(payload);
  if (!text.ok) return text;
  const parsed = parseJson(text.value);
  if (!parsed.ok) return parsed;
  const body = parsed.value as JsonObject;
  const entries = (own(body, 'reports') as readonly unknown[]).filter(isJsonObject);
  if (!edit.pseudonyms)
    return jsonPayload({ ...body, reports: entries.map((entry) => ({ ...entry, ...later(entry, edit) })) });
  return jsonPayload({ reports: entries.flatMap((entry) => anonymous(entry, edit) ?? []) });
}

/** What changes with time: when the operator received it, and the device's own payload. */
function later(entry: JsonObject, edit: PayloadEdit): object {
  const timestamp = own(entry, 'timestamp');
  const value = own(entry, 'value');
  const inner = typeof value === 'string' ? rewriteDragino(encoder.encode(value), edit) : undefined;
  return {
    ...(typeof timestamp === 'number' && { timestamp: shiftedNumber(timestamp, edit.shiftMs) }),
    ...(inner?.ok && { value: decoder.decode(inner.value) }),
  };
}

/** Nothing of a report that cannot be read. */
function anonymous(entry: JsonObject, edit: PayloadEdit): object | undefined {
  const serial = own(entry, 'serialNumber');
  const imei = typeof serial === 'string' ? serial.replace(/^IMEI:/, '') : '';
  const changed = later(entry, edit);
  if (!isDigits(imei, 15) || !('value' in changed)) return undefined;
  return { serialNumber: `IMEI:${edit.pseudonyms!.imei(imei)}`, resourcePath: 'uplinkMsg/0/data', ...changed };
}
