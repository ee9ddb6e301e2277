import { fail, ok, type CodedError, type Result } from '@stadtfunk/kernel';
import { isPossible, isQuantityName, QUANTITIES, type MutableValues, type Values } from '@stadtfunk/readings';
import { isDigits } from '../../bytes.ts';
import { parseTime, timeFromNumber } from '../../device-time.ts';
import { isJsonObject, own, parseJson, shown, textBody, type JsonObject } from '../../json.ts';
import { hasValues, impossible } from '../../measured.ts';
import { decodePlain } from './plain.ts';

export interface StadtfunkRow {
  /** UTC ms. */
  readonly observedAt: number;
  readonly values: Values;
}

/** Our own JSON: canonical names and units, with times as UTC ms. docs/devices.md describes it. */
export interface StadtfunkFields {
  imei?: string;
  counter?: number;
  kind: 'periodic' | 'event';
  /** UTC ms; absent if the device has no clock, or none that is set. */
  observedAt?: number;
  values: Values;
  history: readonly StadtfunkRow[];
  problems: readonly CodedError[];
}

const MAX_ROWS = 64;
/** Of the unknown or wrong values of one object, this many are told by name. */
const MAX_VALUE_PROBLEMS = 8;

export function decodeStadtfunk(payload: Uint8Array): Result<StadtfunkFields> {
  const plain = decodePlain(payload, MAX_ROWS);
  return plain ? ok(plain) : decodeAny(payload);
}

/** The whole of what the format allows, and what is wrong with the rest. */
export function decodeAny(payload: Uint8Array): Result<StadtfunkFields> {
  const text = textBody(payload);
  if (!text.ok) return text;
  const parsed = parseJson(text.value);
  if (!parsed.ok) return parsed;
  const body = parsed.value;
  if (!isJsonObject(body)) return fail('payload.malformed', 'not a JSON object');

  const problems: CodedError[] = [];
  const rawValues = own(body, 'values');
  const rawHistory = own(body, 'history');
  if (rawValues !== undefined && !isJsonObject(rawValues)) return fail('payload.malformed', 'values is no object');
  if (rawValues === undefined && rawHistory === undefined) return fail('payload.malformed', 'no values');
  const values = rawValues === undefined ? {} : valuesOf(rawValues, problems);
  const history = rawHistory === undefined || rawHistory === null ? [] : rowsOf(rawHistory, problems);
  if (!hasValues(values) && history.length === 0) {
    const [first] = problems;
    return first ? fail(first.code, first.detail) : fail('payload.empty', 'no value');
  }

  const fields: StadtfunkFields = { kind: 'periodic', values, history, problems };
  const imei = own(body, 'imei');
  if (imei !== undefined && imei !== null) {
    if (typeof imei !== 'string' || !isDigits(imei, 15)) return fail('payload.identity', 'imei is not 15 digits');
    fields.imei = imei;
  }
  const counter = own(body, 'counter');
  if (typeof counter === 'number' && Number.isSafeInteger(counter) && counter >= 0) fields.counter = counter;
  else if (counter !== undefined && counter !== null) problems.push(malformed('counter is no count'));
  const kind = own(body, 'kind');
  if (kind === 'event') fields.kind = 'event';
  else if (kind !== undefined && kind !== null && kind !== 'periodic') {
    problems.push(malformed('kind is neither event nor periodic'));
  }
  const observedAt = timeOf(own(body, 'observedAt'), problems);
  if (observedAt !== undefined) fields.observedAt = observedAt;
  return ok(fields);
}

function valuesOf(raw: JsonObject, problems: CodedError[]): MutableValues {
  const values: MutableValues = {};
  let wrong = 0;
  for (const name in raw) {
    const value = raw[name];
    // null is a measurement that the device could not take.
    if (value === null) continue;
    const problem = enter(values, name, value);
    if (problem && ++wrong <= MAX_VALUE_PROBLEMS) problems.push(problem);
  }
  return values;
}

function enter(values: MutableValues, name: string, value: unknown): CodedError | undefined {
  if (!isQuantityName(name)) return { code: 'payload.unknownQuantity', detail: shown(name) };
  const { kind } = QUANTITIES[name];
  if (typeof value !== (kind === 'flag' ? 'boolean' : 'number')) {
    return malformed(`${name} is no ${kind === 'flag' ? 'true or false' : 'number'}`);
  }
  const known = value as number | boolean;
  if (!isPossible(name, known)) return impossible(name, known);
  values[name] = known;
  return undefined;
}

function rowsOf(raw: unknown, problems: CodedError[]): readonly StadtfunkRow[] {
  if (!Array.isArray(raw)) {
    problems.push({ code: 'payload.historyMalformed', detail: 'history is no list' });
    return [];
  }
  const list: readonly unknown[] = raw;
  const rows: StadtfunkRow[] = [];
  let malformedRows = 0;
  for (let index = 0; index < list.length && index < MAX_ROWS; index++) {
    const row = list[index];
    const rowValues = isJsonObject(row) ? own(row, 'values') : undefined;
    const time = isJsonObject(row) ? readTime(own(row, 'observedAt')) : undefined;
    if (time === undefined || !isJsonObject(rowValues)) {
      malformedRows++;
      continue;
    }
    const values = valuesOf(rowValues, problems);
    if (hasValues(values)) rows.push({ observedAt: time, values });
  }
  if (malformedRows > 0) {
    problems.push({ code: 'payload.historyMalformed', detail: `${malformedRows} rows without observedAt or values` });
  }
  if (list.length > MAX_ROWS) {
    problems.push({ code: 'payload.historyTooLong', detail: `${list.length} rows, kept ${MAX_ROWS}` });
  }
  return rows;
}

/** Absent, null and 0 say that the clock is not set; anything else that is no time is a problem. */
function timeOf(raw: unknown, problems: CodedError[]): number | undefined {
  if (raw === undefined || raw === null || raw === 0) return undefined;
  const time = readTime(raw);
  if (time === undefined) {
    const detail = typeof raw === 'string' ? shown(raw) : typeof raw === 'number' ? String(raw) : typeof raw;
    problems.push({ code: 'time.malformed', detail: `observedAt ${detail}` });
  }
  return time;
}

function readTime(raw: unknown): number | undefined {
  if (typeof raw === 'string') return parseTime(raw, false);
  return typeof raw === 'number' ? timeFromNumber(raw) : undefined;
}

function malformed(detail: string): CodedError {
  return { code: 'payload.malformed', detail };
}
