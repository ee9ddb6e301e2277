import { fail, ok, type CodedError, type Result } from '@stadtfunk/kernel';
import { isDigits } from '../../bytes.ts';
import { decodeDragino, type DraginoFields } from '../../dragino/nb/decode.ts';
import { isJsonObject, own, parseJson, shown, textBody, type JsonObject } from '../../json.ts';

/** What stands around the device's own payload. */
export interface ScsEnvelope {
  /** The identity by the network, which beats the payload's own. */
  readonly imei: string;
  /** Network arrival, UTC ms. */
  readonly received_at_ms: number;
  readonly resource_path?: string;
  readonly inner_hex: string;
}

export interface ScsReport {
  readonly envelope: ScsEnvelope;
  readonly inner: DraginoFields;
}

/** The first report, flat, with all reports that could be read beside it. */
export type ScsFields = Omit<DraginoFields, 'imei'> &
  ScsEnvelope & { readonly reports: readonly ScsReport[]; readonly envelope_problems: readonly CodedError[] };

const MAX_REPORTS = 16;
const encoder = new TextEncoder();

/**
 * The callback of Deutsche Telekom's IoT Creators: JSON around hex of the device's payload, here of Dragino devices.
 * Source: docs.iotcreators.com, "DRAGINO Distance Detection Sensor (NDDS75)".
 */
export function decodeScs(payload: Uint8Array): Result<ScsFields> {
  const text = textBody(payload);
  if (!text.ok) return text;
  const parsed = parseJson(text.value);
  if (!parsed.ok) return parsed;
  const list: unknown = isJsonObject(parsed.value) ? own(parsed.value, 'reports') : undefined;
  if (!Array.isArray(list)) return fail('payload.malformed', 'no list of reports');
  if (list.length === 0) return fail('payload.empty', 'no reports');

  const reports: ScsReport[] = [];
  const problems: CodedError[] = [];
  const entries: readonly unknown[] = list;
  for (const entry of entries.slice(0, MAX_REPORTS)) {
    const report = isJsonObject(entry) ? unwrap(entry) : fail('payload.malformed', 'a report is no object');
    if (!report.ok) problems.push(report.error);
    else if (reports[0] && reports[0].envelope.imei !== report.value.envelope.imei) {
      problems.push({ code: 'payload.identity', detail: 'a report of another device' });
    } else reports.push(report.value);
  }
  if (list.length > MAX_REPORTS) {
    problems.push({ code: 'payload.historyTooLong', detail: `${list.length} reports, kept ${MAX_REPORTS}` });
  }
  const [first] = reports;
  if (!first) return fail(problems[0]!.code, problems[0]!.detail);
  return ok({ ...first.inner, ...first.envelope, reports, envelope_problems: problems });
}

function unwrap(entry: JsonObject): Result<ScsReport> {
  const serial = own(entry, 'serialNumber');
  const value = own(entry, 'value');
  const timestamp = own(entry, 'timestamp');
  const path = own(entry, 'resourcePath');
  if (typeof serial !== 'string' || typeof value !== 'string') {
    return fail('payload.malformed', 'a report without serialNumber or value');
  }
  const imei = serial.startsWith('IMEI:') ? serial.slice(5) : serial;
  if (!isDigits(imei, 15)) return fail('payload.identity', `serialNumber ${shown(serial)} is no IMEI`);
  if (typeof timestamp !== 'number' || !Number.isSafeInteger(timestamp) || timestamp < 0) {
    return fail('payload.malformed', 'a report without timestamp');
  }
  const inner = decodeDragino(encoder.encode(value));
  if (!inner.ok) return inner;
  const envelope: ScsEnvelope = {
    imei,
    received_at_ms: timestamp,
    inner_hex: value,
    ...(typeof path === 'string' && path.length <= 128 ? { resource_path: path } : {}),
  };
  return ok({ envelope, inner: inner.value });
}
