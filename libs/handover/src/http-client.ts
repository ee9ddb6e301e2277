import { lookup as systemLookup } from 'node:dns';
import { request as requestHttp, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { Fault, ok } from '@stadtfunk/kernel';
import { addressGuard, guardedLookup, REFUSED_ADDRESS, type AddressGuard } from '@stadtfunk/outbound';
import { failed, type Answer } from './failure.ts';

export interface HttpClientOptions {
  readonly timeoutMs: number;
  /** Whether requests may leave this machine without TLS. */
  readonly insecure: boolean;
  /** Whether the other system may be on this machine or in a private network. */
  readonly allowPrivate: boolean;
  /** How names become addresses. */
  readonly lookup?: LookupFunction;
  /** Certificates to trust, PEM. Unset: those of the system and of NODE_EXTRA_CA_CERTS. */
  readonly ca?: string;
  /** A longer answer is none: protects memory. */
  readonly maxAnswerBytes?: number;
}

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Instead of the timeout of all requests, for one that takes longer. */
  readonly timeoutMs?: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
const NOT_ALLOWED = 'it leads to an address that is not allowed (HANDOVER_ALLOW_PRIVATE)';

/** Asks other systems, each request on a connection of its own, to addresses that were judged. Redirects are not followed. */
export class HttpClient {
  readonly #options: HttpClientOptions;
  readonly #guard: AddressGuard;
  readonly #lookup: LookupFunction;

  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.#guard = addressGuard(options.allowPrivate);
    this.#lookup = guardedLookup(this.#guard, options.lookup ?? systemLookup);
  }

  /** The URL, if something may be sent there. Faults: `handover.url`, `handover.address`. */
  checked(text: string): URL {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    // Without the text: people put tokens into such URLs.
    if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
      throw new Fault('handover.url', 'it is not an http(s) URL without user and password', false);
    }
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (url.protocol === 'http:' && !this.#options.insecure && !isLoopback(host)) {
      throw new Fault(
        'handover.url',
        'without TLS nothing leaves this machine, unless `insecure: true` allows it',
        false,
      );
    }
    // Node looks up no address, so this one is judged here.
    if (isIP(host) !== 0 && !this.#guard(host)) throw new Fault('handover.address', NOT_ALLOWED, false);
    return url;
  }

  /** Failures are `handover.timeout`, `handover.address`, `handover.tls`, `handover.unreachable` and `handover.tooLarge`. */
  async ask({
    method,
    url: text,
    headers,
    body,
    timeoutMs = this.#options.timeoutMs,
  }: HttpRequest): Promise<Answer<HttpAnswer>> {
    const { maxAnswerBytes = MAX_ANSWER_BYTES } = this.#options;
    const url = this.checked(text);
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await this.#send(url, method, headers, body, signal);
      const read = await textOf(answer, maxAnswerBytes);
      if (read === undefined) {
        return failed('handover.tooLarge', `the answer is longer than ${maxAnswerBytes} bytes`, true);
      }
      return ok({ status: answer.statusCode ?? 0, headers: answer.headers, text: read });
    } catch (thrown) {
      if (signal.aborted) return failed('handover.timeout', `no answer in ${timeoutMs} ms`, true);
      const code = codeOf(thrown);
      if (code === REFUSED_ADDRESS) return failed('handover.address', NOT_ALLOWED, true);
      return /CERT|TLS|SSL|ALTNAME|SELF_SIGNED|UNABLE_TO/.test(code)
        ? failed('handover.tls', code, true)
        : failed('handover.unreachable', code, true);
    }
  }

  #send(
    url: URL,
    method: string,
    headers: HttpRequest['headers'],
    body: string | Uint8Array | undefined,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const { ca } = this.#options;
    return new Promise((resolve, reject) => {
      const request = url.protocol === 'https:' ? requestHttps : requestHttp;
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const fixed = { 'user-agent': 'stadtfunk', accept: 'application/json', 'accept-encoding': 'identity' };
      const tls = { minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) } as const;
      request(
        url,
        { method, headers: { ...fixed, ...length, ...headers }, signal, lookup: this.#lookup, agent: false, ...tls },
        resolve,
      )
        .on('error', reject)
        .end(body);
    });
  }
}

/** undefined: it is longer than is read. */
async function textOf(answer: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Only codes of the system: messages may hold the address. */
function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown';
}
