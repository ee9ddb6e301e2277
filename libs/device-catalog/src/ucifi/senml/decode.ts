import { fail, ok, type CodedError, type Result } from '@stadtfunk/kernel';
import { isJsonObject, own, parseJson, shown, textBody, type JsonObject } from '../../json.ts';

/** A record with nothing left to inherit (RFC 8428, section 4.6), except that `t` below 2^28 stays relative to now. */
export interface SenmlRecord {
  n: string;
  u?: string;
  t: number;
  v?: number;
  vs?: string;
  vb?: boolean;
  vd?: string;
  s?: number;
}

export interface SenmlFields {
  readonly resolved: readonly SenmlRecord[];
  readonly problems: readonly CodedError[];
}

/** The highest version that this reads, and the default (RFC 8428, section 4.4). */
const VERSION = 10;
const MAX_RECORDS = 1024;
const MAX_NAME_CHARACTERS = 256;
/** As far as a Date goes. */
const MAX_TIME_SECONDS = 8.64e12;

export function decodeSenml(payload: Uint8Array): Result<SenmlFields> {
  const text = textBody(payload);
  if (!text.ok) return text;
  const parsed = parseJson(text.value);
  if (!parsed.ok) return parsed;
  const pack = parsed.value;
  if (!Array.isArray(pack)) return fail('payload.malformed', 'a SenML pack is a JSON array');
  if (pack.length === 0) return fail('payload.empty', 'a pack without records');

  const resolved: SenmlRecord[] = [];
  const problems: CodedError[] = [];
  const base: Base = { name: '', time: 0, unit: undefined, value: 0, sum: 0 };
  const records: readonly unknown[] = pack;
  for (let index = 0; index < records.length; index++) {
    if (index === MAX_RECORDS) {
      problems.push({ code: 'payload.historyTooLong', detail: `${records.length} records, kept ${MAX_RECORDS}` });
      break;
    }
    const record = records[index];
    if (!isJsonObject(record)) return fail('payload.malformed', `record ${index} is no object`);
    const reason = unsupported(record);
    if (reason) return fail(reason.code, `record ${index}: ${reason.detail}`);
    if (!rebase(base, record)) return fail('payload.malformed', `record ${index}: a base field of a wrong type`);
    const outcome = resolve(base, record);
    if (typeof outcome === 'string') return fail('payload.malformed', `record ${index}: ${outcome}`);
    if (outcome) resolved.push(outcome);
  }
  if (resolved.length === 0) return fail('payload.empty', 'no record has a value');
  return ok({ resolved, problems });
}

interface Base {
  name: string;
  time: number;
  unit: string | undefined;
  value: number;
  sum: number;
}

/** Labels that end in `_` must be understood (section 4.4). None are defined that this would understand. */
function unsupported(record: JsonObject): CodedError | undefined {
  for (const label in record) {
    if (label.charCodeAt(label.length - 1) === 95) {
      return { code: 'payload.unsupportedField', detail: `label ${shown(label)}` };
    }
  }
  const version = own(record, 'bver');
  if (version === undefined) return undefined;
  if (typeof version !== 'number') return { code: 'payload.malformed', detail: 'bver is no number' };
  return version > VERSION ? { code: 'payload.unsupportedVersion', detail: `bver ${version}` } : undefined;
}

/** Takes over what this record changes for itself and all that follow; false if a field is of a wrong type. */
function rebase(base: Base, record: JsonObject): boolean {
  const { bn, bt, bu, bv, bs } = record;
  if (bn !== undefined) {
    if (typeof bn !== 'string' || bn.length > MAX_NAME_CHARACTERS) return false;
    base.name = bn;
  }
  if (bt !== undefined) {
    if (!isFiniteNumber(bt)) return false;
    base.time = bt;
  }
  if (bu !== undefined) {
    if (typeof bu !== 'string') return false;
    base.unit = bu;
  }
  if (bv !== undefined) {
    if (!isFiniteNumber(bv)) return false;
    base.value = bv;
  }
  if (bs !== undefined) {
    if (!isFiniteNumber(bs)) return false;
    base.sum = bs;
  }
  return true;
}

/** The record with its base applied, nothing if it only sets bases, or what is wrong with it. */
function resolve(base: Base, record: JsonObject): SenmlRecord | undefined | string {
  const { n, u, t, v, vs, vb, vd, s } = record;
  const valueCount =
    Number(v !== undefined) + Number(vs !== undefined) + Number(vb !== undefined) + Number(vd !== undefined);
  if (valueCount > 1) return 'more than one value';
  if (valueCount === 0 && s === undefined) return n === undefined ? undefined : 'no value';
  if (n !== undefined && typeof n !== 'string') return 'n is no text';
  const name = n === undefined ? base.name : base.name + n;
  if (name === '' || name.length > MAX_NAME_CHARACTERS) return 'no name, or too long a name';
  if (t !== undefined && !isFiniteNumber(t)) return 't is no number';
  const time = t === undefined ? base.time : base.time + t;
  if (Math.abs(time) > MAX_TIME_SECONDS) return 't is no time';
  const resolved: SenmlRecord = { n: name, t: time };

  if (u !== undefined && typeof u !== 'string') return 'u is no text';
  const unit = u ?? base.unit;
  // A unit belongs to a number (section 4.3 gives units to measurements only).
  if (unit !== undefined && (v !== undefined || s !== undefined)) resolved.u = unit;
  if (v !== undefined) {
    if (!isFiniteNumber(v)) return 'v is no number';
    resolved.v = base.value + v;
  } else if (vs !== undefined) {
    if (typeof vs !== 'string') return 'vs is no text';
    resolved.vs = vs;
  } else if (vb !== undefined) {
    if (typeof vb !== 'boolean') return 'vb is no boolean';
    resolved.vb = vb;
  } else if (vd !== undefined) {
    if (typeof vd !== 'string') return 'vd is no text';
    resolved.vd = vd;
  }
  if (s !== undefined) {
    if (!isFiniteNumber(s)) return 's is no number';
    resolved.s = base.sum + s;
  }
  return resolved;
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
