import { fail, ok, type CodedError, type Result } from '@stadtfunk/kernel';
import { isDigits } from '../../bytes.ts';
import { isJsonObject, own, parseJson, shown, type JsonObject } from '../../json.ts';
import { repairJson } from './tolerant-json.ts';

export const MEASUREMENTS = ['distance', 'temperature', 'humidity', 'DS18B20_Temp', 'latitude', 'longitude'] as const;
export const INPUTS = [
  'mod',
  'digital_in',
  'adc1',
  'adc2',
  'adc3',
  'interrupt',
  'interrupt_level',
  'interrupt_pa4',
  'interrupt_level_pa4',
  'interrupt_pa8',
  'interrupt_level_pa8',
] as const;
type NumberKey = (typeof MEASUREMENTS)[number] | (typeof INPUTS)[number];

export interface DraginoJsonRow {
  readonly values: readonly number[];
  readonly time: string;
}

/** A body of the "general JSON" mode, in Dragino's words. */
export type DraginoJson = { readonly [key in NumberKey]?: number } & {
  readonly mode: 'json';
  readonly imei?: string;
  readonly imsi?: string;
  /** May be an OEM's name (`DTN-300-FSN7-DC`): never decide by it. */
  readonly model?: string;
  readonly battery_v?: number;
  readonly csq?: number;
  readonly time?: string;
  readonly gps_time?: string;
  readonly history_count: number;
  readonly history: readonly DraginoJsonRow[];
  readonly problems: readonly CodedError[];
};
type Draft = { -readonly [key in keyof DraginoJson]: DraginoJson[key] };

const MAX_ROWS = 64;

export function decodeJsonMode(text: string): Result<DraginoJson> {
  let parsed = parseJson(text);
  if (!parsed.ok) {
    const repaired = parseJson(repairJson(text));
    if (!repaired.ok) return parsed;
    parsed = repaired;
  }
  if (!isJsonObject(parsed.value)) return fail('payload.malformed', 'not a JSON object');
  const body = parsed.value;

  const problems: CodedError[] = [];
  const fields: Draft = { mode: 'json', history_count: 0, history: [], problems };
  let used = false;
  const number = (key: string): number | undefined => {
    const value = own(body, key);
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'number') return value;
    problems.push({ code: 'payload.malformed', detail: `${key} is no number` });
    return undefined;
  };
  for (const key of MEASUREMENTS) {
    const value = number(key);
    if (value === undefined) continue;
    fields[key] = value;
    used = true;
  }
  for (const key of INPUTS) {
    const value = number(key);
    if (value !== undefined) fields[key] = value;
  }
  const battery = number('battery');
  if (battery !== undefined) fields.battery_v = battery;
  const signal = number('signal');
  if (signal !== undefined) fields.csq = signal;

  const imei = identity(body, 'IMEI');
  if (imei !== undefined) {
    if (!isDigits(imei, 15)) return fail('payload.identity', `IMEI ${shown(imei)} is not 15 decimal digits`);
    fields.imei = imei;
  }
  const imsi = identity(body, 'IMSI');
  if (imsi !== undefined) fields.imsi = imsi;
  const model = textOf(body, 'Model');
  if (model !== undefined) fields.model = model;
  const time = textOf(body, 'time');
  if (time !== undefined) fields.time = time;
  const gpsTime = textOf(body, 'gps_time');
  if (gpsTime !== undefined) fields.gps_time = gpsTime;

  fields.history = history(body, problems);
  fields.history_count = fields.history.length;
  if (!used && battery === undefined && signal === undefined && fields.history.length === 0) {
    return fail('payload.malformed', 'none of the keys that Dragino devices send');
  }
  return ok(fields);
}

/** The rows under "1", "2", …: numbers, then the time. */
function history(body: JsonObject, problems: CodedError[]): readonly DraginoJsonRow[] {
  const rows: DraginoJsonRow[] = [];
  let malformed = 0;
  for (let slot = 1; slot <= MAX_ROWS; slot++) {
    const row = own(body, String(slot));
    if (row === undefined) continue;
    const time: unknown = Array.isArray(row) ? row.at(-1) : undefined;
    const values: unknown[] = Array.isArray(row) ? row.slice(0, -1) : [];
    if (typeof time === 'string' && values.length > 0 && values.length <= 16 && values.every(isNumber)) {
      rows.push({ values, time });
    } else {
      malformed++;
    }
  }
  if (malformed > 0) problems.push({ code: 'payload.historyMalformed', detail: `${malformed} rows` });
  if (own(body, String(MAX_ROWS + 1)) !== undefined) {
    problems.push({ code: 'payload.historyTooLong', detail: `more than ${MAX_ROWS} rows` });
  }
  return rows;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

/** Digits that some firmware sends as a number. */
function identity(body: JsonObject, key: string): string | undefined {
  const value = own(body, key);
  return typeof value === 'number' ? String(value) : textOf(body, key);
}

function textOf(body: JsonObject, key: string): string | undefined {
  const value = own(body, key);
  return typeof value === 'string' && value.length <= 64 ? value : undefined;
}
