import type { FastifyReply } from 'fastify';

export const LINES = 'application/x-ndjson';
/** So long a reader may take in nothing, ms: else it would keep everybody from importing. */
const PATIENCE_MS = 60_000;

/** An answer of JSON lines, sent while the work goes on: no proxy waits in vain, and what has come cannot be lost any more. */
export class JsonLines {
  readonly #raw: FastifyReply['raw'];

  constructor(reply: FastifyReply) {
    this.#raw = reply.raw;
    reply.headers({ 'content-type': `${LINES}; charset=utf-8`, 'x-accel-buffering': 'no', connection: 'close' });
    reply.hijack();
    this.#raw.on('error', () => this.#raw.destroy());
    this.#raw.writeHead(200, reply.getHeaders() as Record<string, string>);
  }

  /** Resolves when there is room for more, or nobody reads it any more. */
  async write(line: object): Promise<void> {
    const raw = this.#raw;
    if (raw.destroyed || raw.write(`${JSON.stringify(line)}\n`)) return;
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        raw.off('drain', end).off('close', end);
        resolve();
      };
      const timer = setTimeout(() => raw.destroy(), PATIENCE_MS);
      raw.once('drain', end).once('close', end);
    });
  }

  async end(line: object): Promise<void> {
    await this.write(line);
    this.#raw.end();
  }
}
