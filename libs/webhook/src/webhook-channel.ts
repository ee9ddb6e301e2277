import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Fault, type Clock } from '@stadtfunk/kernel';
import { NotificationChannel, type NotificationResult, type OutboxEvent } from '@stadtfunk/maintenance';
import { addressGuard, guardedLookup, RateLimit, REFUSED_ADDRESS, retryAfterMs, type Rate } from '@stadtfunk/outbound';
import { CLOUD_EVENT_TYPE, cloudEventOf } from './cloud-event.ts';
import { post, type PostAnswer } from './post.ts';
import { SIGNATURE_HEADER, signatureOf } from './signature.ts';

export interface WebhookOptions {
  /** http or https, without user and password. */
  readonly url: string;
  /** Key of the signature. */
  readonly secret: string;
  /** `source` of the events: which Stadtfunk. */
  readonly source?: string;
  /** From the first byte to the last of the answer: a receiver that hangs does not hold up the others. */
  readonly timeoutMs?: number;
  /** How much of an answer is read. Its content does not matter. */
  readonly maxAnswerBytes?: number;
  /** Whether the receiver may be on this machine or in a private network. */
  readonly allowPrivate?: boolean;
  /** How many events this process posts; the others wait in the queue. Unset: as many as there are. */
  readonly rate?: Rate;
  /** How names become addresses. */
  readonly lookup?: LookupFunction;
}

const DEFAULTS = { source: '/stadtfunk', timeoutMs: 10_000, maxAnswerBytes: 16_384, allowPrivate: true };
const NOT_ALLOWED = 'the webhook leads to an address that is not allowed (WEBHOOK_ALLOW_PRIVATE)';
/** The receiver was slow, or has too much to do: nothing is wrong with the event. */
const RETRYABLE_4XX: readonly number[] = [408, 429];
/** Asked to wait without being told how long. */
const DEFAULT_PAUSE_MS = 60_000;

/** Posts events to a URL, signed. */
export class WebhookChannel extends NotificationChannel {
  override readonly channel = 'webhook';
  readonly #options: WebhookOptions & typeof DEFAULTS;
  readonly #url: URL;
  readonly #lookup: LookupFunction;
  readonly #clock: Clock;
  readonly #rateLimit: RateLimit;
  #pausedUntil = 0;

  /** Faults: `webhook.url`, `webhook.address`. */
  constructor(options: WebhookOptions, clock: Clock) {
    super();
    this.#options = { ...DEFAULTS, ...options };
    const guard = addressGuard(this.#options.allowPrivate);
    this.#url = checkedUrl(options.url);
    // Node looks up no address, so this one is judged here.
    const host = this.#url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0 && !guard(host)) throw new Fault('webhook.address', NOT_ALLOWED, false);
    this.#lookup = guardedLookup(guard, options.lookup ?? systemLookup);
    this.#clock = clock;
    this.#rateLimit = new RateLimit(options.rate ?? { count: Infinity, withinMs: 0 });
  }

  override postponeMs(_event: OutboxEvent): number {
    const now = this.#clock.now();
    return now < this.#pausedUntil ? this.#pausedUntil - now : this.#rateLimit.waitMs(now);
  }

  override async deliver(event: OutboxEvent): Promise<NotificationResult> {
    const { secret, source, timeoutMs, maxAnswerBytes } = this.#options;
    const body = cloudEventOf(event, source);
    const signal = AbortSignal.timeout(timeoutMs);
    const headers = {
      'content-type': CLOUD_EVENT_TYPE,
      'user-agent': 'stadtfunk',
      [SIGNATURE_HEADER]: signatureOf(secret, this.#clock.now(), body),
    };
    let answer: PostAnswer;
    try {
      answer = await post({ url: this.#url, headers, body, signal, lookup: this.#lookup, maxAnswerBytes });
    } catch (thrown) {
      if (signal.aborted) return failed('webhook.timeout', `no answer in ${timeoutMs} ms`, true);
      const code = codeOf(thrown);
      return code === REFUSED_ADDRESS
        ? failed('webhook.address', NOT_ALLOWED, true)
        : failed('webhook.unreachable', code, true);
    }
    const { status } = answer;
    if (status >= 200 && status < 300) return { ok: true };
    if (status >= 300 && status < 400) {
      return failed('webhook.redirected', `status ${status}; redirects are not followed`, true);
    }
    const postponedMs = this.#pauseMs(answer);
    if (postponedMs !== null) {
      this.#pausedUntil = this.#clock.now() + postponedMs;
      return { ...failed('webhook.limited', `status ${status}`, true), postponedMs };
    }
    const isFinal = status >= 400 && status < 500 && !RETRYABLE_4XX.includes(status);
    return failed('webhook.status', `status ${status}`, !isFinal);
  }

  /** How long the receiver wants to be left alone: by 429, or 503 with `Retry-After`; null: it does not. */
  #pauseMs({ status, headers }: PostAnswer): number | null {
    if (status !== 429 && status !== 503) return null;
    return retryAfterMs(headers, this.#clock.now()) ?? (status === 429 ? DEFAULT_PAUSE_MS : null);
  }
}

function checkedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return url;
  // Without the text: people put tokens into such URLs.
  throw new Fault('webhook.url', 'the webhook is not an http(s) URL without user and password', false);
}

function failed(code: string, detail: string, retryable: boolean): NotificationResult & { readonly ok: false } {
  return { ok: false, error: { code, detail }, retryable };
}

/** Only codes of the system: messages may hold the address. */
function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown';
}
