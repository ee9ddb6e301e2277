import type { IncomingHttpHeaders } from 'node:http';
import { ok, type Clock } from '@stadtfunk/kernel';
import { retryAfterMs } from '@stadtfunk/outbound';
import type { Authorizer } from './authorizer.ts';
import { failed, type Answer } from './failure.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from './http-client.ts';

export interface JsonAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** undefined: the answer has no body. */
  readonly json: unknown;
}

export interface JsonRequest extends Omit<HttpRequest, 'body' | 'headers'> {
  readonly headers?: Readonly<Record<string, string>>;
  /** As JSON, or a file as it is. */
  readonly body?: unknown;
}

/** What is sent as it is, and not as JSON. */
export class FileBody {
  constructor(
    readonly mediaType: string,
    readonly bytes: Uint8Array,
  ) {}
}

/** Where the other side had too much to do, or somebody else was at it. */
const RETRYABLE_4XX: readonly number[] = [401, 407, 408, 409, 423, 425, 429];
/** Asked to wait without being told how long. */
const DEFAULT_PAUSE_MS = 60_000;

/** JSON over HTTP, as somebody whom the other side knows. */
export class ApiClient {
  readonly #http: HttpClient;
  readonly #authorizer: Authorizer;
  readonly #clock: Clock;
  #pausedUntil = 0;

  constructor(http: HttpClient, authorizer: Authorizer, clock: Clock) {
    this.#http = http;
    this.#authorizer = authorizer;
    this.#clock = clock;
  }

  /** How long the other side asked to be left alone, ms. */
  pauseMs(): number {
    return Math.max(this.#pausedUntil - this.#clock.now(), 0);
  }

  /** A 2xx with its JSON, or why not. */
  async call(request: JsonRequest): Promise<Answer<JsonAnswer>> {
    const first = await this.#once(request);
    const isRefused = first.ok && first.value.status === 401;
    const answer = isRefused && this.#authorizer.refused() ? await this.#once(request) : first;
    return answer.ok ? this.#judge(answer.value) : answer;
  }

  async #once({ body, headers = {}, ...request }: JsonRequest): Promise<Answer<HttpAnswer>> {
    const who = await this.#authorizer.headers();
    if (!who.ok) return who;
    const isFile = body instanceof FileBody;
    const mediaType = isFile ? body.mediaType : 'application/json; charset=utf-8';
    return this.#http.ask({
      ...request,
      headers: { ...(body !== undefined && { 'content-type': mediaType }), ...headers, ...who.value },
      ...(body !== undefined && { body: isFile ? body.bytes : JSON.stringify(body) }),
    });
  }

  #judge({ status, headers, text }: HttpAnswer): Answer<JsonAnswer> {
    if (status >= 200 && status < 300) {
      if (text.trim() === '') return ok({ status, headers, json: undefined });
      const json = parsed(text);
      // A login page, a gateway's greeting, half an answer: whatever was done is not known.
      if (json === undefined) return failed('handover.answer', `status ${status} without JSON`, true);
      return ok({ status, headers, json });
    }
    const detail = `status ${status}`;
    if (status === 401 || status === 407) return failed('handover.login', detail, true);
    if (status >= 300 && status < 400)
      return failed('handover.redirected', `${detail}; redirects are not followed`, true);
    const asked = retryAfterMs(headers, this.#clock.now()) ?? this.#untilReset(headers);
    const pauseMs = status === 429 ? (asked ?? DEFAULT_PAUSE_MS) : status === 503 ? (asked ?? null) : null;
    if (pauseMs !== null) this.#pausedUntil = this.#clock.now() + pauseMs;
    if (status === 429) return failed('handover.limited', detail, true, pauseMs);
    const isFinal = status >= 400 && status < 500 && !RETRYABLE_4XX.includes(status);
    return failed(status === 404 ? 'handover.notFound' : 'handover.status', detail, !isFinal, pauseMs);
  }

  /** `X-RateLimit-Reset`: Unix time of the next reset (ServiceNow, "Inbound REST API rate limiting"). */
  #untilReset(headers: IncomingHttpHeaders): number | undefined {
    const reset = headers['x-ratelimit-reset'];
    if (typeof reset !== 'string' || !/^\d{9,11}$/.test(reset)) return undefined;
    const waitMs = Number(reset) * 1_000 - this.#clock.now();
    return waitMs > 0 && waitMs <= 2 * 3_600_000 ? waitMs : undefined;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
