import { fail, ok, type CodedError, type Result } from '@stadtfunk/kernel';
import { hexOf, isDigits, u16be, u32be } from '../../bytes.ts';

export interface DraginoRow {
  readonly distance_mm: number;
  /** Unix seconds, UTC. */
  readonly timestamp: number;
}

/** A binary frame of the NB-IoT distance family, in Dragino's words. */
export interface DraginoFrame {
  readonly mode: 'hex';
  readonly generation: 'v0' | 'v0.2' | 'v1' | 'v2';
  readonly imei?: string;
  /** The last 12 digits of the IMEI, all that v0 and v0.2 send. */
  readonly device_id_suffix?: string;
  readonly imsi?: string;
  /** What v2 sends in the high byte of its version word: 9 is the DDS75-NB. */
  readonly model_code?: number;
  readonly version_raw: number;
  readonly fw: string;
  readonly battery_mv: number;
  readonly csq: number;
  readonly mod?: number;
  readonly interrupt: number;
  readonly interrupt_level?: number;
  readonly distance_mm: number;
  /** Unix seconds, UTC; 0 while the clock is not set. */
  readonly timestamp?: number;
  /** Slots of the frame, empty ones included. */
  readonly history_count?: number;
  readonly history?: readonly DraginoRow[];
  readonly problems: readonly CodedError[];
}

const V0_BYTES = 14;
export const V0_2_BYTES = 19;
export const V1_HEAD_BYTES = 21;
export const V2_HEAD_BYTES = 30;
export const ROW_BYTES = 6;
export const MAX_ROWS = 64;

/** v2 units of other kinds, whose frames have another layout: PS-NB pressure, SN50v3 general purpose. */
const OTHER_LAYOUTS: ReadonlySet<number> = new Set([0x01, 0x4c]);

/**
 * All four generations, whatever the device was registered as: firmware gets updated in the field. The high nibble `f`
 * before the IMEI tells v1 and v2 from v0, `f` before an IMSI tells v2 from v1, the length tells v0 from v0.2.
 * Layouts: Dragino's NB decoders and wiki; akenza-io/device-type-library and tago-io/decoders (ndds75).
 */
export function decodeFrame(bytes: Uint8Array): Result<DraginoFrame> {
  if (bytes[0]! >> 4 === 0xf) return decodeWithImei(bytes);
  if (bytes.length < V0_BYTES || (bytes.length > V0_BYTES && bytes.length < V0_2_BYTES)) {
    return fail('payload.truncated', `${bytes.length} bytes, 14 (v0) or 19 (v0.2) are a frame`);
  }
  if (bytes.length > V0_2_BYTES) return fail('payload.malformed', `${bytes.length} bytes without IMEI`);
  const suffix = hexOf(bytes, 0, 6);
  if (!isDigits(suffix, 12)) return fail('payload.identity', 'the device id is not 12 decimal digits');
  const version = u16be(bytes, 6);
  const common = {
    mode: 'hex',
    device_id_suffix: suffix,
    version_raw: version,
    fw: firmware(version),
    battery_mv: u16be(bytes, 8),
    csq: bytes[10]!,
    problems: [],
  } as const;
  if (bytes.length === V0_BYTES) {
    return ok({ ...common, generation: 'v0', distance_mm: u16be(bytes, 11), interrupt: bytes[13]! });
  }
  // v0.2 has distance before interrupt, v1 and v2 the reverse.
  return ok({
    ...common,
    generation: 'v0.2',
    mod: bytes[11]!,
    distance_mm: u16be(bytes, 12),
    interrupt: bytes[14]!,
    timestamp: u32be(bytes, 15),
  });
}

function decodeWithImei(bytes: Uint8Array): Result<DraginoFrame> {
  const hasImsi = bytes.length > 8 && bytes[8]! >> 4 === 0xf;
  const head = hasImsi ? V2_HEAD_BYTES : V1_HEAD_BYTES;
  if (bytes.length < head) return fail('payload.truncated', `${bytes.length} bytes, the head alone has ${head}`);
  const imei = hexOf(bytes, 0, 8).slice(1);
  if (!isDigits(imei, 15)) return fail('payload.identity', 'the IMEI is not 15 decimal digits');

  const problems: CodedError[] = [];
  const history = rows(bytes, head, problems);
  const at = hasImsi ? 16 : 8;
  const version = u16be(bytes, at);
  const rest = {
    battery_mv: u16be(bytes, at + 2),
    csq: bytes[at + 4]!,
    mod: bytes[at + 5]!,
    interrupt: bytes[at + 6]!,
    distance_mm: u16be(bytes, head - 6),
    timestamp: u32be(bytes, head - 4),
    history_count: history.length,
    history,
    problems,
  };
  if (!hasImsi) {
    return ok({ mode: 'hex', generation: 'v1', imei, version_raw: version, fw: firmware(version), ...rest });
  }
  const imsi = hexOf(bytes, 8, 16).slice(1);
  if (!isDigits(imsi, 15)) return fail('payload.identity', 'the IMSI is not 15 decimal digits');
  const model = version >> 8;
  if (OTHER_LAYOUTS.has(model)) return fail('payload.unsupportedVersion', `model code ${model} is no distance sensor`);
  return ok({
    mode: 'hex',
    generation: 'v2',
    imei,
    imsi,
    model_code: model,
    version_raw: version,
    fw: firmware(version & 0xff),
    interrupt_level: bytes[at + 7]!,
    ...rest,
  });
}

/** The rows behind the head. A tail that is no whole number of rows is shifted somewhere: none of it can be trusted. */
function rows(bytes: Uint8Array, from: number, problems: CodedError[]): readonly DraginoRow[] {
  const tail = bytes.length - from;
  if (tail % ROW_BYTES !== 0) {
    problems.push({ code: 'payload.historyMalformed', detail: `${tail} bytes of rows of ${ROW_BYTES}` });
    return [];
  }
  const count = Math.min(tail / ROW_BYTES, MAX_ROWS);
  if (tail / ROW_BYTES > MAX_ROWS) {
    problems.push({ code: 'payload.historyTooLong', detail: `${tail / ROW_BYTES} rows, kept ${MAX_ROWS}` });
  }
  const history: DraginoRow[] = [];
  for (let row = 0; row < count; row++) {
    const at = from + row * ROW_BYTES;
    history.push({ distance_mm: u16be(bytes, at), timestamp: u32be(bytes, at + 2) });
  }
  return history;
}

/** 152 is 1.5.2. */
function firmware(version: number): string {
  return `${Math.floor(version / 100)}.${Math.floor(version / 10) % 10}.${version % 10}`;
}
