import type { Result } from '@stadtfunk/kernel';
import { isQuantityName } from '@stadtfunk/readings';
import { isDigits } from '../../bytes.ts';
import { isJsonObject, own, parseJson, textBody, type JsonObject } from '../../json.ts';
import { jsonPayload, shiftedNumber, shiftedText, type PayloadEdit, type Pseudonyms } from '../../rewrite.ts';
import { decodeStadtfunk } from './decode.ts';

export function rewriteStadtfunk(payload: Uint8Array, edit: PayloadEdit): Result<Uint8Array> {
  const decoded = decodeStadtfunk(payload);
  if (!decoded.ok) return decoded;
  const text = textBody(payload);
  if (!text.ok) return text;
  const parsed = parseJson(text.value);
  if (!parsed.ok) return parsed;
  const body = parsed.value as JsonObject;
  return jsonPayload(edit.pseudonyms ? anonymous(body, edit, edit.pseudonyms) : shifted(body, edit));
}

/** The body with later times, and all else as it was. */
function shifted(body: JsonObject, { shiftMs }: PayloadEdit): object {
  const move = (raw: unknown): unknown =>
    isJsonObject(raw) && Object.hasOwn(raw, 'observedAt')
      ? { ...raw, observedAt: laterOf(raw['observedAt'], shiftMs) ?? raw['observedAt'] }
      : raw;
  const later = move(body) as Record<string, unknown>;
  const { history } = body;
  return Array.isArray(history) ? { ...later, history: history.map(move) } : later;
}

function anonymous(body: JsonObject, edit: PayloadEdit, pseudonyms: Pseudonyms): object {
  const kept: Record<string, unknown> = {};
  const imei = own(body, 'imei');
  if (typeof imei === 'string' && isDigits(imei, 15)) kept['imei'] = pseudonyms.imei(imei);
  const counter = own(body, 'counter');
  if (typeof counter === 'number') kept['counter'] = counter;
  if (own(body, 'kind') === 'event') kept['kind'] = 'event';
  Object.assign(kept, row(body, edit, pseudonyms));
  const history = own(body, 'history');
  if (Array.isArray(history)) {
    kept['history'] = history.filter(isJsonObject).map((each) => row(each, edit, pseudonyms));
  }
  return kept;
}

function row(raw: JsonObject, { shiftMs }: PayloadEdit, pseudonyms: Pseudonyms): object {
  const observedAt = laterOf(own(raw, 'observedAt'), shiftMs);
  const values = own(raw, 'values');
  return {
    ...(observedAt !== undefined && { observedAt }),
    ...(isJsonObject(values) && { values: measured(values, pseudonyms) }),
  };
}

function measured(raw: JsonObject, pseudonyms: Pseudonyms): object {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (!isQuantityName(name) || (typeof value !== 'number' && typeof value !== 'boolean')) continue;
    const isPlace = (name === 'latitude' || name === 'longitude') && typeof value === 'number';
    kept[name] = isPlace ? pseudonyms.coordinate(value) : value;
  }
  return kept;
}

function laterOf(time: unknown, shiftMs: number): string | number | undefined {
  if (typeof time === 'string') return shiftedText(time, shiftMs);
  return typeof time === 'number' ? shiftedNumber(time, shiftMs) : undefined;
}
