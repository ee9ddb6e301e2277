import { Fault, messageOf } from '@stadtfunk/kernel';
import { AbortError, HttpError, RequestTimedOutError } from '@influxdata/influxdb-client';

/** Client errors that pass: request timeout, too early, too many requests. */
const PASSING = new Set([408, 425, 429]);
const LONGEST_DETAIL = 300;

/** What became of a request that did not succeed. */
export interface Failure {
  /**
   * `away`: the same request may succeed later. `refused`: the server will not take what was sent. `tooLarge`: not that
   * much at once. `missing`: no such database or bucket. `failed`: nothing that the request could do about it.
   */
  readonly kind: 'away' | 'refused' | 'tooLarge' | 'missing' | 'failed';
  readonly detail: string;
  /** How long the server asked to be left alone. */
  readonly retryAfterMs: number;
}

export function failureOf(thrown: unknown): Failure {
  if (!(thrown instanceof HttpError)) {
    return { kind: isNoAnswer(thrown) ? 'away' : 'failed', detail: detailOf(messageOf(thrown)), retryAfterMs: 0 };
  }
  const { statusCode, headers } = thrown;
  const detail = `${statusCode}: ${detailOf(textOf(thrown))}`;
  const retryAfterMs = retryAfterOf(headers?.['retry-after']);
  return { kind: kindOf(statusCode), detail, retryAfterMs };
}

/** Faults: `telemetry.unavailable` (retryable), `telemetry.failed`. */
export function faultOf({ kind, detail }: Failure, cause: unknown): Fault {
  const isAway = kind === 'away';
  return new Fault(isAway ? 'telemetry.unavailable' : 'telemetry.failed', `InfluxDB: ${detail}`, isAway, cause);
}

/** The connection could not be made or broke, time ran out, or the answer was cut off. */
function isNoAnswer(thrown: unknown): boolean {
  if (thrown instanceof AbortError || thrown instanceof RequestTimedOutError || thrown instanceof SyntaxError)
    return true;
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string';
}

function kindOf(status: number): Failure['kind'] {
  if (status >= 500 || PASSING.has(status)) return 'away';
  if (status === 400 || status === 422) return 'refused';
  if (status === 413) return 'tooLarge';
  return status === 404 ? 'missing' : 'failed';
}

/** 1.x answers `{ error }`, 2.x `{ code, message }`. */
function textOf({ json, message, body }: HttpError): string {
  const answer: unknown = json;
  if (typeof answer === 'object' && answer !== null && 'error' in answer) return String(answer.error);
  return message || body || '';
}

/** The header is a number of seconds or an HTTP date (RFC 9110, 10.2.3). */
function retryAfterOf(header: string | string[] | undefined): number {
  const text = Array.isArray(header) ? header[0] : header;
  if (!text) return 0;
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return ms > 0 ? ms : 0;
}

const detailOf = (text: string): string =>
  text.length > LONGEST_DETAIL ? `${text.slice(0, LONGEST_DETAIL)}...` : text;
