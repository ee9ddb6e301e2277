import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { InfluxDB, type SendOptions, type Transport } from '@influxdata/influxdb-client';
import { Fault } from '@stadtfunk/kernel';
import { limitsOf, type InfluxLimits, type InfluxOptions } from './influx-options.ts';

/** Single requests, without retries. The client's own WriteApi is not used: it drops what it could not send for a while. */
export class InfluxConnection {
  readonly limits: InfluxLimits;
  readonly #agent: HttpAgent;
  readonly #transport: Transport;
  readonly #headers: Record<string, string>;
  readonly #pending = new Set<AbortController>();
  readonly #closing = new AbortController();

  constructor(options: InfluxOptions) {
    const { url, token } = options;
    this.limits = limitsOf(options);
    this.#agent = url.startsWith('https:') ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
    // 1.x before 1.8 knows no tokens, and tokens of 2.x and 3.x have no colon.
    const isPassword = token?.includes(':') ?? false;
    this.#headers = isPassword ? { authorization: `Basic ${Buffer.from(token!).toString('base64')}` } : {};
    this.#transport = new InfluxDB({
      url,
      // The client leaves a request that timed out on its socket: our own limit comes first and ends it.
      timeout: 2 * Math.max(this.limits.requestTimeoutMs, this.limits.partTimeoutMs),
      transportOptions: { agent: this.#agent },
      ...(token !== undefined && !isPassword && { token }),
    }).transport;
  }

  /** Resolves with the decoded answer once the server has confirmed. Throws what `failureOf` understands. */
  async request(path: string, body: string, options: SendOptions): Promise<Answer> {
    this.#closing.signal.throwIfAborted();
    const call = new AbortController();
    this.#pending.add(call);
    const timer = setTimeout(() => call.abort(), this.limits.requestTimeoutMs);
    let headers: Answer['headers'] = {};
    try {
      const content: unknown = await this.#transport.request(
        path,
        body,
        { ...options, headers: { ...this.#headers, ...options.headers }, signal: call.signal },
        (received) => {
          headers = received;
        },
      );
      return { headers, content };
    } catch (thrown) {
      if (call.signal.aborted && !this.isClosed) throw timedOut(this.limits.requestTimeoutMs, thrown);
      throw thrown;
    } finally {
      clearTimeout(timer);
      this.#pending.delete(call);
    }
  }

  /** The same, for an answer that may be large: it comes in parts, and only a part that does not come takes too long. */
  async *stream(path: string, body: string, options: SendOptions): AsyncGenerator<Uint8Array> {
    this.#closing.signal.throwIfAborted();
    const { partTimeoutMs } = this.limits;
    const call = new AbortController();
    this.#pending.add(call);
    const timer = setTimeout(() => call.abort(), partTimeoutMs);
    try {
      const headers = { ...this.#headers, ...options.headers };
      for await (const part of this.#transport.iterate(path, body, { ...options, headers, signal: call.signal })) {
        timer.refresh();
        yield part;
      }
    } catch (thrown) {
      if (call.signal.aborted && !this.isClosed) throw timedOut(partTimeoutMs, thrown);
      throw thrown;
    } finally {
      clearTimeout(timer);
      this.#pending.delete(call);
      // Whoever wants no more of it leaves no request behind.
      call.abort();
    }
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Ends early, with a fault, when the connection is closed. */
  async pause(ms: number): Promise<void> {
    const { signal } = this.#closing;
    if (ms > 0) await pause(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
  }

  close(): void {
    this.#closing.abort(new Fault('telemetry.unavailable', 'InfluxDB: the store is stopped', true));
    for (const call of this.#pending) call.abort();
    this.#agent.destroy();
  }
}

export interface Answer {
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly content: unknown;
}

function timedOut(ms: number, cause: unknown): Error {
  return Object.assign(new Error(`no answer within ${ms} ms`, { cause }), { code: 'ETIMEDOUT' });
}
