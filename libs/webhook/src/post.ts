import { request as requestHttp, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';

export interface Post {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
  /** How the host's name becomes an address; not asked for a URL with an address. */
  readonly lookup: LookupFunction;
  /** How much of an answer is read. Its content does not matter, but who hangs up in its midst looks like a failure there. */
  readonly maxAnswerBytes: number;
}

export interface PostAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** Posts on a connection of its own and gives the answer, wherever it points to: nothing is followed. */
export async function post({ url, headers, body, signal, lookup, maxAnswerBytes }: Post): Promise<PostAnswer> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    const length = String(Buffer.byteLength(body));
    const options = { method: 'POST', headers: { ...headers, 'content-length': length }, signal, lookup, agent: false };
    request(url, options, resolve).on('error', reject).end(body);
  });
  await discard(answer, maxAnswerBytes);
  return { status: answer.statusCode ?? 0, headers: answer.headers };
}

/** Reads an answer up to a limit and drops it. How it was answered is already known: what goes wrong here changes nothing. */
function discard(answer: IncomingMessage, maxBytes: number): Promise<void> {
  return new Promise((resolve) => {
    let bytes = 0;
    answer.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) answer.destroy();
    });
    answer.on('error', () => resolve()).on('close', resolve);
  });
}
