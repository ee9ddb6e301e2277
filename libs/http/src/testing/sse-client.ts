import { eventually } from '@stadtfunk/kernel/testing';
import { TOKEN } from './harness.ts';

export interface SseEvent {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: { readonly [member: string]: unknown };
}

/** Reads a stream as a browser does. */
export class SseClient {
  readonly events: SseEvent[] = [];
  heartbeats = 0;
  isOpen = true;
  readonly #abort = new AbortController();

  static async open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<SseClient> {
    const client = new SseClient();
    const response = await fetch(url, {
      headers: 'cookie' in headers ? headers : { authorization: `Bearer ${TOKEN}`, ...headers },
      signal: client.#abort.signal,
    });
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    void client.#read(response.body!).catch(() => (client.isOpen = false));
    return client;
  }

  /** The ids of what happened, without the greeting. */
  get ids(): (string | undefined)[] {
    return this.events.filter(({ event }) => event !== 'ready').map(({ id }) => id);
  }

  async waitFor(count: number): Promise<void> {
    await eventually(`${count} events`, () => this.ids.length >= count, { timeoutMs: 5000 });
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    let rest = '';
    const decoder = new TextDecoder();
    for await (const chunk of body) {
      rest += decoder.decode(chunk, { stream: true });
      const frames = rest.split('\n\n');
      rest = frames.pop()!;
      for (const frame of frames) this.#take(frame);
    }
    this.isOpen = false;
  }

  #take(frame: string): void {
    if (frame.startsWith('event: beat\n')) {
      this.heartbeats++;
      return;
    }
    const fields = new Map(frame.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]));
    const data = JSON.parse(fields.get('data')!) as SseEvent['data'];
    this.events.push({ id: fields.get('id'), event: fields.get('event'), data });
  }
}
