import { Fault, messageOf, type Clock } from '@stadtfunk/kernel';
import { NotificationChannel, type NotificationResult, type OutboxEvent } from '@stadtfunk/maintenance';
import { CLOUD_EVENT_TYPE, cloudEventOf } from './cloud-event.ts';
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
  /** How much of an answer is read, so that the connection can be used again. Its content does not matter. */
  readonly maxAnswerBytes?: number;
}

const DEFAULTS = { source: '/stadtfunk', timeoutMs: 10_000, maxAnswerBytes: 16_384 };
/** The receiver was slow, or has too much to do: nothing is wrong with the event. */
const RETRYABLE_4XX: readonly number[] = [408, 429];

/** Posts events to a URL, signed. */
export class WebhookChannel extends NotificationChannel {
  override readonly channel = 'webhook';
  readonly #options: Required<WebhookOptions>;
  readonly #clock: Clock;

  /** Faults: `webhook.url`. */
  constructor(options: WebhookOptions, clock: Clock) {
    super();
    checkUrl(options.url);
    this.#options = { ...DEFAULTS, ...options };
    this.#clock = clock;
  }

  override async deliver(event: OutboxEvent): Promise<NotificationResult> {
    const { url, secret, source, timeoutMs, maxAnswerBytes } = this.#options;
    const body = cloudEventOf(event, source);
    const signal = AbortSignal.timeout(timeoutMs);
    let answer: Response;
    try {
      answer = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': CLOUD_EVENT_TYPE,
          'user-agent': 'stadtfunk',
          [SIGNATURE_HEADER]: signatureOf(secret, this.#clock.now(), body),
        },
        body,
        redirect: 'manual',
        signal,
      });
    } catch (thrown) {
      return failed(signal.aborted ? 'webhook.timeout' : 'webhook.unreachable', reasonOf(thrown, timeoutMs), true);
    }
    await discard(answer.body, maxAnswerBytes);
    if (answer.ok) return { ok: true };
    if (answer.status >= 300 && answer.status < 400) {
      return failed('webhook.redirected', `status ${answer.status}; redirects are not followed`, true);
    }
    const isFinal = answer.status >= 400 && answer.status < 500 && !RETRYABLE_4XX.includes(answer.status);
    return failed('webhook.status', `status ${answer.status}`, !isFinal);
  }
}

function checkUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return;
  // Without the text: people put tokens into such URLs.
  throw new Fault('webhook.url', 'the webhook is not an http(s) URL without user and password', false);
}

/** Reads an answer up to a limit and drops it. How it was answered is already known: what goes wrong here changes nothing. */
async function discard(body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<void> {
  if (!body) return;
  const reader = body.getReader();
  const readOn = async (bytes: number): Promise<void> => {
    const { done, value } = await reader.read();
    if (done) return;
    if (bytes + value.length > maxBytes) return reader.cancel();
    return readOn(bytes + value.length);
  };
  await readOn(0).catch(() => undefined);
}

function failed(code: string, detail: string, retryable: boolean): NotificationResult {
  return { ok: false, error: { code, detail }, retryable };
}

/** Only codes of the system: messages of fetch may hold the URL, which may hold a token. */
function reasonOf(thrown: unknown, timeoutMs: number): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return thrown instanceof DOMException ? `no answer in ${timeoutMs} ms` : messageOf(thrown).slice(0, 40);
}
