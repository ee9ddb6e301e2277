import { ApiError } from './problem.ts';
import { waitForSession } from './session.ts';

export { ApiError, apiErrorOf } from './problem.ts';

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export interface CallOptions {
  /** Ends the wait when nobody wants the answer any more; TanStack Query hands one to every query function. */
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Calls the API; `path` is relative to `/api/v1`. Resolves with the body of the answer, rejects with an `ApiError`.
 * Where the session has ended, a dialog asks to sign in, and then the same call is made again: nothing that was typed is lost.
 * A `Blob` or `File` as body is sent as it is, everything else as JSON.
 */
export async function call<T>(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<T> {
  return inSession(path, () => callOnce<T>(method, path, body, options));
}

/**
 * Calls the API for an answer that goes on while the work does: gives each of its JSON lines as soon as it has come.
 * Rejects with an `ApiError` as `call` does, in the middle too where the connection breaks.
 */
export async function* callLines<T>(method: string, path: string, body?: unknown): AsyncGenerator<T> {
  const options = { headers: { accept: 'application/x-ndjson' } };
  const response = await inSession(path, () => answerOf(method, path, body, options));
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    // A connection may break in the middle of it.
    const read = await reader.read().catch(() => undefined);
    if (!read) throw new ApiError(0, 'server.away', '');
    if (read.done) return;
    const lines = (rest + read.value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as T;
  }
}

/** Once more where the session had ended, after the person has signed in again. */
async function inSession<T>(path: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (thrown) {
    const isOver = thrown instanceof ApiError && thrown.status === 401 && path !== '/session';
    if (!isOver || !(await waitForSession())) throw thrown;
    return ask();
  }
}

/** Pages of a list, as many as a person can use. */
export async function callAll<T>(path: string, most = 5000, options: CallOptions = {}): Promise<T[]> {
  const items: T[] = [];
  let next: string | null = null;
  do {
    const after: string = next === null ? '' : `&after=${encodeURIComponent(next)}`;
    const url = `${path}${path.includes('?') ? '&' : '?'}limit=1000${after}`;
    const page: Page<T> = await call('GET', url, undefined, options);
    items.push(...page.items);
    next = page.next;
  } while (next !== null && items.length < most);
  return items;
}

export async function callOnce<T>(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<T> {
  const response = await answerOf(method, path, body, options);
  if (response.status === 204) return undefined as T;
  return (isJson(response) ? await contentOf(response, options.signal) : {}) as T;
}

/** The answer, if it is one of success, with its content still to be read. */
async function answerOf(
  method: string,
  path: string,
  body: unknown,
  { signal, headers = {} }: CallOptions,
): Promise<Response> {
  const response = await fetch(`/api/v1${path}`, {
    method,
    credentials: 'same-origin',
    ...(signal && { signal }),
    ...requestOf(body, headers),
  }).catch((thrown: unknown) => {
    if (signal?.aborted) throw thrown;
    return undefined;
  });
  if (!response) throw new ApiError(0, 'server.away', '');
  // A network that wants a sign-in of its own answers with its page, and success.
  if (response.ok && /html/.test(typeOf(response))) throw new ApiError(0, 'server.away', '');
  if (response.ok) return response;
  const content = isJson(response) ? await contentOf(response, signal) : {};
  // A proxy in front answers for a server that is away, and not with a problem document.
  const code =
    typeof content['code'] === 'string' ? content['code'] : (REFUSED_BY_PROXY[response.status] ?? 'server.away');
  const detail = typeof content['detail'] === 'string' ? content['detail'] : (DETAIL_BY_PROXY[code] ?? '');
  throw new ApiError(code === 'server.away' ? 0 : response.status, code, detail, content);
}

const typeOf = ({ headers }: Response) => headers.get('content-type') ?? '';
const isJson = (response: Response) => /json/.test(typeOf(response));

/** What a proxy does not let through, it never will: trying again is no use. */
const REFUSED_BY_PROXY: Readonly<Record<number, string>> = { 413: 'body.tooLarge', 415: 'body.mediaType' };
const DETAIL_BY_PROXY: Readonly<Record<string, string>> = {
  'body.tooLarge': 'the file is too large',
  'body.mediaType': 'this kind of file is not accepted',
};

/** A connection may break in the middle of an answer, too. */
async function contentOf(response: Response, signal: AbortSignal | undefined): Promise<Record<string, unknown>> {
  try {
    return (await response.json()) as Record<string, unknown>;
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
    throw new ApiError(0, 'server.away', '');
  }
}

function requestOf(body: unknown, headers: Readonly<Record<string, string>>): RequestInit {
  if (body === undefined) return { headers };
  if (body instanceof Blob) return { headers: { 'content-type': body.type, ...headers }, body };
  return { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}
